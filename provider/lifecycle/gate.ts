import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import { duration } from "../model/duration.js";
import { buildExport, type GateResult, type ScanGateExport } from "../model/gate-export.js";
import { stackIn } from "../model/stack-name.js";
import type { TaskIds } from "../model/status.js";
import type { Thresholds } from "../model/thresholds.js";
import { type Judgement, judge } from "../model/verdict.js";
import { type Clock, systemClock } from "../transport/clock.js";
import { describeError } from "../transport/errors.js";
import { canonical, hashValue, sameValue } from "../validation/canonical.js";
import type { Failure } from "../validation/inputs.js";
import { explain } from "../validation/rules.js";
import { thresholds as thresholdsCheck } from "../validation/thresholds.js";
import { isUnknown } from "../validation/unknown.js";
import { describeStop, isCancelled, untilCancelled } from "./cancellation.js";
import { tell } from "./engine.js";
import { Progress } from "./progress.js";
import { endedTasks } from "./run-memory.js";
import { describeTask, type WaitInputs, waitedFor, waitLimitSeconds, waitTimeout } from "./task-inputs.js";
import type { TaskKind } from "./task-kind.js";
import { Unread, withVulnerabilities } from "./vulnerability-lists.js";
import { dateEnd, type End, untilEnded, Watch } from "./watch.js";

/** A task of a gate: the inputs that its wait would get. */
interface GateTask extends Omit<WaitInputs, "failOn" | "line"> {
  readonly name: string;
  readonly kind: string;
}

interface GateInputs {
  readonly tasks: readonly GateTask[];
  readonly maxAgeSeconds?: number;
  readonly waitTimeoutSeconds?: number;
  /** URN of the gate, on whose line messages are shown. */
  readonly line?: string;
}

/** The result of one task in the gate's state. Without `status`, its end has not been seen. */
interface Kept extends GateResult {
  /** The submission whose task this is. */
  readonly submission: string;
  /** Digest of account and request. Only if the request names the content. */
  readonly content?: string | undefined;
}

interface GateState {
  readonly verdict: string;
  readonly reason?: string | undefined;
  readonly status?: string | undefined;
  readonly results: readonly Kept[];
  readonly scanGate: ScanGateExport;
}

/** How the gate finds the kind and the client of a task. */
export interface Kinds {
  kindOf(token: string): TaskKind;
  clientOf(token: string, account: string | undefined): unknown;
}

/** Waits for the ends of many tasks in one loop, judges them, and never fails because of them. */
export function gateProvider(kinds: Kinds, clock: Clock = systemClock): dynamic.ResourceProvider {
  const settled = async (news: GateInputs, olds: GateState | undefined): Promise<GateState> => {
    if (olds !== undefined) release(olds);
    const state = buildState(await new Gate(kinds, news, clock).results(olds?.results ?? []), news, clock);
    const { verdict, reason, results } = state;
    const isKept = results.some(({ running }) => running !== undefined);
    const ended = results.filter(({ status }) => status !== undefined).length;
    await tell(news.line, `${ended}/${results.length} scans ended: ${verdict}`, "info", true);
    if (verdict !== "PASS" || isKept) await tell(news.line, `the gate's verdict is ${verdict}: ${reason}`, "warning");
    return state;
  };

  return {
    async check(_olds, news: GateInputs) {
      return { inputs: { ...news, tasks: normalizeTasks(news.tasks) }, failures: findMistakes(news) };
    },

    async diff(_id, olds: GateState, news: GateInputs) {
      if (isUnknown(news)) return {};
      const given = new Map(news.tasks.map((task) => [task.submitted.submission, task]));
      // In the order of the state: the order of the list means nothing.
      const ended = olds.results.filter(({ status, submission }) => status !== undefined && given.has(submission));
      if (ended.length < given.size) return { changes: true };
      const tasks = ended.map(({ submission }) => given.get(submission) as GateTask);
      // An exception can have expired.
      const { results, scanGate } = buildState(ended, { ...news, tasks }, clock);
      return { changes: !sameValue([results, scanGate], [olds.results, olds.scanGate]) };
    },

    async create(inputs) {
      return { id: randomUUID(), outs: await settled(inputs as GateInputs, undefined) };
    },

    async update(_id, olds: GateState, news: GateInputs) {
      return { outs: await settled(news, olds) };
    },

    async delete(_id, state: GateState) {
      release(state);
    },
  };
}

/** Records ended tasks, so that they are not stopped. An UNKNOWN task can still run. */
function release({ results }: GateState): void {
  for (const { status, submission } of results) {
    if (status !== undefined && status !== "UNKNOWN") endedTasks.add(submission);
  }
}

