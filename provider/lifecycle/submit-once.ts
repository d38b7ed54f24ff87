import type { Clock } from "../transport/clock.js";
import { describeError, isCloudError } from "../transport/errors.js";
import { choosePause } from "../transport/poll.js";
import { expectTask, findOwn, type Search } from "./find-task.js";
import { Progress } from "./progress.js";
import { unusedBaselines } from "./run-memory.js";
import { type Bound, waitLimitSeconds } from "./task-inputs.js";
import type { Found, Snapshot } from "./task-kind.js";

// The engine lets a running create come to its end after the first Ctrl-C, and does not tell it.
const hint = "[Ctrl-C twice leaves, once still submits]";

export interface Attempt<Client, Request, Baseline extends Snapshot> extends Search<Client, Request, Baseline> {
  readonly clock: Clock;
}

/** Lets the other resources of this run say which tasks are theirs, before one without an owner is looked for. */
const othersMs = 2_000;

/** Submits the request, unless a look behind its baseline finds that this has happened already. */
export async function submitOnce<C, R, B extends Snapshot>(attempt: Attempt<C, R, B>): Promise<Bound> {
  const { kind, driver, inputs, request, clock } = attempt;
  let fence = inputs.snapshot as unknown as B;
  // A baseline that this process has just read, and behind which it has sent nothing, has no task
  // of this request behind it: whatever is found there belongs to somebody else.
  const isFresh = unusedBaselines.take(inputs.snapshot.id);
  const deadline = clock.now() + waitLimitSeconds(inputs, kind, request) * 1000;
  const freshFence = async () => ({ ...inputs.snapshot, ...(await driver.baseline(kind.scope?.(request) ?? {})) });
  for (let refusals = 0; ; refusals++) {
    // Also after something that was in the way: it may have been this very scan.
    const before = isFresh ? undefined : boundTo(await lookBehind(attempt, deadline));
    if (before !== undefined) return before;
    if (refusals === 0 && (await prepared(attempt, deadline))) fence = await freshFence();
    const result = await submit(attempt, fence, deadline);
    if (!("refused" in result)) return { fence, ...result };
    if (await waitWhile(attempt, deadline, () => driver.obstacle(request))) {
      // What was waited for has left results of its own.
      fence = await freshFence();
      continue;
    }
    // Refused although nothing is in the way, and a moment later again: then the refusal has another cause.
    if (refusals > 0) throw result.refused;
    await clock.sleep(3_000);
  }
}

/** What has to be done before the submission, such as to bring a registry's images up to date. True where it took time. */
async function prepared<C, R, B extends Snapshot>(attempt: Attempt<C, R, B>, deadline: number): Promise<boolean> {
  const question = await attempt.driver.prepare?.(attempt.request);
  return question !== undefined && waitWhile(attempt, deadline, question);
}

async function submit<C, R, B extends Snapshot>(
  attempt: Attempt<C, R, B>,
  fence: B,
  deadline: number,
): Promise<Bound | { refused: Error }> {
  if (attempt.kind.likeness !== undefined) return expectTask(attempt, attempt.clock);
  try {
    const { ids, serverTime } = await attempt.driver.submit(attempt.request, fence);
    return { origin: "submitted", ids, submittedAt: new Date(serverTime).toISOString() };
  } catch (error) {
    if (isCloudError(error, "ambiguous", "protocol")) return afterLostAnswer(attempt, { fence, deadline, lost: error });
    if (isCloudError(error, "busy")) return { refused: error };
    throw error;
  }
}

/** Looks for a task of this request that an earlier run may have sent. */
async function lookBehind<C, R, B extends Snapshot>(attempt: Attempt<C, R, B>, deadline: number): Promise<Found> {
  const { inputs, clock } = attempt;
  const baseline = inputs.snapshot as unknown as B;
  const progress = new Progress(inputs.component, clock);
  await clock.sleep(othersMs);
  // A task may be listed late, and an image be queued: nothing but time tells that there is none.
  let found: Found = { found: "none" };
  for (const pauseMs of [0, 2_000, 3_000, 5_000, 8_000, 10_000]) {
    if (pauseMs > 0)
      await progress.show(`nothing submitted yet: looking whether an earlier update has done so ${hint}`);
    await clock.sleep(pauseMs);
    found = await findOwn(attempt, baseline);
    if (found.found === "one") return found;
  }
  return found.found === "open" ? lookToTheEnd(attempt, { fence: baseline, deadline }) : found;
}

/** Looks for the task of this request; where only the end of a running scan tells, at that end. */
async function lookToTheEnd<C, R, B extends Snapshot>(
  attempt: Attempt<C, R, B>,
  { fence, deadline }: { readonly fence: B; readonly deadline: number },
): Promise<Found> {
  const { inputs, clock } = attempt;
  const progress = new Progress(inputs.component, clock);
  const begun = clock.now();
  for (;;) {
    const found = await findOwn(attempt, fence);
    if (found.found !== "open") return found;
    if (clock.now() >= deadline) {
      const why = `scan ${found.candidate} still runs, and only its end tells whether it is the one`;
      return { found: "unclear", candidates: [found.candidate], why };
    }
    await progress.show(`nothing submitted yet: scan ${found.candidate} may be this one, its end will tell ${hint}`);
    await clock.sleep(choosePause({ elapsedMs: clock.now() - begun }));
  }
}

function boundTo(found: Found): Bound | undefined {
  if (found.found === "none" || found.found === "open") return undefined;
  if (found.found === "one") return { origin: "found", ids: found.ids };
  const seen = found.candidates.length === 0 ? "" : ` Seen since: ${found.candidates.join(", ")}.`;
  const take =
    found.candidates.length === 0
      ? 'take over its task with adoptTaskId: "<id from the console>"'
      : `take one over with adoptTaskId: "${found.candidates[0]}"`;
  throw new Error(
    `not known whether this scan was started before: ${found.why}.${seen} Nothing was submitted now. ` +
      `Either ${take}, or start a new scan by changing triggers.`,
  );
}

/** The request was sent, its answer was lost. It is never sent again in the same run. */
async function afterLostAnswer<C, R, B extends Snapshot>(
  attempt: Attempt<C, R, B>,
  { fence, deadline, lost }: { readonly fence: B; readonly deadline: number; readonly lost: Error },
): Promise<Bound> {
  for (const pauseMs of [0, 1_000, 2_000, 4_000]) {
    await attempt.clock.sleep(pauseMs);
    const bound = boundTo(await lookToTheEnd(attempt, { fence, deadline }));
    if (bound !== undefined) return { fence, ...bound };
  }
  throw new Error(
    `${describeError(lost)}; no task of this request is to be seen, and it was not sent again. ` +
      'Run "pulumi up" once more: it looks first, and submits only if there is still none.',
  );
}

/** Waits while something is in the way; false where nothing was. */
async function waitWhile<C, R, B extends Snapshot>(
  { inputs, clock }: Attempt<C, R, B>,
  deadline: number,
  question: () => Promise<string | undefined>,
): Promise<boolean> {
  const begun = clock.now();
  const progress = new Progress(inputs.component, clock);
  for (let looks = 0; ; looks++) {
    const obstacle = await question();
    if (obstacle === undefined) return looks > 0;
    if (clock.now() >= deadline) {
      throw new Error(`nothing was submitted: ${obstacle}. Run "pulumi up" again later, or raise waitTimeoutSeconds.`);
    }
    await progress.show(`not submitted yet: ${obstacle} ${hint}`);
    await clock.sleep(choosePause({ elapsedMs: clock.now() - begun }));
  }
}
