import { CodedError } from "../../model/error-codes.js";
import type { TaskIds } from "../../model/status.js";
import { describeError } from "../../transport/errors.js";
import { Exclusive } from "../../transport/exclusive.js";
import { choosePause } from "../../transport/poll.js";
import { unresolvedScopes } from "../run-memory.js";
import type { ResolvedTask } from "../task-inputs.js";
import type { Found, Snapshot } from "../task-kind.js";
import type { Attempt } from "./attempt.js";
import { claim, claimsOf } from "./ownership.js";

// Finds the task that a request has become: after an update that was killed, after an answer that was lost, and always
// where the cloud answers a submission without an id. Such a cloud gets requests to one queue one after the other, each
// with its task identified before the next, because a task is known only as the new one since the baseline.

const oneByOne = new Exclusive();
/** How long the images of a pending candidate may show nothing of the request, and several candidates may look alike. */
const patienceMs = 60_000;

type Any<C, R, B extends Snapshot> = Attempt<C, R, B>;

function discoveryOf<C, R, B extends Snapshot>({ kind, request, baseline }: Any<C, R, B>) {
  return kind.likeness?.(request, baseline);
}

/** Runs work alone among the requests to the same queue, of clouds that give no id. */
export function runInQueue<C, R, B extends Snapshot, T>(attempt: Any<C, R, B>, work: () => Promise<T>): Promise<T> {
  const discovery = discoveryOf(attempt);
  return discovery === undefined ? work() : oneByOne.run(`${attempt.kind.token} ${discovery.place}`, work);
}

type Mark = "accepted" | "lost";

function markOf<C, R, B extends Snapshot>(attempt: Any<C, R, B>) {
  const discovery = discoveryOf(attempt);
  return [attempt.kind.token, discovery?.place, discovery?.looks] as const;
}

/** Records that a request like this was accepted, or its answer lost, and its task is not identified yet. */
export function markUnresolved<C, R, B extends Snapshot>(attempt: Any<C, R, B>, by: Mark): void {
  unresolvedScopes.add(...markOf(attempt), by);
}

/** Removes such a record; true where there was one. */
export function unmarkUnresolved<C, R, B extends Snapshot>(attempt: Any<C, R, B>, by: Mark): boolean {
  return unresolvedScopes.take(...markOf(attempt), by);
}

/** Whether another request like this one is not identified yet, so that the two could be confused. */
export function isAmbiguous<C, R, B extends Snapshot>(attempt: Any<C, R, B>): boolean {
  if (attempt.kind.likeness === undefined) return false;
  return (["accepted", "lost"] as const).some((by) => unresolvedScopes.has(...markOf(attempt), by));
}

/** Looks once, and claims what it finds, so that no other resource of this run takes it. */
export async function findTask<C, R, B extends Snapshot>(attempt: Any<C, R, B>, baseline: B): Promise<Found> {
  const { kind, driver, request, account } = attempt;
  const found = await driver.find(request, baseline, claimsOf(kind, account));
  if (found.found === "one") claim(kind, account, { ids: found.ids, request });
  return found;
}

/** Looks once, alone in the queue; what could as well be another request's task is not taken. */
async function findOwn<C, R, B extends Snapshot>(attempt: Any<C, R, B>, baseline: B): Promise<Found> {
  return runInQueue(attempt, async () => {
    if (!isAmbiguous(attempt)) return findTask(attempt, baseline);
    const { kind, driver, request, account } = attempt;
    const found = await driver.find(request, baseline, claimsOf(kind, account));
    if (found.found !== "one") return found;
    const why = "another scan like it was sent a moment ago, and its task has not been identified yet";
    return { found: "unclear", candidates: Object.values(found.ids), why };
  });
}

export interface Polling<B> {
  readonly baseline: B;
  /** Pauses before each look. */
  readonly pausesMs: readonly number[];
  /** Shown while it goes on. */
  readonly show: () => Promise<void>;
}

/** Looks again and again for the task; where only the end of a running candidate tells, waits for that end. */
export async function pollForTask<C, R, B extends Snapshot>(
  attempt: Any<C, R, B>,
  { baseline, pausesMs, show }: Polling<B>,
): Promise<Found> {
  let found: Found = { found: "none" };
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await show();
    await attempt.clock.sleep(pauseMs);
    found = await findOwn(attempt, baseline);
    if (found.found === "one") return found;
  }
  return found.found === "open" ? awaitCandidate(attempt, baseline) : found;
}

async function awaitCandidate<C, R, B extends Snapshot>(attempt: Any<C, R, B>, baseline: B): Promise<Found> {
  const { clock, deadline } = attempt;
  const begun = clock.now();
  for (;;) {
    const found = await findOwn(attempt, baseline);
    if (found.found !== "open") return found;
    const { candidate } = found;
    if (clock.now() >= deadline) {
      const why = `scan ${candidate} still runs, and only its end tells whether it is the one`;
      return { found: "unclear", candidates: [candidate], why };
    }
    await attempt.show(`nothing submitted yet: scan ${candidate} may be this one, its end will tell`);
    await clock.sleep(choosePause({ elapsedMs: clock.now() - begun }));
  }
}

/**
 * The same for a request that was just sent, by who holds the queue: failures to look do not end it, and after a minute
 * the only candidate is the task. Gives the last failure as well.
 */
export async function pollForSent<C, R, B extends Snapshot>(
  attempt: Any<C, R, B>,
  { baseline, pausesMs, show }: Polling<B>,
): Promise<{ readonly found: Found; readonly failure: string }> {
  let found: Found = { found: "none" };
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
    const only: TaskIds | undefined = isLate && found.found === "open" ? found.ids : undefined;
    if (only !== undefined) found = takeOnly(attempt, only);
    if (found.found === "one" || (isLate && found.found === "unclear")) break;
  }
  return { found, failure };
}

function takeOnly<C, R, B extends Snapshot>(attempt: Any<C, R, B>, ids: TaskIds): Found {
  claim(attempt.kind, attempt.account, { ids, request: attempt.request });
  return { found: "one", ids };
}

/** The task of a look; nothing where there is none yet. Fails where it is not known whether there is one. */
export function resolve(found: Found): ResolvedTask | undefined {
  if (found.found === "none" || found.found === "open") return undefined;
  if (found.found === "one") return { origin: "found", ids: found.ids };
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

/** Why the task of a request that was sent is not identified. */
export function explainUnresolved(found: Found, failure: string): string {
  const what = "the task of the request is not identified";
  if (failure !== "") return `${what}: ${failure}`;
  if (found.found === "none") return `${what}: no task that fits has appeared`;
  const candidates = found.found === "unclear" ? found.candidates : found.found === "open" ? [found.candidate] : [];
  const why = found.found === "unclear" ? found.why : "a task that fits runs, but does not touch these images";
  const seen = candidates.length === 0 ? "" : ` Seen since: ${candidates.join(", ")}.`;
  return `${what}: ${why}.${seen} Take the right one over with adoptTaskId, which starts no scan`;
}
