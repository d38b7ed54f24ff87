import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import type { TaskIds } from "../model/status.js";
import { type Clock, systemClock } from "../transport/clock.js";
import { describeError, isCloudError } from "../transport/errors.js";
import { canonical } from "../validation/canonical.js";
import { type Failure, failuresOf, type Inputs, propertiesOf } from "../validation/inputs.js";
import { isUnknown } from "../validation/unknown.js";
import { tell } from "./engine.js";
import { markUnresolved, resolveLate, type Search } from "./find-task.js";
import { hold, isHeld, isShared } from "./held.js";
import { endedTasks } from "./run-memory.js";
import { idsIn, pastOf, type SubmissionState, stateOf } from "./submission-state.js";
import { submitOnce } from "./submit-once.js";
import { argumentRules, type Bound, idOf, keyOf, nameOf, type SubmissionInputs } from "./task-inputs.js";
import type { Past, Snapshot, TaskDriver, TaskKind } from "./task-kind.js";

/** How long a task may take to be listed after it was accepted. */
const lateMs = 30 * 60_000;

/** Starts a scan, once: the task is in the state as soon as the cloud has accepted it. */
export function submissionProvider<Client, Request, Baseline extends Snapshot>(
  kind: TaskKind<Client, Request, Baseline>,
  clientOf: (account: string | undefined) => Client,
  clock: Clock = systemClock,
): dynamic.ResourceProvider {
  const searchOf = (inputs: SubmissionInputs) => {
    const request = propertiesOf<Request>(kind.inputs, inputs);
    return { kind, driver: kind.driver(clientOf(inputs.account)), inputs, request, clock };
  };
  /** Looks again for a task that was not found when it was submitted; a found one is another submission to its wait. */
  const late = async (olds: SubmissionState, news: SubmissionInputs): Promise<Partial<Bound & SubmissionState>> => {
    const before = { ...news.snapshot, submittedAt: Date.parse(olds.submittedAt ?? "") };
    const found = await resolveLate(searchOf(news), before as unknown as Baseline);
    if (found.found === "one") return { ids: found.ids, submission: randomUUID(), unresolved: "" };
    await tell(news.component, olds.unresolved ?? "", "warning");
    return {};
  };

  return {
    async check(olds: Inputs, news: Inputs) {
      const args = Object.fromEntries(Object.entries(news).filter(([name]) => !internal.has(name)));
      const request = canonical(propertiesOf<Inputs>(kind.inputs, news)) as Inputs;
      return {
        inputs: { ...news, ...request },
        failures: [...failuresOf(args, argumentRules(kind)), ...outOfStep(olds, news)],
      };
    },

    async diff(_id, olds: SubmissionState, news: SubmissionInputs) {
      const ids = idsIn(kind, olds);
      const replaces: string[] = [];
      if (olds.fingerprint !== news.fingerprint) replaces.push("fingerprint");
      if (olds.account !== news.account) replaces.push("account");
      // Another id to take over is another task; the same one, or none, changes nothing.
      const adopts = news.adoptTaskId;
      const isHere = ([name, asked]: [string, string]) => ids[name] === asked;
      if (adopts !== undefined && !isUnknown(adopts) && !Object.entries(kind.adopted(adopts as string)).every(isHere))
        replaces.push("adoptTaskId");
      if (replaces.length > 0) return { replaces };
      hold(kind, olds.account, { ids, request: propertiesOf<Request>(kind.inputs, news) });
      if (!olds.unresolved) return { replaces };
      const isRecent = clock.now() - Date.parse(olds.submittedAt ?? "") < lateMs;
      if (isRecent && !isUnknown(news.snapshot)) markUnresolved(searchOf(news));
      return { changes: true };
    },

    async create(inputs: SubmissionInputs) {
      const { account, adoptTaskId, component } = inputs;
      const search = searchOf(inputs);
      const bound =
        adoptTaskId === undefined
          ? await submitOnce(search)
          : await adopt(search, kind.adopted(adoptTaskId), inputs.snapshot as unknown as Baseline);
      hold(kind, account, { ids: bound.ids, request: search.request });
      if (bound.unresolved !== undefined) await tell(component, bound.unresolved, "warning");
      return { id: idOf(bound.ids), outs: stateOf(kind, inputs, { ...bound, submission: randomUUID() }) };
    },

    async update(_id, olds: SubmissionState, news: SubmissionInputs) {
      const found = olds.unresolved ? await late(olds, news) : {};
      return { outs: stateOf(kind, news, { ...olds, ids: idsIn(kind, olds), ...found }) };
    },

    delete: (_id, state: SubmissionState) => letGo(kind, { state, clientOf, clock }),
  };
}

