import type { dynamic } from "@pulumi/pulumi";
import { duration } from "../model/duration.js";
import { withCode } from "../model/error-codes.js";
import type { Thresholds } from "../model/thresholds.js";
import { judge, type Verdict } from "../model/verdict.js";
import { type Clock, systemClock } from "../transport/clock.js";
import { canonical, sameValue } from "../validation/canonical.js";
import { isUnknown } from "../validation/unknown.js";
import { describeStop, untilCancelled } from "./cancellation.js";
import { tell } from "./engine.js";
import { PartialFailure } from "./partial-failure.js";
import { imagesText, Progress } from "./progress.js";
import { endedTasks } from "./run-memory.js";
import { describeTask, type FailOn, type WaitInputs, waitedFor, waitLimitSeconds } from "./task-inputs.js";
import type { Request, TaskKind } from "./task-kind.js";
import { withVulnerabilities } from "./vulnerability-lists.js";
import { dateEnd, type End, untilEnded, Watch } from "./watch.js";

/** The state of a wait. Without `status`, the end of the scan has not been seen. */
interface WaitState extends Partial<End> {
  /** The submission whose task was waited for. */
  readonly waitedFor: string;
  /** As given, so that `diff` sees a change. */
  readonly thresholds?: Thresholds | undefined;
  readonly failOn?: FailOn | undefined;
  readonly finishedAt?: string;
  /** Only with thresholds. */
  readonly verdict?: Verdict | undefined;
  readonly verdictReason?: string | undefined;
}

type Inputs = WaitInputs & { __provider?: unknown };

/** Waits for the end of one task. It submits nothing, so it can be interrupted and repeated. */
export function waitProvider(
  kind: TaskKind,
  clientOf: (account: string | undefined) => unknown,
  clock: Clock = systemClock,
): dynamic.ResourceProvider {
  async function run(inputs: Inputs, operation: "create" | "update"): Promise<WaitState> {
    const { unresolved, account, request } = inputs.submitted;
    const limitSeconds = waitLimitSeconds(inputs.waitTimeoutSeconds, operation, { kind, request: request as Request });
    const progress = new Progress(inputs.line, { clock });
    const outcome = unresolved
      ? ({ status: "UNKNOWN", reason: unresolved } as const)
      : await waitForEnd(kind, { inputs, client: clientOf(account), clock, limitSeconds, progress });
    const state = withVerdict({ ...beginState(inputs), ...outcome }, inputs, clock);
    const { status, verdict, counts } = state;
    const words = [status, verdict && `verdict ${verdict}`, imagesText(counts)];
    await progress.finish(words.filter(Boolean).join(", "));
    return publishOrFail(state, inputs);
  }

  return {
    async check(_olds, news: WaitInputs) {
      return {
        inputs: { ...news, ...(news.thresholds === undefined ? {} : { thresholds: canonical(news.thresholds) }) },
        failures: [],
      };
    },

    async diff(_id, olds: WaitState, news: WaitInputs) {
      if (isUnknown(news.submitted) || olds.waitedFor !== news.submitted.submission) return { replaces: ["submitted"] };
      if (isUnknown(news)) return {};
      const { task, unresolved } = news.submitted;
      if (olds.status === undefined && !unresolved) {
        await tell(news.line, `continues to wait for ${describeTask(task)}, without a new scan`, "info", true);
      }
      // The engine compares the inputs itself, and shows what has changed.
      if (!sameValue([olds.thresholds, olds.failOn], [news.thresholds, news.failOn])) return {};
      // An exception can have expired.
      const now = withVerdict(olds, news, clock);
      const isOther = now.verdict !== olds.verdict || now.verdictReason !== olds.verdictReason;
      // After a refresh, the engine no longer knows that the last update failed. So the state decides.
      return { changes: olds.status === undefined || isOther || isForbidden(now, news) };
    },

    async create(inputs) {
      const state = await run(inputs as WaitInputs, "create");
      return { id: state.waitedFor, outs: state };
    },

    async update(_id, olds: WaitState, news: WaitInputs) {
      const state =
        olds.status === undefined
          ? await run(news, "update")
          : await publishOrFail(withVerdict(olds, news, clock), news);
      return { outs: state };
    },

    async delete(_id, state: WaitState) {
      // A task with another status can still run.
      if (surelyEnded.includes(state.status)) endedTasks.add(state.waitedFor);
    },
  };
}

const surelyEnded: readonly unknown[] = ["SUCCEEDED", "CANCELED", "TIMED_OUT"];

