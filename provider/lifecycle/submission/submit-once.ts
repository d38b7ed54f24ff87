import { CodedError } from "../../model/error-codes.js";
import { describeError, isCloudError } from "../../transport/errors.js";
import { endSharing } from "../account-reading.js";
import { refuseCancelled } from "../cancellation.js";
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

/** The result of sending: a task, or a refusal because something is in the way. */
type Sent = ResolvedTask | { readonly refused: Error };

/** Time for other resources of this run to claim their tasks, before an unclaimed task is searched. */
const othersMs = 2_000;
/** When to look for an earlier task: half a minute in all, because tasks can be listed late and images can be queued. */
const earlierLooksMs = [0, 2_000, 3_000, 5_000, 8_000, 10_000];
/** When to look after a lost answer, on a cloud that gives ids. */
const lostLooksMs = [0, 1_000, 2_000, 4_000];
/** The same on a cloud that gives none. */
const lostDiscoveryMs = [0, 1_000, 2_000, 4_000, 8_000, 15_000];
/** When to look for the task of an accepted request: two minutes in all. */
const acceptedLooksMs = [0, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000, 20_000, 25_000, 30_000];

/**
 * identify earlier → prepare → send → identify. Submits the request, unless its task exists already.
 * docs/architecture.md has the diagram.
 */
export async function submitOnce(attempt: Attempt): Promise<ResolvedTask> {
  const { driver, request, clock } = attempt;
  let baseline = attempt.baseline;
  // If this process has just read the baseline and not used it, no task of this request can exist.
  const isFresh = unusedBaselines.take(attempt.inputs.baseline.reading.id);
  let looksMs: readonly number[] = earlierLooksMs;
  for (let refusals = 0; ; refusals++) {
    // Also after something that was in the way: it may have been this very scan.
    const earlier = isFresh ? undefined : await identifyEarlier(attempt, looksMs);
    if (earlier !== undefined) return earlier;
    if (refusals === 0 && (await prepare(attempt))) baseline = await attempt.readBaseline();
    const sent = await sendOnce(attempt, baseline);
    if (!("refused" in sent)) return { reading: baseline, ...sent };
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
  const text = "checking for half a minute whether an earlier update started this scan; nothing is submitted yet";
  const show = () => attempt.show(text);
  await show();
  await attempt.clock.sleep(othersMs);
  const onNone = () => throwRefusal(attempt);
  return resolve(await pollForTask(attempt, { baseline: attempt.baseline, pausesMs, show, onNone }));
}

/** Ends the search for an earlier task if the cloud would refuse the request anyway. The next update searches again. */
async function throwRefusal({ driver, request }: Attempt): Promise<void> {
  const refusal = await driver.findRefusal?.(request);
  if (refusal !== undefined) throw refusal;
}

/** Does the work before the submission, such as a sync of registries. True if it took time. */
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
    // A reading that began while the request was on its way can show a part of its effects.
    endSharing();
  }
}

async function sendOnce(attempt: Attempt, baseline: Baseline): Promise<Sent> {
  refuseCancelled();
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
    const show = () => attempt.showSent("the request was sent, but the answer was lost; looking for the task");
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
    // If a lost request shows no task after a minute, it never arrived.
    if (waits === 20 && !unmarkUnresolved(attempt, "lost")) {
      throw new CodedError(
        "IS-NOT-SUBMITTED",
        "nothing was submitted: another scan with the same scope was sent a moment ago, and its task has not been " +
          'identified yet, so the two scans could be confused. Run "pulumi up" again later, or set adoptTaskId on the other task first.',
      );
    }
    await attempt.show("waiting until another scan with the same scope is identified; nothing is submitted yet");
    await attempt.clock.sleep(3_000);
  }
}

async function submitAndIdentify(attempt: Attempt): Promise<ResolvedTask> {
  const baseline = await attempt.driver.readBaseline(attempt.kind.baselineScope?.(attempt.request) ?? {});
  const show = () => attempt.showSent("the request was sent; looking for its task");
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

/** Fails because the answer was lost and no task was found. The request is never sent again in the same run. */
function failLost(lost: Error, seen: string): never {
  throw new CodedError(
    "IS-LOST-ANSWER",
    `${describeError(lost)}; ${seen}, and it was not sent again. Run "pulumi up" once more in a few minutes: it looks ` +
      "first, and submits only if there is still none.",
    { cause: lost },
  );
}
