import type { Clock } from "../core/clock.js";
import { isCloudError, messageOf } from "../core/errors.js";
import { Exclusive } from "../core/exclusive.js";
import { canonical } from "./check.js";
import { Progress } from "./progress.js";
import { heldTasks, unresolvedScopes } from "./run-memory.js";
import { type Bound, keyOf, type SubmissionInputs } from "./task-inputs.js";
import type { Found, Snapshot, Submitted, TaskDriver, TaskIds, TaskKind } from "./task-kind.js";

// Some clouds answer a submission without the id of its task. Such a task is known only as the one that
// has come up since; so requests that could be taken for each other are sent one after the other.

export interface Search<Client, Request, Baseline extends Snapshot> {
  readonly kind: TaskKind<Client, Request, Baseline>;
  readonly driver: TaskDriver<Request, Baseline>;
  readonly inputs: Pick<SubmissionInputs, "account" | "component">;
  readonly request: Request;
}

const oneByOne = new Exclusive();
/** When to look for the task of an accepted request: it may be listed late. Two minutes in all. */
const looksMs = [0, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000, 20_000, 25_000, 30_000];
/** How long a task's images may show nothing of it, and several tasks may look like one request's. */
const patienceMs = 25_000;

/** Requests with the same scope make tasks that look the same. */
export function scopeKey<C, R, B extends Snapshot>({ kind, inputs, request }: Omit<Search<C, R, B>, "driver">) {
  return [kind.token, inputs.account, JSON.stringify(canonical(kind.scope?.(request) ?? {}))] as const;
}

function alone<C, R, B extends Snapshot, T>(search: Search<C, R, B>, work: () => Promise<T>): Promise<T> {
  return search.kind.isUnnamed === true ? oneByOne.run(JSON.stringify(scopeKey(search)), work) : work();
}

function look<C, R, B extends Snapshot>(search: Search<C, R, B>, baseline: B): Promise<Found> {
  const { kind, driver, inputs, request } = search;
  const isHeld = (ids: TaskIds) => heldTasks.has(kind.token, inputs.account, keyOf(ids));
  return driver.find(request, baseline, isHeld);
}

/** Looks once for the task of a request that may have been submitted since the baseline. */
export function findOwn<C, R, B extends Snapshot>(search: Search<C, R, B>, baseline: B): Promise<Found> {
  return alone(search, async () => {
    const found = await look(search, baseline);
    if (found.found !== "one") return found;
    const { kind, inputs } = search;
    if (kind.isUnnamed === true && unresolvedScopes.has(...scopeKey(search))) {
      const why = "another scan like it was accepted a moment ago, and its task has not been found yet";
      return { found: "unclear", candidates: Object.values(found.ids), why };
    }
    if (kind.isUnnamed === true) heldTasks.add(kind.token, inputs.account, keyOf(found.ids));
    return found;
  });
}

/** Looks for the task of a request that was sent, and left its mark on its scope; that mark is not in its way. */
export function resolveLate<C, R, B extends Snapshot>(search: Search<C, R, B>, baseline: B): Promise<Found> {
  return alone(search, async () => {
    const found = await look(search, baseline);
    if (found.found !== "one" || search.kind.isUnnamed !== true) return found;
    unresolvedScopes.take(...scopeKey(search));
    heldTasks.add(search.kind.token, search.inputs.account, keyOf(found.ids));
    return found;
  });
}

/** Submits a request whose answer names no task, and finds the task. Once accepted, it is never reported as not sent. */
export async function expectTask<C, R, B extends Snapshot>(search: Search<C, R, B>, clock: Clock): Promise<Bound> {
  for (let waits = 0; ; waits++) {
    const bound = await alone(search, async () =>
      unresolvedScopes.has(...scopeKey(search)) ? undefined : submitAndFind(search, clock),
    );
    if (bound !== undefined) return bound;
    if (waits === 20) {
      throw new Error(
        "nothing was submitted: another scan with the same scope was sent a moment ago, and its task has not been " +
          'found yet; the two could not be told apart. Run "pulumi up" again later.',
      );
    }
    await clock.sleep(3_000);
  }
}

async function submitAndFind<C, R, B extends Snapshot>(search: Search<C, R, B>, clock: Clock): Promise<Bound> {
  const { kind, driver, inputs, request } = search;
  const fence = await driver.baseline(kind.scope?.(request) ?? {});
  const submittedAt = new Date((await sent(search)).serverTime).toISOString();
  let last: Found = { found: "none" };
  let failure = "";
  let waitedMs = 0;
  const progress = new Progress(inputs.component, clock);
  for (const pauseMs of looksMs) {
    if (waitedMs > 0) await progress.show("accepted by the cloud, which does not say yet which task it is");
    await clock.sleep(pauseMs);
    waitedMs += pauseMs;
    try {
      last = await look(search, fence);
      failure = "";
    } catch (error) {
      failure = messageOf(error);
    }
    // Nothing else has come up behind a fence of this moment; its images may show it later.
    const ids = last.found === "one" || (last.found === "open" && waitedMs > patienceMs) ? last.ids : undefined;
    if (ids === undefined && last.found === "unclear" && waitedMs > patienceMs) break;
    if (ids === undefined) continue;
    heldTasks.add(kind.token, inputs.account, keyOf(ids));
    return { origin: "submitted", ids, submittedAt };
  }
  unresolvedScopes.add(...scopeKey(search));
  return { origin: "submitted", ids: {}, submittedAt, unresolved: whyUnresolved(last, failure) };
}

async function sent<C, R, B extends Snapshot>(search: Search<C, R, B>): Promise<Submitted> {
  try {
    return await search.driver.submit(search.request);
  } catch (error) {
    if (isCloudError(error, "ambiguous", "protocol")) unresolvedScopes.add(...scopeKey(search));
    throw error;
  }
}

function whyUnresolved(found: Found, failure: string): string {
  const what = "the cloud accepted the request, and its task cannot be told";
  if (failure !== "") return `${what}: ${failure}`;
  if (found.found === "none") return `${what}: no task that fits has come up`;
  const candidates = found.found === "unclear" ? found.candidates : found.found === "open" ? [found.candidate] : [];
  const why = found.found === "unclear" ? found.why : "a task that fits runs, but does not touch these images";
  const seen = candidates.length === 0 ? "" : ` Seen since: ${candidates.join(", ")}.`;
  return `${what}: ${why}.${seen} Take the right one over with adoptTaskId, which scans nothing anew`;
}
