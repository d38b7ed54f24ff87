import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import { CodedError, withCode } from "../../model/error-codes.js";
import type { TaskIds } from "../../model/status.js";
import { type Clock, systemClock } from "../../transport/clock.js";
import type { Failure, Inputs } from "../../validation/inputs.js";
import { isUnknown } from "../../validation/unknown.js";
import { tell } from "../engine.js";
import { declaredBaselines, endedTasks } from "../run-memory.js";
import { type MayChange, refuseSecondProcess } from "../sole-process.js";
import {
  type BaselineOfTask,
  chooseId,
  describeTask,
  type ResolvedTask,
  type SubmissionInputs,
  type SubmittedTask,
} from "../task-inputs.js";
import type { Baseline, Request, StopContext, TaskKind } from "../task-kind.js";
import { Attempt } from "./attempt.js";
import { findTask, markUnresolved, runInQueue, unmarkUnresolved } from "./identify.js";
import { areImagesContested, claim, listClaims } from "./ownership.js";
import { stopIfRunning } from "./stop.js";
import { submitOnce } from "./submit-once.js";

/** How long a task may take to be listed after it was accepted. */
const lateMs = 30 * 60_000;

/**
 * The state of a submission. The part that can hold text of the request has the name of its input, because an output is
 * secret if the input with its name is secret.
 */
interface SubmissionState {
  readonly submitted: SubmittedTask;
  readonly baseline: {
    readonly id: string;
    readonly account?: string | undefined;
    /** What a stop needs, in addition to the ids. */
    readonly stopScope: Readonly<Record<string, unknown>>;
  };
  readonly onDelete?: "stop" | "leave" | undefined;
  readonly stopTimeoutSeconds?: number | undefined;
}

/** Starts a scan once. The task is in the state as soon as the cloud has accepted it. */
export function submissionProvider(
  kind: TaskKind,
  clientOf: (account: string | undefined) => unknown,
  { clock = systemClock, mayChange = () => true }: { readonly clock?: Clock; readonly mayChange?: MayChange } = {},
): dynamic.ResourceProvider {
  const attempt = (inputs: SubmissionInputs) => new Attempt(kind, clientOf(inputs.baseline.account), inputs, clock);

  /** Looks again for an unresolved task. If it is found, the submission gets a new id, so that the wait is replaced. */
  const identifyLate = async (olds: SubmittedTask, news: SubmissionInputs): Promise<SubmittedTask> => {
    const late = attempt(news);
    const before = { ...late.baseline, submittedAt: Date.parse(olds.submittedAt ?? "") };
    const found = await runInQueue(late, () => findTask(late, before));
    if (found.match !== "one") {
      await tell(news.line, withCode("IS-NOT-IDENTIFIED", olds.unresolved ?? ""), "warning");
      return olds;
    }
    unmarkUnresolved(late, "accepted");
    return { ...olds, task: found.ids, submission: randomUUID(), unresolved: "" };
  };

  return {
    async check(olds: Inputs, news: Inputs) {
      const { baseline, adoptTaskId } = news as Partial<SubmissionInputs>;
      if (adoptTaskId === undefined && !isUnknown(baseline)) declaredBaselines.add(baseline?.reading.id);
      return { inputs: news, failures: misplacedAdoption(olds, news) };
    },

    async diff(_id, olds: SubmissionState, news: SubmissionInputs) {
      const { submitted } = olds;
      if (isUnknown(news.baseline) || olds.baseline.id !== news.baseline.reading.id) return { replaces: ["baseline"] };
      const adopts = news.adoptTaskId;
      if (adopts !== undefined && !isUnknown(adopts) && !isSameTask(kind.parseAdoptedId(adopts), submitted.task))
        return { replaces: ["adoptTaskId"] };
      claim(kind, news.baseline.account, { ids: submitted.task, request: news.baseline.request as Request });
      if (!submitted.unresolved) {
        return {
          changes: isOther(olds.onDelete, news.onDelete) || isOther(olds.stopTimeoutSeconds, news.stopTimeoutSeconds),
        };
      }
      const isRecent = clock.now() - Date.parse(submitted.submittedAt ?? "") < lateMs;
      if (isRecent) markUnresolved(attempt(news), "accepted");
      return { changes: true };
    },

    async create(inputs: SubmissionInputs) {
      const { adoptTaskId, line } = inputs;
      if (!mayChange(inputs.baseline.account)) refuseSecondProcess();
      const trial = attempt(inputs);
      const task =
        adoptTaskId === undefined ? await submitOnce(trial) : await adopt(trial, kind.parseAdoptedId(adoptTaskId));
      claim(kind, trial.account, { ids: task.ids, request: trial.request });
      if (task.unresolved !== undefined) await tell(line, withCode("IS-NOT-IDENTIFIED", task.unresolved), "warning");
      return { id: chooseId(task.ids), outs: buildState(kind, inputs, submittedTask(kind, inputs.baseline, task)) };
    },

    async update(_id, olds: SubmissionState, news: SubmissionInputs) {
      if (olds.submitted.unresolved && !mayChange(news.baseline.account)) refuseSecondProcess();
      const submitted = olds.submitted.unresolved ? await identifyLate(olds.submitted, news) : olds.submitted;
      return { outs: buildState(kind, news, submitted) };
    },

    delete: (_id, state: SubmissionState) => release(kind, { state, clientOf, clock, mayChange }),
  };
}