function beginState(inputs: WaitInputs): WaitState {
  const { submitted, thresholds, failOn } = inputs;
  return { waitedFor: submitted.submission, ...echoed({ thresholds, failOn }) };
}

function echoed({ thresholds, failOn }: Pick<WaitState, "thresholds" | "failOn">) {
  return { ...(thresholds === undefined ? {} : { thresholds }), ...(failOn === undefined ? {} : { failOn }) };
}

/** The state with the present verdict. It judges the same findings again, without a call. */
function withVerdict(state: WaitState, { thresholds, failOn }: WaitInputs, clock: Clock): WaitState {
  const { verdict: _, verdictReason: __, thresholds: ___, failOn: ____, ...ended } = state;
  const rest = { ...ended, ...echoed({ thresholds, failOn }) };
  if (thresholds === undefined || state.status === undefined) return rest;
  const { verdict, reason } = judge({ status: state.status, findings: state.findings }, thresholds, clock.now());
  return { ...rest, verdict, verdictReason: reason ?? "within the thresholds" };
}

function isForbidden({ status, verdict }: WaitState, { failOn }: WaitInputs): boolean {
  if (failOn === "verdict") return verdict !== "PASS";
  return failOn === "task" && status !== "SUCCEEDED";
}

/** Publishes an end, or fails the update because of it. The state holds the end in both cases. */
async function publishOrFail(state: WaitState, inputs: Inputs): Promise<WaitState> {
  const isGood = state.status === "SUCCEEDED" && (state.verdict ?? "PASS") === "PASS";
  if (state.status === undefined || isGood) return state;
  const what = describe(state, inputs);
  if (!isForbidden(state, inputs)) {
    // The submission has warned of an unresolved task.
    if (!inputs.submitted.unresolved) await tell(inputs.line, withCode("IS-RESULT", what), "warning");
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
    withCode("IS-RESULT", `${what}. Each update fails until one of these: ${ways}.`),
  );
}

function describe(
  { status, reason, counts, verdict, verdictReason }: WaitState,
  { submitted: { task } }: WaitInputs,
): string {
  const images = imagesText(counts);
  const why = status === "SUCCEEDED" || reason === undefined ? "" : `: ${reason}`;
  const ended = `the scan of ${describeTask(task)} ended ${status}${why}${images === "" ? "" : ` (${images} scanned)`}`;
  if (verdict === undefined || verdict === "PASS") return ended;
  // A narrow terminal shows only the first words of a warning.
  return `the verdict is ${verdict}: ${verdictReason}; ${ended}`;
}

interface Waiting {
  readonly inputs: Inputs;
  readonly client: unknown;
  readonly clock: Clock;
  readonly limitSeconds: number;
  readonly progress: Progress;
}

async function waitForEnd(
  kind: TaskKind,
  { inputs, client, clock, limitSeconds, progress }: Waiting,
): Promise<End & { readonly finishedAt?: string }> {
  const { thresholds, submitted } = inputs;
  const task = waitedFor(kind, submitted);
  const watch = new Watch(kind, client, task, { judged: thresholds !== undefined, clock });
  const looked = async () => {
    // A narrow terminal shows only the first words.
    const { text, move } = watch.seen;
    const hint = `${describeTask(task.ids)}; ${describeStop()}, not the scan`;
    if (watch.end === undefined && !watch.isEnding) await progress.show(`${text} [${hint}]`, move);
  };
  const ended = untilEnded([watch], { clock, deadline: clock.now() + limitSeconds * 1000, looked });
  const isCancelled = (await untilCancelled(ended)) === "cancelled";
  const { end } = watch;
  if (end === undefined) {
    const seen = `(${watch.seen.text})`;
    throw explainUnended(
      inputs,
      isCancelled
        ? `has not ended yet ${seen}, and the update was cancelled`
        : `has not ended within ${duration(limitSeconds)} ${seen}`,
    );
  }
  const dated = { ...end, ...dateEnd(watch, submitted) };
  return thresholds === undefined ? dated : withVulnerabilities(dated, watch, { thresholds, clock });
}

function explainUnended(inputs: Inputs, why: string): PartialFailure {
  const { task, submission } = inputs.submitted;
  const reason =
    `${describeTask(task)} ${why}. ` +
    'The scan continues: run "pulumi up" again to wait for the same task, or raise waitTimeoutSeconds.';
  return new PartialFailure(submission, beginState(inputs), inputs.__provider, withCode("IS-WAIT-TIMEOUT", reason));
}