/** The tasks with their thresholds in one form. They can be unknown. */
function normalizeTasks(tasks: readonly GateTask[]): readonly GateTask[] {
  if (isUnknown(tasks)) return tasks;
  return tasks.map(({ thresholds, ...task }) =>
    thresholds === undefined ? task : { ...task, thresholds: canonical(thresholds) as Thresholds },
  );
}

/** The problems of the inputs that are known. */
function findMistakes({ tasks, waitTimeoutSeconds }: GateInputs): Failure[] {
  const reason =
    isUnknown(waitTimeoutSeconds) || !waitTimeoutSeconds ? undefined : explain(waitTimeout(waitTimeoutSeconds));
  return [
    ...(isUnknown(tasks) ? [] : unjudged(tasks)),
    ...(reason === undefined ? [] : [{ property: "waitTimeoutSeconds", reason }]),
  ];
}

function unjudged(tasks: readonly GateTask[]): Failure[] {
  const reasons = tasks.flatMap(({ name, thresholds }) => {
    const missing = "has no thresholds, and a gate needs them";
    const why = thresholds === undefined ? missing : explain(thresholdsCheck(thresholds), "thresholds");
    return why === undefined ? [] : [`${name}: ${why}`];
  });
  // Without a property, because the engine would show its value: all tasks.
  return reasons.map((reason) => ({ property: "", reason }));
}

/** The results of ended tasks, by submission. */
function endedIn(results: readonly Kept[]): Map<string, Kept> {
  return new Map(results.filter(({ status }) => status !== undefined).map((one) => [one.submission, one]));
}

/** The state by the present verdicts, with one result for each task. It makes no call. */
function buildState(results: readonly Kept[], inputs: GateInputs, clock: Clock): GateState {
  const judged = results.map((result, at) => {
    const { verdict: _, verdictReason: __, ...rest } = result;
    const { name, thresholds } = inputs.tasks[at] as GateTask;
    const { verdict, reason, until } = judgeResult(result, thresholds, clock);
    return { kept: { ...rest, name, verdict, verdictReason: reason }, until };
  });
  const hashed = inputs.tasks.map(({ kind, submitted, thresholds }) => [kind, submitted.fingerprint, thresholds]);
  const { maxAgeSeconds, line: urn } = inputs;
  const terms = { stack: stackIn(urn), inputsHash: hashValue(hashed), maxAgeSeconds, now: clock.now() };
  const scanGate = buildExport(
    judged.map(({ kept, until }) => ({ ...kept, until })),
    terms,
  );
  const { verdict, reason, status } = scanGate;
  return { verdict, reason, status, results: judged.map(({ kept }) => kept), scanGate };
}

function judgeResult(
  { status, findings, reason }: Pick<GateResult, "status" | "findings" | "reason">,
  thresholds: Thresholds | undefined,
  clock: Clock,
): Judgement {
  if (thresholds === undefined) return { verdict: "INCONCLUSIVE", reason: "there are no thresholds" };
  const judgement = judge({ status, findings }, thresholds, clock.now());
  const isTold = judgement.verdict !== "INCONCLUSIVE" || reason === undefined;
  return isTold ? judgement : { ...judgement, reason: `${judgement.reason}: ${reason}` };
}

/** A task of the gate that has not ended yet. */
interface Pending {
  readonly task: GateTask;
  readonly content: string | undefined;
  readonly watch: Watch | undefined;
  readonly limitSeconds: number;
  /** Why the task cannot be read. */
  problem?: string;
}

class Gate {
  readonly #kinds: Kinds;
  readonly #inputs: GateInputs;
  readonly #clock: Clock;

  constructor(kinds: Kinds, inputs: GateInputs, clock: Clock) {
    this.#kinds = kinds;
    this.#inputs = inputs;
    this.#clock = clock;
  }

