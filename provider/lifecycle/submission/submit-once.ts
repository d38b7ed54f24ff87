import { CodedError } from "../../model/error-codes.js";
import { describeError, isCloudError } from "../../transport/errors.js";
import { endSharing } from "../account-reading.js";
import { unusedBaselines } from "../run-memory.js";
import type { ResolvedTask } from "../task-inputs.js";
import type { Baseline, Submitted } from "../task-kind.js";
import type { Attempt } from "./attempt.js";
import {
  explainUnresolved,
  isAmbiguous,
  markUnresolved,
  pollForSent,
  pollForTask,
  resolve,
  runInQueue,
  unmarkUnresolved,
} from "./identify.js";

/** How a try to send ended: with a task, or with a refusal because something is in the way. */
type Sent = ResolvedTask | { readonly refused: Error };

/** Time for other resources of this run to claim their tasks, before one without an owner is looked for. */
const othersMs = 2_000;
/** A task may be listed late, and an image be queued: nothing but time tells that there is none. Half a minute in all. */
const earlierLooksMs = [0, 2_000, 3_000, 5_000, 8_000, 10_000];
/** After a lost answer, of a cloud that gives ids. */
const lostLooksMs = [0, 1_000, 2_000, 4_000];
/** The same of a cloud that gives none. */
const lostDiscoveryMs = [0, 1_000, 2_000, 4_000, 8_000, 15_000];
/** When to look for the task of an accepted request: two minutes in all. */
const acceptedLooksMs = [0, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000, 20_000, 25_000, 30_000];

/**
 * identify earlier → prepare → send → identify. Submits the request, unless a look behind the baseline shows that this
 * has happened already. docs/architecture.md draws it.
 */
export async function submitOnce(attempt: Attempt): Promise<ResolvedTask> {
  const { driver, request, clock } = attempt;
  let baseline = attempt.baseline;
  // Nothing of this request can be behind a baseline that this process has just read and not used yet.
  const isFresh = unusedBaselines.take(attempt.inputs.baseline.snapshot.id);
  let looksMs: readonly number[] = earlierLooksMs;
  for (let refusals = 0; ; refusals++) {
    // Also after something that was in the way: it may have been this very scan.
    const earlier = isFresh ? undefined : await identifyEarlier(attempt, looksMs);
    if (earlier !== undefined) return earlier;
    if (refusals === 0 && (await prepare(attempt))) baseline = await attempt.readBaseline();
    const sent = await sendOnce(attempt, baseline);
    if (!("refused" in sent)) return { snapshot: baseline, ...sent };
    if (await attempt.waitWhile(() => driver.findObstacle(request))) {
      // What was waited for has left results of its own.
      baseline = await attempt.readBaseline();
      looksMs = earlierLooksMs;
      continue;
    }
    // Refused although nothing is in the way, and a moment later again: then the refusal has another cause.
    if (refusals > 0) throw sent.refused;
    await clock.sleep(3_000);
    // The look before the request has already given a late task its half minute.
    looksMs = [0];
  }
}

/** Looks for a task of this request that an earlier update may have sent. */
async function identifyEarlier(attempt: Attempt, pausesMs: readonly number[]): Promise<ResolvedTask | undefined> {
  const text = "nothing submitted yet: looking whether an earlier update has started this scan, half a minute at most";
  const show = () => attempt.show(text);
  await show();
  await attempt.clock.sleep(othersMs);
  return resolve(await pollForTask(attempt, { baseline: attempt.baseline, pausesMs, show }));
}

/** Does what must be done before the submission, such as to sync a registry's images. True where it took time. */
async function prepare(attempt: Attempt): Promise<boolean> {
  if (attempt.driver.prepare === undefined) return false;
  endSharing();
  const question = await attempt.driver.prepare(attempt.request);
  return attempt.waitWhile(question);
}

async function send(attempt: Attempt, baseline: Baseline): Promise<Submitted> {
  endSharing();
  try {
    return await attempt.driver.submit(attempt.request, baseline);
  } finally {
    // A reading that began while the request was on its way may show a part of what it did.
    endSharing();
  }
}

function sendOnce(attempt: Attempt, baseline: Baseline): Promise<Sent> {
  return attempt.kind.discovery === undefined ? sendNamed(attempt, baseline) : sendInQueue(attempt);
}

/** Sends to a cloud that answers with the id of the task. */
async function sendNamed(attempt: Attempt, baseline: Baseline): Promise<Sent> {
  try {
    const { ids, serverTime } = await send(attempt, baseline);
    return { origin: "submitted", ids, submittedAt: new Date(serverTime).toISOString() };
  } catch (error) {
    if (isCloudError(error, "busy")) return { refused: error };
    if (!isCloudError(error, "ambiguous", "protocol")) throw error;
    const show = () => attempt.showSent("sent to the cloud, whose answer was lost: looking for the task");
    const found = await pollForTask(attempt, { baseline, pausesMs: lostLooksMs, show });
    return resolve(found) ?? failLost(error, "no task of this request has appeared");
  }
}

/** Sends to a cloud that answers without an id, and identifies the task. Once accepted, it is never reported as not sent. */
async function sendInQueue(attempt: Attempt): Promise<Sent> {
  for (let waits = 0; ; waits++) {
    const work = async () => (isAmbiguous(attempt) ? undefined : submitAndIdentify(attempt));
    const resolved = await runInQueue(attempt, work);
    if (resolved !== undefined) return resolved;
    // A request whose answer was lost, and of which nothing is seen a minute later, has never arrived.
    if (waits === 20 && !unmarkUnresolved(attempt, "lost")) {
      throw new CodedError(
        "IS-NOT-SUBMITTED",
        "nothing was submitted: another scan with the same scope was sent a moment ago, and its task has not been " +
          'identified yet; the two could not be told apart. Run "pulumi up" again later, or settle the other one first.',
      );
    }
    await attempt.show("not submitted yet: another scan with the same scope is being identified");
    await attempt.clock.sleep(3_000);
  }
}

async function submitAndIdentify(attempt: Attempt): Promise<ResolvedTask> {
  const baseline = await attempt.driver.readBaseline(attempt.kind.baselineScope?.(attempt.request) ?? {});
  const show = () => attempt.showSent("sent to the cloud, which does not say yet which task it is");
  let sent: Submitted;
  try {
    sent = await send(attempt, baseline);
  } catch (error) {
    if (!isCloudError(error, "ambiguous", "protocol")) throw error;
    const { found, failure } = await pollForSent(attempt, { baseline, pausesMs: lostDiscoveryMs, show });
    if (found.match === "one") return { origin: "found", ids: found.ids };
    markUnresolved(attempt, "lost");
    const isNone = found.match === "none" && failure === "";
    return failLost(error, isNone ? "no task of this request has appeared" : explainUnresolved(found, failure));
  }
  const submittedAt = new Date(sent.serverTime).toISOString();
  const { found, failure } = await pollForSent(attempt, { baseline, pausesMs: acceptedLooksMs, show });
  if (found.match === "one") return { origin: "submitted", ids: found.ids, submittedAt };
  markUnresolved(attempt, "accepted");
  return { origin: "submitted", ids: {}, submittedAt, unresolved: explainUnresolved(found, failure) };
}

/** The request was sent, its answer was lost, and its task was not found. It is never sent again in the same run. */
function failLost(lost: Error, seen: string): never {
  throw new CodedError(
    "IS-LOST-ANSWER",
    `${describeError(lost)}; ${seen}, and it was not sent again. Run "pulumi up" once more in a few minutes: it looks ` +
      "first, and submits only if there is still none.",
    { cause: lost },
  );
}
