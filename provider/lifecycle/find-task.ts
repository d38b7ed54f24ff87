import type { TaskIds } from "../model/status.js";
import type { Clock } from "../transport/clock.js";
import { describeError, isCloudError } from "../transport/errors.js";
import { Exclusive } from "../transport/exclusive.js";
import { hold, isHeld } from "./held.js";
import { Progress } from "./progress.js";
import { unresolvedScopes } from "./run-memory.js";
import type { Bound, SubmissionInputs } from "./task-inputs.js";
import type { Found, Snapshot, Submitted, TaskDriver, TaskKind } from "./task-kind.js";

// Some clouds answer a submission without the id of its task. Such a task is known only as the one that
// has come up since; so requests to one place are sent one after the other, each with its task before the next.

export interface Search<Client, Request, Baseline extends Snapshot> {
  readonly kind: TaskKind<Client, Request, Baseline>;
  readonly driver: TaskDriver<Request, Baseline>;
  readonly inputs: SubmissionInputs;
  readonly request: Request;
}

const oneByOne = new Exclusive();
/** When to look for the task of an accepted request: it may be listed late. Two minutes in all. */
const looksMs = [0, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000, 20_000, 25_000, 30_000];
/** The same for a request whose answer was lost, which may never have arrived. */
const lostLooksMs = [0, 1_000, 2_000, 4_000, 8_000, 15_000];
/** How long a task's images may show nothing of it, and several tasks may look like one request's. */
const patienceMs = 60_000;

function likenessOf<C, R, B extends Snapshot>({ kind, inputs, request }: Search<C, R, B>) {
  return kind.likeness?.(request, inputs.snapshot as unknown as B);
}

function alone<C, R, B extends Snapshot, T>(search: Search<C, R, B>, work: () => Promise<T>): Promise<T> {
  const likeness = likenessOf(search);
  return likeness === undefined ? work() : oneByOne.run(`${search.kind.token} ${likeness.place}`, work);
}

function markOf<C, R, B extends Snapshot>(search: Search<C, R, B>) {
  const likeness = likenessOf(search);
  return [search.kind.token, likeness?.place, likeness?.looks] as const;
}

/** A request of this likeness was accepted, or may have been, and its task has not been found yet. */
export function markUnresolved<C, R, B extends Snapshot>(search: Search<C, R, B>, by = "accepted"): void {
  unresolvedScopes.add(...markOf(search), by);
}

function unmark<C, R, B extends Snapshot>(search: Search<C, R, B>, by: string): boolean {
  return unresolvedScopes.take(...markOf(search), by);
}

function isUnresolved<C, R, B extends Snapshot>(search: Search<C, R, B>): boolean {
  const marks = ["accepted", "lost"].filter((by) => unresolvedScopes.has(...markOf(search), by));
  return search.kind.likeness !== undefined && marks.length > 0;
}

async function look<C, R, B extends Snapshot>(search: Search<C, R, B>, baseline: B): Promise<Found> {
  const { kind, driver, inputs, request } = search;
  return driver.find(request, baseline, (ids) => isHeld(kind, inputs.account, ids));
}

/** What is found for good: nobody else may take it from now on. */
function taken<C, R, B extends Snapshot>({ kind, inputs, request }: Search<C, R, B>, found: Found): Found {
  if (found.found === "one") hold(kind, inputs.account, { ids: found.ids, request });
  return found;
}

/** Looks once for the task of a request that may have been submitted since the baseline. */
export function findOwn<C, R, B extends Snapshot>(search: Search<C, R, B>, baseline: B): Promise<Found> {
  return alone(search, async () => {
    const found = await look(search, baseline);
    if (found.found !== "one" || !isUnresolved(search)) return taken(search, found);
    const why = "another scan like it was sent a moment ago, and its task has not been found yet";
    return { found: "unclear", candidates: Object.values(found.ids), why };
  });
}

/** Looks for the task of a request that was sent, and left its mark; that mark is not in its way. */
export function resolveLate<C, R, B extends Snapshot>(search: Search<C, R, B>, baseline: B): Promise<Found> {
  return alone(search, async () => {
    const found = taken(search, await look(search, baseline));
    if (found.found === "one") unmark(search, "accepted");
    return found;
  });
}

