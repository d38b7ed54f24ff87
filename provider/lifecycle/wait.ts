import type { dynamic } from "@pulumi/pulumi";
import { duration } from "../model/duration.js";
import { judge, type Verdict } from "../model/verdict.js";
import { type Clock, systemClock } from "../transport/clock.js";
import { canonical } from "../validation/canonical.js";
import { isUnknown } from "../validation/unknown.js";
import { tell } from "./engine.js";
import { PartialFailure } from "./partial-failure.js";
import { imagesText, Progress } from "./progress.js";
import { endedTasks } from "./run-memory.js";
import { nameOf, type WaitInputs, waitedFor, waitLimitSeconds } from "./task-inputs.js";
import type { Snapshot, TaskKind } from "./task-kind.js";
import { withVulnerabilities } from "./vulnerability-lists.js";
import { type End, finishOf, untilEnded, Watch } from "./watch.js";

/** The state of a wait. Without `status` the scan has not been seen to end. */
interface WaitState extends Partial<End> {
  readonly account: string | undefined;
  /** The submission whose task was waited for. */
  readonly waitedFor: string;
  readonly finishedAt?: string;
  /** Only with thresholds. */
  readonly verdict?: Verdict | undefined;
  readonly verdictReason?: string | undefined;
}

type Inputs = WaitInputs & { __provider?: unknown };

/** Waits for the end of one task. Submits nothing, so it may be interrupted and run again at will. */
export function waitProvider<Client, Request, Baseline extends Snapshot>(
  kind: TaskKind<Client, Request, Baseline>,
  clientOf: (account: string | undefined) => Client,
  clock: Clock = systemClock,
): dynamic.ResourceProvider {
  async function run(inputs: Inputs): Promise<WaitState> {
    const { unresolved } = inputs.submitted;
    const outcome = unresolved
      ? ({ status: "UNKNOWN", reason: unresolved } as const)
      : await awaited(kind, { inputs, client: clientOf(inputs.account), clock });
    return concluded(judged({ ...stateOf(inputs), ...outcome }, inputs, clock), inputs);
  }

  return {
    async check(_olds, news: WaitInputs) {
      return {
        inputs: { ...news, request: kind.inputs.normalize(news.request), thresholds: canonical(news.thresholds) },
        failures: [],
      };
    },

    async diff(_id, olds: WaitState, news: WaitInputs) {
      const replaces: string[] = [];
      if (isUnknown(news.submitted) || olds.waitedFor !== news.submitted.submission) replaces.push("submitted");
      if (olds.account !== news.account) replaces.push("account");
      if (replaces.length > 0) return { replaces };
      if (isUnknown(news)) return {};
      // An exception may have ended since.
      const now = judged(olds, news, clock);
      const isOther = now.verdict !== olds.verdict || now.verdictReason !== olds.verdictReason;
      // A refresh forgets that the last update failed; the state does not, so it decides.
      return { changes: olds.status === undefined || isOther || isForbidden(now, news) };
    },

    async create(inputs) {
      const state = await run(inputs as WaitInputs);
      return { id: state.waitedFor, outs: state };
    },

    async update(_id, olds: WaitState, news: WaitInputs) {
      const state = olds.status === undefined ? await run(news) : await concluded(judged(olds, news, clock), news);
      return { outs: state };
    },

    async delete(_id, state: WaitState) {
      // A task of which the cloud has shown nothing for a while may run all the same.
      if (surelyEnded.includes(state.status)) endedTasks.add(state.waitedFor);
    },
  };
}

const surelyEnded: readonly unknown[] = ["SUCCEEDED", "CANCELED", "TIMED_OUT"];

function stateOf(inputs: WaitInputs): WaitState {
  return { account: inputs.account, waitedFor: inputs.submitted.submission };
}

/** The state with the verdict of this moment: what was found is judged anew, without a call. */
function judged(state: WaitState, { thresholds }: WaitInputs, clock: Clock): WaitState {
  const { verdict: _, verdictReason: __, ...rest } = state;
  if (thresholds === undefined || state.status === undefined) return rest;
  const { verdict, reason } = judge({ status: state.status, findings: state.findings }, thresholds, clock.now());
  return { ...rest, verdict, verdictReason: reason ?? "within the thresholds" };
}

function isForbidden({ status, verdict }: WaitState, { failOn }: WaitInputs): boolean {
  if (failOn === "verdict") return verdict !== "PASS";
  return failOn === "task" && status !== "SUCCEEDED";
}

/** Publishes an end, or fails the update because of it; the state holds it either way. */
async function concluded(state: WaitState, inputs: Inputs): Promise<WaitState> {
  const isGood = state.status === "SUCCEEDED" && (state.verdict ?? "PASS") === "PASS";
  if (state.status === undefined || isGood) return state;
  const what = describe(state, inputs);
  if (!isForbidden(state, inputs)) {
    // What is unresolved was told by the submission.
    if (!inputs.submitted.unresolved) await tell(inputs.component, what, "warning");
    return state;
  }
  const ways =
    inputs.failOn === "verdict"
      ? "new triggers or a changed request (both start a new scan), other thresholds or exceptions, or another failOn"
      : 'new triggers or a changed request (both start a new scan), or failOn: "never"';
  throw new PartialFailure(
    state.waitedFor,
    state,
    inputs.__provider,
    `${what}. Each update fails until one of these: ${ways}.`,
  );
}

function describe(
  { status, reason, counts, verdict, verdictReason }: WaitState,
  { submitted: { task } }: WaitInputs,
): string {
  const images = imagesText(counts);
  const why = status === "SUCCEEDED" || reason === undefined ? "" : `: ${reason}`;
  const ended = `the scan of ${nameOf(task)} ended ${status}${why}${images === "" ? "" : ` (${images} scanned)`}`;
  if (verdict === undefined || verdict === "PASS") return ended;
  return `${ended}, with the verdict ${verdict}: ${verdictReason}`;
}

async function awaited<C, R, B extends Snapshot>(
  kind: TaskKind<C, R, B>,
  { inputs, client, clock }: { readonly inputs: Inputs; readonly client: C; readonly clock: Clock },
): Promise<End & { readonly finishedAt?: string }> {
  const { thresholds, component, submitted } = inputs;
  const task = waitedFor<R, B>(kind, inputs);
  const watch = new Watch(kind, client, task, { judged: thresholds !== undefined, clock });
  const progress = new Progress(component, clock);
  const limitSeconds = waitLimitSeconds(inputs, kind, task.request);
  const looked = async () => {
    const hint = "Ctrl-C twice leaves; the scan goes on";
    const { text, move } = watch.seen;
    if (watch.end === undefined && !watch.isEnding) await progress.show(`${nameOf(task.ids)}: ${text} [${hint}]`, move);
  };
  await untilEnded([watch], { clock, deadline: clock.now() + limitSeconds * 1000, looked });
  const { end } = watch;
  if (end === undefined) throw unfinished(inputs, { limitSeconds, seen: watch.seen.text });
  const dated = { ...end, ...finishOf(watch, submitted) };
  return thresholds === undefined ? dated : withVulnerabilities(dated, watch, { thresholds, clock });
}

function unfinished(
  inputs: Inputs,
  { limitSeconds, seen }: { readonly limitSeconds: number; readonly seen: string },
): PartialFailure {
  const { task, submission } = inputs.submitted;
  const reason =
    `${nameOf(task)} has not ended within ${duration(limitSeconds)} (${seen}). ` +
    'The scan goes on: run "pulumi up" again to wait on for the same task, or raise waitTimeoutSeconds.';
  return new PartialFailure(submission, stateOf(inputs), inputs.__provider, reason);
}