  /** The result of each task. Tasks that ended earlier are not read again. */
  async results(earlier: readonly Kept[]): Promise<Kept[]> {
    const { tasks } = this.#inputs;
    const results = endedIn(earlier);
    const open = tasks.filter(({ submitted }) => !results.has(submitted.submission));
    const pending = await Promise.all(open.map((task) => this.#pendingOf(task)));
    await this.#wait(pending, tasks.length);
    const fresh = await Promise.all(pending.map((one) => this.#resultOf(one, earlier)));
    // The key is the task's own submission. The result can be that of an earlier one, which counts until this one ends.
    for (const [at, { task }] of pending.entries()) results.set(task.submitted.submission, fresh[at] as Kept);
    return tasks.map(({ submitted }) => results.get(submitted.submission) as Kept);
  }

  async #pendingOf(task: GateTask): Promise<Pending> {
    const kind = this.#kinds.kindOf(task.kind);
    const { submitted } = task;
    const { account } = submitted;
    const waited = waitedFor(kind, submitted);
    const { request } = waited;
    const isNamed = kind.namesContent?.(request) === true;
    const content = isNamed ? hashValue([task.kind, account, kind.createPayload(request)]) : undefined;
    const limitSeconds = waitLimitSeconds(task.waitTimeoutSeconds, "update", { kind, request });
    const base = { task, content, limitSeconds };
    if (submitted.unresolved) return { ...base, watch: undefined };
    try {
      const client = this.#kinds.clientOf(task.kind, account);
      const watch = new Watch(kind as never, client, waited, {
        judged: true,
        clock: this.#clock,
      });
      return { ...base, watch };
    } catch (error) {
      return { ...base, watch: undefined, problem: describeError(error) };
    }
  }

  async #wait(pending: readonly Pending[], all: number): Promise<void> {
    const { line, waitTimeoutSeconds } = this.#inputs;
    const begun = this.#clock.now();
    const limit = waitTimeoutSeconds ?? Math.max(0, ...pending.map(({ limitSeconds }) => limitSeconds));
    const progress = new Progress(line, { clock: this.#clock });
    const watched = pending.flatMap((one) => (one.watch === undefined ? [] : [guarded(one, one.watch)]));
    const looked = () => {
      const left = watched.filter(({ end }) => end === undefined).length;
      const text = `${all - left}/${all} scans ended`;
      return left === 0 ? Promise.resolve() : progress.show(`${text} [${describeStop()}, not the scans]`, text);
    };
    await untilCancelled(untilEnded(watched, { clock: this.#clock, deadline: begun + limit * 1000, looked }));
  }

  async #resultOf(pending: Pending, earlier: readonly Kept[]): Promise<Kept> {
    const { task, content, watch, problem } = pending;
    const { name, kind, submitted, thresholds } = task;
    const { submission, task: ids, unresolved } = submitted;
    const identity = { name, kind, submission, content, ids };
    const unknown: End | undefined = unresolved ? { status: "UNKNOWN", reason: unresolved } : undefined;
    const end = unknown ?? watch?.end;
    if (end !== undefined && problem === undefined) {
      const judging = { thresholds: thresholds ?? {}, clock: this.#clock };
      const whole = watch === undefined ? end : await withVulnerabilities(end, watch, judging).catch(unread);
      // Without a status, the next update reads it again.
      if (whole instanceof Unread) return { ...identity, reason: whole.message, verdict: "INCONCLUSIVE" };
      return {
        ...identity,
        ...whole,
        ...(watch === undefined ? {} : dateEnd(watch, submitted)),
        verdict: "INCONCLUSIVE",
      };
    }
    const kept = watch?.isRunning === true ? this.#stillGood(pending, earlier) : undefined;
    if (kept !== undefined) return { ...kept, running: describeTask(ids) };
    const reason = problem ?? unended(ids, { seen: watch?.seen.text ?? "", limitSeconds: this.#limitOf(pending) });
    return { ...identity, reason, verdict: "INCONCLUSIVE" };
  }

  #limitOf({ limitSeconds }: Pending): number {
    return this.#inputs.waitTimeoutSeconds ?? limitSeconds;
  }

  /** An earlier PASS on the same content is valid while a new scan of it runs. */
  #stillGood({ task, content }: Pending, earlier: readonly Kept[]): Kept | undefined {
    if (content === undefined) return undefined;
    return earlier.find(
      (one) => one.content === content && judgeResult(one, task.thresholds, this.#clock).verdict === "PASS",
    );
  }
}

function unended(
  ids: TaskIds,
  { seen, limitSeconds }: { readonly seen: string; readonly limitSeconds: number },
): string {
  const when = isCancelled() ? "when the update was cancelled" : `within ${duration(limitSeconds)}`;
  return `${describeTask(ids)} has not ended ${when} (${seen}); the next pulumi up continues the wait`;
}

/** Makes an unread list a result of one task, not a failure of the gate. */
function unread(error: unknown): Unread {
  if (error instanceof Unread) return error;
  throw error;
}

/** A failed reading ends the wait for this task only. */
function guarded(pending: Pending, watch: Watch) {
  return {
    get end() {
      return pending.problem === undefined ? watch.end : ({ status: "UNKNOWN" } as const);
    },
    get isEnding() {
      return watch.isEnding;
    },
    async look() {
      try {
        return await watch.look();
      } catch (error) {
        pending.problem = `its state cannot be read: ${describeError(error)}`;
        return 0;
      }
    },
  };
}
