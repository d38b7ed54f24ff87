import { randomUUID } from "node:crypto";
import type { TaskIds } from "../model/status.js";
import { judgedNames, type Thresholds } from "../model/thresholds.js";
import type { Failure, InputRules, Inputs } from "../validation/inputs.js";
import { anyListOf, boolean, type Check, integer, oneOf } from "../validation/rules.js";
import { thresholds } from "../validation/thresholds.js";
import type { Snapshot, Task, TaskKind } from "./task-kind.js";

/** A kind of task, as far as its arguments are concerned. */
type Kind = Pick<TaskKind<never, never, never>, "inputs" | "adoptable" | "finds">;

/** When the update fails because of how a scan ended, or of what it has found. */
export type FailOn = "never" | "task" | "verdict";

/** How a resource came by its task. Only a task of its own is stopped when it is deleted. */
export type Origin = "submitted" | "found" | "adopted";

/** A task that a resource stands for. */
export interface ResolvedTask {
  readonly origin: Origin;
  readonly ids: TaskIds;
  readonly submittedAt?: string | null | undefined;
  /** Why it is not known which task the cloud made of the request. */
  readonly unresolved?: string | undefined;
  /** What the account looked like just before the request was sent, where that is not the baseline's reading. */
  readonly snapshot?: Snapshot | undefined;
}

/** What tells a task from others within a run; the same for all tasks to which the cloud gives no id. */
export function keyOf(ids: TaskIds): string {
  return Object.values(ids).join(",");
}

/** The task's own id, or where the cloud gives none, one that tells this submission from all others. */
export function idOf(ids: TaskIds): string {
  return keyOf(ids) || randomUUID();
}

/** The request as the baseline holds it, with what was read for it. What the submission and the wait know of it. */
export interface BaselineOfTask {
  readonly account?: string;
  /** Digest of what the create call is sent, and of the triggers. */
  readonly fingerprint: string;
  readonly triggers?: readonly string[];
  readonly request: Readonly<Record<string, unknown>>;
  readonly snapshot: Snapshot & { readonly id: string };
}

/** For how long one step may take, in seconds: one number, or one for each operation. */
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

/** A task, as its submission has left it. */
export interface SubmittedTask {
  /** Tells this submission from every other, even where a cloud gives an id twice. */
  readonly submission: string;
  readonly origin: Origin;
  readonly task: TaskIds;
  /** Null where it is not known: what is absent from a state is shown as unknown in every preview. */
  readonly submittedAt?: string | null;
  /** Why it is not known which task the cloud made of the request. */
  readonly unresolved?: string;
  /** Id of the baseline whose request was sent. */
  readonly baselineId: string;
  /** What the account looked like just before the request was sent, where that is not the baseline's reading. */
  readonly snapshot?: Snapshot;
}

/** What a wait and a gate are told of a task. */
export interface AwaitedTask extends SubmittedTask {
  readonly account?: string;
  readonly fingerprint: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly snapshot: Snapshot;
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
export function waitedFor<Request, Baseline extends Snapshot>(submitted: AwaitedTask): Task<Request, Baseline> {
  const { task, snapshot, origin, request } = submitted;
  return { ids: task, request: request as Request, baseline: snapshot as Baseline, adopted: origin === "adopted" };
}

const trigger: Check = (value) => {
  if (typeof value === "string") return undefined;
  return value === undefined || value === null
    ? "is undefined, not a string; is a variable not set?"
    : "is not a string";
};

/** It is a part of a config namespace, such as `tencentcloud-prod`. */
export const accountName: Check = (value) =>
  typeof value === "string" && /^[A-Za-z0-9_-]+$/.test(value)
    ? undefined
    : "is not a name of letters, digits, - and _, as it stands in the config namespace";

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

/** The rules for all arguments of a task's resource: those of its request and those that all tasks share. */
export function argumentRules({ inputs, adoptable, finds }: Kind): InputRules {
  const properties = { ...common, adoptTaskId: adoptable, ...inputs.properties };
  return {
    ...inputs,
    properties,
    together: (all) => [...inputs.together(all), ...unjudged(all), ...unjudgeable(all, finds)],
  };
}

function unjudged({ failOn, thresholds: given, wait }: Inputs): Failure[] {
  const unwaited =
    "and with wait: false nothing fails the update; wait, or give the task to a ScanGate and require that";
  const rules: readonly (readonly [wrong: boolean, reason: string])[] = [
    [failOn === "verdict" && given === undefined, 'is "verdict", and without thresholds there is none'],
    [wait === false && failOn === "verdict", `is "verdict", ${unwaited}`],
  ];
  return rules.filter(([wrong]) => wrong).map(([, reason]) => ({ property: "failOn", reason }));
}

/** What is judged, and not looked for, is never known: such a scan costs quota, and cannot pass. */
export function unjudgeable({ thresholds: given, ...request }: Inputs, finds: Kind["finds"]): Failure[] {
  const found = given === undefined ? undefined : finds(request as never);
  const missing = found === undefined ? [] : judgedNames(given as Thresholds).filter((name) => !found.includes(name));
  if (missing.length === 0) return [];
  const reason = `judges ${missing.join(" and ")}, for which this scan does not look, so it could never pass`;
  return [{ property: "thresholds", reason }];
}

const defaultLimitSeconds = 6 * 3600;

/** Seconds for which one operation waits. */
export function waitLimitSeconds<Request>(
  given: StepTimeout | undefined,
  operation: "create" | "update",
  {
    kind,
    request,
  }: { readonly kind: Pick<TaskKind<never, Request, never>, "timeoutSeconds">; readonly request: Request },
): number {
  const own = typeof given === "object" ? given[operation] : given;
  if (own !== undefined) return own;
  const ofScan = kind.timeoutSeconds(request);
  return ofScan === undefined ? defaultLimitSeconds : ofScan + 600;
}

/** "task 41033", or both ids of a task that has two. */
export function nameOf(ids: TaskIds): string {
  const values = Object.values(ids);
  return values.length === 0 ? "the task" : `task ${values.join(" and ")}`;
}