/** Stops a task of its own that still runs, unless a live resource of this run stands for it. */
async function letGo<Client, Request, Baseline extends Snapshot>(
  kind: TaskKind<Client, Request, Baseline>,
  {
    state,
    clientOf,
    clock,
  }: {
    readonly state: SubmissionState;
    readonly clientOf: (account: string | undefined) => Client;
    readonly clock: Clock;
  },
): Promise<void> {
  const { account } = state;
  const ids = idsIn(kind, state);
  const mine = state.origin !== "adopted" && state.onDelete !== "leave";
  if (!mine || isHeld(kind, account, ids) || endedTasks.has(state.submission)) return;
  const warn = (why: string) => tell(undefined, `${nameOf(ids)} is not stopped: ${why}`, "warning");
  if (state.unresolved) return warn(`${state.unresolved}. What was started runs on`);
  const past = pastOf<Request, Baseline>(state);
  const driver = kind.driver(clientOf(account));
  // Without an id a stop names images, and would meet a live resource's scan of them.
  const isNamed = driver.isNamed?.(ids) ?? true;
  if (!isNamed && isShared(kind, account, past.reach)) return;
  const whyNot = await stopIfRunning(driver, { ids, past }, clock);
  if (whyNot !== undefined) await warn(`${whyNot}. It runs on`);
}

/** What is wrong with the inputs as a step of a task, of which only a part was changed. */
function outOfStep(olds: Inputs, news: Inputs): Failure[] {
  const { fingerprint, adoptTaskId } = news;
  const snapshot = news["snapshot"] as { fingerprint?: unknown } | undefined;
  if (isUnknown(fingerprint) || isUnknown(snapshot)) return [];
  if (snapshot?.fingerprint !== fingerprint) {
    const reason =
      "has changed, and the task's baseline has not; run pulumi up without --target, or with --target '**::NAME'";
    return [{ property: "fingerprint", reason }];
  }
  const kept = adoptTaskId !== undefined && olds["adoptTaskId"] === adoptTaskId;
  if (!kept || olds["fingerprint"] === undefined || olds["fingerprint"] === fingerprint) return [];
  const reason = "is a task of the request as it was before it, or its triggers, changed; leave it out to scan anew";
  return [{ property: "adoptTaskId", reason }];
}

/** Inputs of the child that are not arguments of the user's. */
const internal = new Set(["fingerprint", "snapshot", "component"]);

async function adopt<Client, Request, Baseline extends Snapshot>(
  { driver, request }: Search<Client, Request, Baseline>,
  ids: TaskIds,
  baseline: Baseline,
): Promise<Bound> {
  const sighting = await driver.look({ ids, request, baseline, adopted: true });
  if (sighting.state === "missing" && sighting.outcome === undefined) {
    throw new Error(`adoptTaskId: the cloud knows no ${nameOf(ids)}; nothing was submitted`);
  }
  return { origin: "adopted", ids };
}

const untold = "the cloud does not show whether it still runs";

/** What a refused stop means: a task that ended between the two calls may refuse it. */
function afterRefusal(error: unknown, isRunning: boolean | undefined, ids: TaskIds): string | undefined {
  if (isRunning === true) throw new Error(`${nameOf(ids)} is still running: ${describeError(error)}`);
  // Who may not stop anything cannot tell that there is nothing to stop.
  if (isRunning === undefined && isCloudError(error, "config", "auth", "clock")) throw error;
  return isRunning === undefined ? untold : undefined;
}

/** Stops a task and sees it stopped; says why where the cloud has no way to do that. */
async function stopIfRunning<R, B extends Snapshot>(
  driver: TaskDriver<R, B>,
  { ids, past }: { readonly ids: TaskIds; readonly past: Past<R, B> },
  clock: Clock,
): Promise<string | undefined> {
  const before = await toldRunning(() => driver.isRunning(ids, past), clock);
  if (before === false) return undefined;
  // A stop that names images instead would meet somebody else's scan of them.
  if (before === undefined && (keyOf(ids) === "" || driver.isNamed?.(ids) === false)) return untold;
  try {
    const whyNot = await driver.stop(ids, past);
    if (whyNot !== undefined) return whyNot;
  } catch (error) {
    return afterRefusal(error, await driver.isRunning(ids, past), ids);
  }
  let isRunning: boolean | undefined;
  for (const pauseMs of [0, 1_000, 2_000, 4_000, 8_000, 15_000]) {
    await clock.sleep(pauseMs);
    isRunning = await driver.isRunning(ids, past);
    if (isRunning === false) return undefined;
  }
  if (isRunning === undefined) return untold;
  throw new Error(
    `the cloud accepted the stop of ${nameOf(ids)}, which still runs; run "pulumi destroy" again, or set onDelete: "leave"`,
  );
}

/** Whether a task runs; looks again where the cloud does not show it, which may pass. */
async function toldRunning(look: () => Promise<boolean | undefined>, clock: Clock): Promise<boolean | undefined> {
  for (const pauseMs of [0, 2_000, 4_000, 8_000]) {
    await clock.sleep(pauseMs);
    const isRunning = await look();
    if (isRunning !== undefined) return isRunning;
  }
  return undefined;
}