/** Submits a request whose answer names no task, and finds the task. Once accepted, it is never reported as not sent. */
export async function expectTask<C, R, B extends Snapshot>(search: Search<C, R, B>, clock: Clock): Promise<Bound> {
  for (let waits = 0; ; waits++) {
    const bound = await alone(search, async () => (isUnresolved(search) ? undefined : submitAndFind(search, clock)));
    if (bound !== undefined) return bound;
    // One whose answer was lost, and of which nothing is to be seen a minute later, has never arrived.
    if (waits === 20 && !unmark(search, "lost")) {
      throw new Error(
        "nothing was submitted: another scan with the same scope was sent a moment ago, and its task has not been " +
          'found yet; the two could not be told apart. Run "pulumi up" again later, or settle the other one first.',
      );
    }
    await clock.sleep(3_000);
  }
}

async function submitAndFind<C, R, B extends Snapshot>(search: Search<C, R, B>, clock: Clock): Promise<Bound> {
  const { kind, driver, request } = search;
  const fence = await driver.baseline(kind.scope?.(request) ?? {});
  let sent: Submitted;
  try {
    sent = await driver.submit(request, fence);
  } catch (error) {
    if (!isCloudError(error, "ambiguous", "protocol")) throw error;
    return afterLostAnswer(search, { fence, clock, lost: error });
  }
  const submittedAt = new Date(sent.serverTime).toISOString();
  const { found, failure } = await expected(search, { fence, clock, pausesMs: looksMs });
  if (found.found === "one") return { origin: "submitted", ids: found.ids, submittedAt };
  markUnresolved(search);
  return { origin: "submitted", ids: {}, submittedAt, unresolved: whyUnresolved(found, failure) };
}

interface Expectation<Baseline> {
  readonly fence: Baseline;
  readonly clock: Clock;
  readonly pausesMs: readonly number[];
}

/** Looks again and again for the one task that comes up behind a fence of this moment. */
async function expected<C, R, B extends Snapshot>(
  search: Search<C, R, B>,
  { fence, clock, pausesMs }: Expectation<B>,
): Promise<{ found: Found; failure: string }> {
  let found: Found = { found: "none" };
  let failure = "";
  let waitedMs = 0;
  const progress = new Progress(search.inputs.component, clock);
  for (const pauseMs of pausesMs) {
    if (waitedMs > 0) await progress.show("sent to the cloud, which does not say yet which task it is");
    await clock.sleep(pauseMs);
    waitedMs += pauseMs;
    try {
      found = await look(search, fence);
      failure = "";
    } catch (error) {
      failure = describeError(error);
    }
    // Nothing else has come up for a minute; its images may show it later.
    const only: TaskIds | undefined = found.found === "open" && waitedMs > patienceMs ? found.ids : undefined;
    if (only !== undefined) found = { found: "one", ids: only };
    if (found.found === "one" || (found.found === "unclear" && waitedMs > patienceMs)) break;
  }
  return { found: taken(search, found), failure };
}

/** The request was sent, its answer was lost. It is never sent again in the same run. */
async function afterLostAnswer<C, R, B extends Snapshot>(
  search: Search<C, R, B>,
  { fence, clock, lost }: { readonly fence: B; readonly clock: Clock; readonly lost: Error },
): Promise<Bound> {
  const { found, failure } = await expected(search, { fence, clock, pausesMs: lostLooksMs });
  if (found.found === "one") return { origin: "found", ids: found.ids };
  markUnresolved(search, "lost");
  const seen =
    found.found === "none" && failure === "" ? "no task of this request is to be seen" : whyUnresolved(found, failure);
  throw new Error(
    `${describeError(lost)}; ${seen}, and it was not sent again. Run "pulumi up" once more in a few minutes: it looks ` +
      "first, and submits only if there is still none.",
  );
}

function whyUnresolved(found: Found, failure: string): string {
  const what = "the task of the request cannot be told";
  if (failure !== "") return `${what}: ${failure}`;
  if (found.found === "none") return `${what}: no task that fits has come up`;
  const candidates = found.found === "unclear" ? found.candidates : found.found === "open" ? [found.candidate] : [];
  const why = found.found === "unclear" ? found.why : "a task that fits runs, but does not touch these images";
  const seen = candidates.length === 0 ? "" : ` Seen since: ${candidates.join(", ")}.`;
  return `${what}: ${why}.${seen} Take the right one over with adoptTaskId, which scans nothing anew`;
}
