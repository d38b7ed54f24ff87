import { CodedError } from "../../model/error-codes.js";
import type { TaskIds } from "../../model/status.js";
import { describeError } from "../../transport/errors.js";
import { Exclusive } from "../../transport/exclusive.js";
import { choosePause } from "../../transport/poll.js";
import { isCancelled, untilCancelled } from "../cancellation.js";
import { unresolvedScopes } from "../run-memory.js";
import type { ResolvedTask } from "../task-inputs.js";
import type { Baseline, TaskMatch } from "../task-kind.js";
import type { Attempt } from "./attempt.js";
import { claim, listClaims } from "./ownership.js";

// Finds the task of a request: after a killed update, after a lost answer, and always if the cloud answers without an
// id. Such a cloud gets the requests of one queue one after the other. Each task is identified before the next request,
// because it is recognized only as the new one since the baseline.

const oneByOne = new Exclusive();
/** How long to look before the only pending candidate is taken, or several candidates stay unclear. */
const patienceMs = 60_000;

function discover({ kind, request, baseline }: Attempt) {
  return kind.discovery?.(request, baseline);
}

/** Runs work alone in its queue, on clouds that give no id. */
export function runInQueue<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  const discovery = discover(attempt);
  return discovery === undefined ? work() : oneByOne.run(`${attempt.kind.token} ${discovery.queueKey}`, work);
}

type Mark = "accepted" | "lost";

function buildMark(attempt: Attempt) {
  const discovery = discover(attempt);
  return [attempt.kind.token, discovery?.queueKey, discovery?.ambiguityKey] as const;
}

/** Records that the task of such a request is not identified: the request was accepted, or its answer was lost. */
export function markUnresolved(attempt: Attempt, by: Mark): void {
  unresolvedScopes.add(...buildMark(attempt), by);
}

/** Removes such a record. True if there was one. */
export function unmarkUnresolved(attempt: Attempt, by: Mark): boolean {
  return unresolvedScopes.take(...buildMark(attempt), by);
}

/** Whether the task of a similar request is not identified yet, so that the two could be confused. */
export function isAmbiguous(attempt: Attempt): boolean {
  if (attempt.kind.discovery === undefined) return false;
  return (["accepted", "lost"] as const).some((by) => unresolvedScopes.has(...buildMark(attempt), by));
}

/** Looks once, and claims the task that it finds, so that no other resource of this run takes it. */
export async function findTask(attempt: Attempt, baseline: Baseline): Promise<TaskMatch> {
  const { kind, driver, request, account } = attempt;
  const found = await driver.findTask(request, baseline, listClaims(kind, account));
  if (found.match === "one") claim(kind, account, { ids: found.ids, request });
  return found;
}

/** Looks once, alone in the queue. It does not take a task that could belong to another request. */
async function findOwn(attempt: Attempt, baseline: Baseline): Promise<TaskMatch> {
  return runInQueue(attempt, async () => {
    if (!isAmbiguous(attempt)) return findTask(attempt, baseline);
    const { kind, driver, request, account } = attempt;
    const found = await driver.findTask(request, baseline, listClaims(kind, account));
    if (found.match !== "one") return found;
    const why = "another scan with the same scope was sent a moment ago, and its task has not been identified yet";
    return { match: "unclear", candidates: Object.values(found.ids), why };
  });
}

export interface Polling {
  readonly baseline: Baseline;
  /** Pauses before each look. */
  readonly pausesMs: readonly number[];
  /** Shows progress between the looks. */
  readonly show: () => Promise<void>;
  /** Called once, if the first look finds nothing. */
  readonly onNone?: () => Promise<void>;
}