function isOther(old: unknown, now: unknown): boolean {
  return !isUnknown(now) && (old ?? undefined) !== (now ?? undefined);
}

function isSameTask(asked: TaskIds, own: TaskIds): boolean {
  return Object.entries(asked).every(([name, id]) => own[name] === id);
}

function submittedTask(
  kind: TaskKind,
  baseline: BaselineOfTask,
  { origin, ids, submittedAt, unresolved, reading }: ResolvedTask,
): SubmittedTask {
  return {
    submission: randomUUID(),
    origin,
    task: ids,
    submittedAt: submittedAt ?? null,
    baselineId: baseline.reading.id,
    ...(kind.discovery === undefined ? {} : { unresolved: unresolved ?? "" }),
    ...(kind.comparesWithBaseline === true ? { reading: reading ?? baseline.reading } : {}),
  };
}

function buildState(
  kind: TaskKind,
  { baseline, onDelete, stopTimeoutSeconds }: SubmissionInputs,
  submitted: SubmittedTask,
): SubmissionState {
  const { account, request, reading } = baseline;
  const stopScope = kind.stopScope?.(request as Request, (submitted.reading ?? reading) as Baseline) ?? {};
  const scope = { id: reading.id, account, stopScope: stopScope as Inputs };
  return { submitted, baseline: scope, onDelete, stopTimeoutSeconds };
}

/** Stops its own task if it still runs, unless a live resource of this run represents it. */
async function release(
  kind: TaskKind,
  {
    state: { submitted, baseline, onDelete, stopTimeoutSeconds },
    clientOf,
    clock,
    mayChange,
  }: {
    readonly state: SubmissionState;
    readonly clientOf: (account: string | undefined) => unknown;
    readonly clock: Clock;
    readonly mayChange: MayChange;
  },
): Promise<void> {
  const { account } = baseline;
  const { task: ids, origin, submission, unresolved } = submitted;
  const isOwn = origin !== "adopted" && onDelete !== "leave";
  // Replaced before its successor is made, which then finds this task.
  if (declaredBaselines.has(baseline.id)) return;
  if (!isOwn || listClaims(kind, account).isClaimed(ids) || endedTasks.has(submission)) return;
  const warn = (text: string) => tell(undefined, withCode("IS-NOT-STOPPED", text), "warning");
  if (unresolved) return warn(`${unresolved}. Nothing was stopped; the scan may still be running`);
  const context: StopContext = { scope: baseline.stopScope, baseline: submitted.reading };
  const driver = kind.driver(clientOf(account));
  // Without an id, a stop names images. It could stop the scan of a live resource.
  const isNamed = driver.isNamed?.(ids) ?? true;
  if (!isNamed && areImagesContested(kind, account, context.scope)) return;
  const mayStop = () => mayChange(account);
  const whyNot = await stopIfRunning(driver, { ids, context, clock, timeoutSeconds: stopTimeoutSeconds, mayStop });
  if (whyNot !== undefined) await warn(`${describeTask(ids)}: ${whyNot}. It may still be running`);
}

/** Refuses to keep an adopted task for a changed request. */
function misplacedAdoption(olds: Inputs, news: Inputs): Failure[] {
  const { adoptTaskId } = news;
  const [before, now] = [olds, news].map(
    ({ baseline }) => (baseline as Partial<BaselineOfTask> | undefined)?.fingerprint,
  );
  if (adoptTaskId === undefined || olds["adoptTaskId"] !== adoptTaskId) return [];
  if (before === undefined || now === undefined || isUnknown(now) || before === now) return [];
  const reason =
    "is the task of the earlier request, before the request or the triggers changed; remove it to start a new scan";
  return [{ property: "adoptTaskId", reason }];
}

async function adopt({ driver, request, baseline }: Attempt, ids: TaskIds): Promise<ResolvedTask> {
  const sighting = await driver.observe({ ids, request, baseline, adopted: true });
  if (sighting.state === "missing" && sighting.outcome === undefined) {
    throw new CodedError("IS-ADOPT", `adoptTaskId: the cloud knows no ${describeTask(ids)}; nothing was submitted`);
  }
  return { origin: "adopted", ids };
}
