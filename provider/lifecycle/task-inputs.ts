import { randomUUID } from "node:crypto";
import type { TaskIds } from "../model/status.js";
import { judgedNames, type Thresholds } from "../model/thresholds.js";
import type { Failure, InputRules, Inputs } from "../validation/inputs.js";
import { anyListOf, boolean, type Check, integer, oneOf } from "../validation/rules.js";
import { thresholds } from "../validation/thresholds.js";
import type { Baseline, Request, Task, TaskKind } from "./task-kind.js";

/** A kind of task, as far as its arguments are concerned. */
type Kind = Pick<TaskKind, "inputs" | "adoptable" | "detectableFindings">;

/** When the update fails because of the end or the findings of a scan: `"never"`, `"task"` or `"verdict"`. */
export type FailOn = "never" | "task" | "verdict";

/** How a resource got its task. An adopted task is never stopped on delete. */
export type Origin = "submitted" | "found" | "adopted";

/** The task that a resource represents. */
export interface ResolvedTask {
  readonly origin: Origin;
  readonly ids: TaskIds;
  readonly submittedAt?: string | null | undefined;
  /** Why it is not known which task the cloud made of the request. */
  readonly unresolved?: string | undefined;
  /** What the account looked like just before the request was sent, where that is not the baseline's reading. */
  readonly reading?: Baseline | undefined;
}

/** The key of a task within a run. It is "" for all tasks without an id. */
export function joinIds(ids: TaskIds): string {
  return Object.values(ids).join(",");
}

/** The task's own id, or a random one if the cloud gives none. */
export function chooseId(ids: TaskIds): string {
  return joinIds(ids) || randomUUID();
}

/** The fields that take the place of `images`. Undefined if the request names its images as the API takes them. */
export type Pins = Inputs | undefined;

/** The request as it is sent: with its pins in place of `images`. */
export function applyPins(request: Inputs, pins: Pins): Inputs {
  if (pins === undefined) return request;
  const { images: _, ...rest } = request;
  return { ...rest, ...pins };
}

/** The baseline's outputs, as the submission and the wait get them: the request as it is sent, and the reading. */
export interface BaselineOfTask {
  readonly account?: string;
  /** Digest of the create call and the triggers. */
  readonly fingerprint: string;
  readonly triggers?: readonly string[];
  readonly request: Readonly<Record<string, unknown>>;
  readonly reading: Baseline & { readonly id: string };
}

/** How long one step may take, in seconds: one number, or one for each operation. */
export type StepTimeout = number | { readonly create?: number; readonly update?: number };

export interface SubmissionInputs {
  readonly baseline: BaselineOfTask;
  readonly adoptTaskId?: string;
  readonly onDelete?: "stop" | "leave";
  readonly waitTimeoutSeconds?: StepTimeout;
  readonly stopTimeoutSeconds?: number;
  /** URN of the resource on whose line messages are shown. */
  readonly line?: string;
}

/** The output of a submission. */
export interface SubmittedTask {
  /** Id of this submission. It is unique even if a cloud gives a task's id twice. */
  readonly submission: string;
  readonly origin: Origin;
  readonly task: TaskIds;
  /** Null if it is not known, because an absent output is unknown in each preview. */
  readonly submittedAt?: string | null;
  /** Why it is not known which task the cloud made of the request. */
  readonly unresolved?: string;
  /** Id of the baseline whose request was sent. */
  readonly baselineId: string;
  /** What the account looked like just before the request was sent, where that is not the baseline's reading. */
  readonly reading?: Baseline;
}

/** The task, for a wait and a gate. */
export interface AwaitedTask extends SubmittedTask {
  readonly account?: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly reading: Baseline;
  /** For a gate only. */
  readonly fingerprint?: string;
}

export interface WaitInputs {
  readonly submitted: AwaitedTask;
  readonly thresholds?: Thresholds;
  readonly failOn?: FailOn;
  readonly waitTimeoutSeconds?: StepTimeout;
  /** URN of the resource on whose line messages are shown. */
  readonly line?: string;
}

/** The task that is waited for, as its driver knows it. */
export function waitedFor(kind: Pick<Kind, "inputs">, { task, reading, origin, request }: AwaitedTask): Task {
  const adopted = origin === "adopted";
  return { ids: task, request: kind.inputs.normalize(request) as Request, baseline: reading as Baseline, adopted };
}

const trigger: Check = (value) => {
  if (typeof value === "string") return undefined;
  return value === undefined || value === null
    ? "is undefined, not a string; is a variable not set?"
    : "is not a string";
};

/** The name of an account. It is a part of a config namespace, such as `tencentcloud-prod`. */
export const accountName: Check = (value) =>
  typeof value === "string" && /^[A-Za-z0-9_-]+$/.test(value)
    ? undefined
    : "must have only letters, digits, - and _, because it is part of a config namespace";

export const waitTimeout = integer(1, 30 * 86_400);

const common: Readonly<Record<string, Check>> = {
  account: accountName,
  triggers: anyListOf(trigger),
  onDelete: oneOf("stop", "leave"),
  wait: boolean,
  waitTimeoutSeconds: waitTimeout,
  failOn: oneOf("never", "task", "verdict"),
  thresholds,
};

/** The rules for all arguments of a task: those of its request, and those of each task. */
export function argumentRules({ inputs, adoptable, detectableFindings: finds }: Kind): InputRules {
  const properties = { ...common, adoptTaskId: adoptable, ...inputs.properties };
  return {
    ...inputs,
    properties,
    crossFieldRules: (all) => [...inputs.crossFieldRules(all), ...unjudged(all), ...unjudgeable(all, finds)],
  };
}

function unjudged({ failOn, thresholds: given, wait }: Inputs): Failure[] {
  const unwaited =
    "but with wait: false no verdict can fail the update; remove wait: false, or use a ScanGate and its require";
  const rules: readonly (readonly [wrong: boolean, reason: string])[] = [
    [failOn === "verdict" && given === undefined, 'is "verdict", but without thresholds there is no verdict'],
    [wait === false && failOn === "verdict", `is "verdict", ${unwaited}`],
  ];
  return rules.filter(([wrong]) => wrong).map(([, reason]) => ({ property: "failOn", reason }));
}

/** Refuses thresholds for findings that the scan does not look for. Such a scan would cost quota and never pass. */
export function unjudgeable({ thresholds: given, ...request }: Inputs, finds: Kind["detectableFindings"]): Failure[] {
  const found = given === undefined ? undefined : finds(request as never);
  const missing = found === undefined ? [] : judgedNames(given as Thresholds).filter((name) => !found.includes(name));
  if (missing.length === 0) return [];
  const reason = `judges ${missing.join(" and ")}, but this scan does not look for that, so it could never pass`;
  return [{ property: "thresholds", reason }];
}

const defaultLimitSeconds = 6 * 3600;

/** Seconds for which one operation waits. */
export function waitLimitSeconds(
  given: StepTimeout | undefined,
  operation: "create" | "update",
  { kind, request }: { readonly kind: Pick<TaskKind, "timeoutSeconds">; readonly request: Request },
): number {
  const own = typeof given === "object" ? given[operation] : given;
  if (own !== undefined) return own;
  const ofScan = kind.timeoutSeconds(request);
  return ofScan === undefined ? defaultLimitSeconds : ofScan + 600;
}

/** The name of a task in messages: "task 41033", or both ids if it has two. */
export function describeTask(ids: TaskIds): string {
  const values = Object.values(ids);
  return values.length === 0 ? "the task" : `task ${values.join(" and ")}`;
}
