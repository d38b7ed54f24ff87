import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import { type Clock, systemClock } from "../core/clock.js";
import { messageOf } from "../core/errors.js";
import { canonical, type Failure, failuresOf, type Inputs, isUnknown, propertiesOf } from "./check.js";
import { endedTasks, heldTasks } from "./run-memory.js";
import { type Bound, idOf, submitOnce } from "./submit-once.js";
import { argumentRules, nameOf, type Origin, type SubmissionInputs } from "./task-inputs.js";
import type { Snapshot, TaskDriver, TaskIds, TaskKind } from "./task-kind.js";

interface SubmissionState {
  readonly account: string | undefined;
  readonly fingerprint: string;
  readonly onDelete: "stop" | "leave" | undefined;
  readonly origin: Origin;
  readonly ids: TaskIds;
  readonly submittedAt: string | undefined;
  /** Tells this submission from every other, even where a cloud gives an id twice. */
  readonly submission: string;
}

/** Starts a scan, once: the task is in the state as soon as the cloud has accepted it. */
export function submissionProvider<Client, Request, Baseline extends Snapshot>(
  kind: TaskKind<Client, Request, Baseline>,
  clientOf: (account: string | undefined) => Client,
  clock: Clock = systemClock,
): dynamic.ResourceProvider {
  return {
    async check(olds: Inputs, news: Inputs) {
      const args = Object.fromEntries(Object.entries(news).filter(([name]) => !internal.has(name)));
      const request = canonical(propertiesOf<Inputs>(kind.inputs, news)) as Inputs;
      return {
        inputs: { ...news, ...request },
        failures: [...failuresOf(args, argumentRules(kind.inputs)), ...outOfStep(olds, news)],
      };
    },

    async diff(id, olds: SubmissionState, news: SubmissionInputs) {
      const replaces: string[] = [];
      if (olds.fingerprint !== news.fingerprint) replaces.push("fingerprint");
      if (olds.account !== news.account) replaces.push("account");
      // Another id to take over is another task; the same one, or none, changes nothing.
      const adopts = news.adoptTaskId;
      if (adopts !== undefined && !Object.values(olds.ids).includes(adopts)) replaces.push("adoptTaskId");
      if (replaces.length === 0) heldTasks.add(kind.token, olds.account, id);
      return { replaces };
    },

    async create(inputs: SubmissionInputs) {
      const { account, adoptTaskId } = inputs;
      const request = propertiesOf<Request>(kind.inputs, inputs);
      const driver = kind.driver(clientOf(account));
      const bound =
        adoptTaskId === undefined
          ? await submitOnce({ kind, driver, inputs, request, clock })
          : await adopt(driver, kind.adopted(adoptTaskId), request, inputs.snapshot as unknown as Baseline);
      const id = idOf(bound.ids);
      heldTasks.add(kind.token, account, id);
      return {
        id,
        outs: stateOf(inputs, { ...bound, submission: randomUUID() }),
      };
    },

    async update(_id, olds: SubmissionState, news: SubmissionInputs) {
      return { outs: stateOf(news, olds) };
    },

    async delete(id, state: SubmissionState) {
      const { account, ids } = state;
      const mine = state.origin !== "adopted" && state.onDelete !== "leave";
      if (!mine || heldTasks.has(kind.token, account, id) || endedTasks.has(state.submission)) return;
      await stopIfRunning(kind.driver(clientOf(account)), ids, clock);
    },
  };
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

function stateOf(inputs: SubmissionInputs, bound: Bound & { submission: string }): SubmissionState {
  const { account, fingerprint, onDelete } = inputs;
  const { origin, ids, submittedAt, submission } = bound;
  return { account, fingerprint, onDelete, origin, ids, submittedAt, submission, ...ids };
}

async function adopt<Request, Baseline extends Snapshot>(
  driver: TaskDriver<Request, Baseline>,
  ids: TaskIds,
  request: Request,
  baseline: Baseline,
): Promise<Bound> {
  const sighting = await driver.look({ ids, request, baseline, adopted: true });
  if (sighting.state === "missing") {
    throw new Error(`adoptTaskId: the cloud knows no ${nameOf(ids)}; nothing was submitted`);
  }
  return { origin: "adopted", ids };
}

async function stopIfRunning<R, B extends Snapshot>(
  driver: TaskDriver<R, B>,
  ids: TaskIds,
  clock: Clock,
): Promise<void> {
  if (!(await driver.isRunning(ids))) return;
  try {
    await driver.stop(ids);
  } catch (error) {
    // A task that ended between the two calls may refuse the stop.
    if (await driver.isRunning(ids)) throw new Error(`${nameOf(ids)} is still running: ${messageOf(error)}`);
    return;
  }
  for (const pauseMs of [0, 1_000, 2_000, 4_000, 8_000, 15_000]) {
    await clock.sleep(pauseMs);
    if (!(await driver.isRunning(ids))) return;
  }
  throw new Error(
    `the cloud accepted the stop of ${nameOf(ids)}, which still runs; run "pulumi destroy" again, or set onDelete: "leave"`,
  );
}