/** Looks several times for the task. If only the end of a pending candidate can tell, it waits for that end. */
export async function pollForTask(attempt: Attempt, { baseline, pausesMs, show, onNone }: Polling): Promise<TaskMatch> {
  let found: TaskMatch = { match: "none" };
  for (const [looks, pauseMs] of pausesMs.entries()) {
    if (pauseMs > 0) await show();
    await attempt.clock.sleep(pauseMs);
    found = await findOwn(attempt, baseline);
    if (found.match === "one") return found;
    if (looks === 0 && found.match === "none") await onNone?.();
  }
  return found.match === "pending" ? awaitCandidate(attempt, baseline) : found;
}

async function awaitCandidate(attempt: Attempt, baseline: Baseline): Promise<TaskMatch> {
  const { clock, deadline } = attempt;
  const begun = clock.now();
  for (;;) {
    const found = await findOwn(attempt, baseline);
    if (found.match !== "pending") return found;
    const { candidate } = found;
    if (clock.now() >= deadline || isCancelled()) {
      const why = `scan ${candidate} still runs, and only its end shows whether it is this one`;
      return { match: "unclear", candidates: [candidate], why };
    }
    await attempt.show(`waiting for the end of scan ${candidate}, which may be this one; nothing is submitted yet`);
    await untilCancelled(clock.sleep(choosePause({ elapsedMs: clock.now() - begun })));
  }
}

/**
 * The same for a request that was just sent, alone in the queue. A failed look does not end it. After a minute, the only
 * candidate is taken as the task. It returns the last failure too.
 */
export async function pollForSent(
  attempt: Attempt,
  { baseline, pausesMs, show }: Polling,
): Promise<{ readonly found: TaskMatch; readonly failure: string }> {
  let found: TaskMatch = { match: "none" };
  let failure = "";
  let waitedMs = 0;
  for (const pauseMs of pausesMs) {
    if (waitedMs > 0) await show();
    await attempt.clock.sleep(pauseMs);
    waitedMs += pauseMs;
    try {
      found = await findTask(attempt, baseline);
      failure = "";
    } catch (error) {
      failure = describeError(error);
    }
    const isLate = waitedMs > patienceMs;
    const only: TaskIds | undefined = isLate && found.match === "pending" ? found.ids : undefined;
    if (only !== undefined) found = takeOnly(attempt, only);
    if (found.match === "one" || (isLate && found.match === "unclear")) break;
  }
  return { found, failure };
}

function takeOnly(attempt: Attempt, ids: TaskIds): TaskMatch {
  claim(attempt.kind, attempt.account, { ids, request: attempt.request });
  return { match: "one", ids };
}

/** The task that a look found. Undefined if there is none. Throws if it is not known whether there is one. */
export function resolve(found: TaskMatch): ResolvedTask | undefined {
  if (found.match === "none" || found.match === "pending") return undefined;
  if (found.match === "one") return { origin: "found", ids: found.ids };
  const [first] = found.candidates;
  const seen = first === undefined ? "" : ` Seen since: ${found.candidates.join(", ")}.`;
  const take =
    first === undefined
      ? 'take over its task with adoptTaskId: "<id from the console>"'
      : `take one over with adoptTaskId: "${first}"`;
  throw new CodedError(
    "IS-STARTED-BEFORE",
    `not known whether this scan was started before: ${found.why}.${seen} Nothing was submitted now. ` +
      `Either ${take}, or start a new scan by changing triggers.`,
  );
}

/** Says why the task of a sent request is not identified. */
export function explainUnresolved(found: TaskMatch, failure: string): string {
  const what = "the task of the request is not identified";
  if (failure !== "") return `${what}: ${failure}`;
  if (found.match === "none") return `${what}: no matching task has appeared`;
  const candidates = found.match === "unclear" ? found.candidates : found.match === "pending" ? [found.candidate] : [];
  const why =
    found.match === "unclear" ? found.why : "a matching task runs, but the images do not show that it scans them";
  const seen = candidates.length === 0 ? "" : ` Seen since: ${candidates.join(", ")}.`;
  return `${what}: ${why}.${seen} Take the right one over with adoptTaskId, which starts no scan`;
}
