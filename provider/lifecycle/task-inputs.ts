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
export interface Bound {
  readonly origin: Origin;
  readonly ids: TaskIds;
  readonly submittedAt?: string | null | undefined;
  /** Why it is not known which task the cloud made of the request. */
  readonly unresolved?: string | undefined;
  /** What was there before the request was sent, where that is not what the baseline of the task says. */
  readonly fence?: object | undefined;
}

/** What tells a task from others within a run; the same for all tasks to which the cloud gives no id. */
export function keyOf(ids: TaskIds): string {
  return Object.values(ids).join(",");
}

/** The task's own id, or where the cloud gives none, one that tells this submission from all others. */
export function idOf(ids: TaskIds): string {
  return keyOf(ids) || randomUUID();
}

/** Inputs of a task's children that are not fields of its request. */
export interface Shared {
  readonly account?: string;
  readonly waitTimeoutSeconds?: number;
  /** URN of the component, on whose line messages are shown. */
  readonly component?: string;
}

export interface SubmissionInputs extends Shared {
  /** Digest of everything that is sent to the create call, and of the triggers. */
  readonly fingerprint: string;
  readonly triggers?: readonly string[];
  readonly adoptTaskId?: string;
  readonly onDelete?: "stop" | "leave";
  readonly snapshot: Snapshot & { readonly id: string; readonly fingerprint: string };
}

/**
 * Name of the submission's output that holds all ids of its task. It must not be the name of an input as well,
 * whose value would be shown in its place.
 */
export function idsOutput(kind: Pick<Kind, "inputs">): "ids" | "taskIds" {
  return Object.hasOwn(kind.inputs.properties, "ids") ? "taskIds" : "ids";
}

/** A task, as its submission has left it. */
interface AsSubmitted {
  /** The `submission` output of the submission. */
  readonly submission: string;
  readonly origin: Origin;
  readonly task: TaskIds;
  readonly submittedAt?: string;
  /** What was there before the request was sent. */
  readonly snapshot: Snapshot;
  /** Why it is not known which task the cloud made of the request. */
  readonly unresolved?: string;
}

/** All that the submission tells is one input: each costs time in every update, and space in the state. */
export interface WaitInputs extends Shared {
  readonly submitted: AsSubmitted;
  readonly request: Readonly<Record<string, unknown>>;
  readonly thresholds?: Thresholds;
  readonly failOn?: FailOn;
}

/** The task that is waited for, as its driver knows it. */
export function waitedFor<Request, Baseline extends Snapshot>(
  kind: Pick<Kind, "inputs">,
  inputs: Pick<WaitInputs, "submitted" | "request">,
): Task<Request, Baseline> {
  const { task, snapshot, origin } = inputs.submitted;
  const adopted = origin === "adopted";
  return {
    ids: task,
    request: kind.inputs.normalize(inputs.request) as Request,
    baseline: snapshot as Baseline,
    adopted,
  };
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
    crossFieldRules: (all) => [...inputs.crossFieldRules(all), ...unjudged(all), ...unjudgeable(all, finds)],
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

/** Seconds for which one update waits. */
export function waitLimitSeconds<Request>(
  inputs: Shared,
  kind: Pick<TaskKind<never, Request, never>, "timeoutSeconds">,
  request: Request,
): number {
  if (inputs.waitTimeoutSeconds !== undefined) return inputs.waitTimeoutSeconds;
  const own = kind.timeoutSeconds(request);
  return own === undefined ? defaultLimitSeconds : own + 600;
}

/** "task 41033", or both ids of a task that has two. */
export function nameOf(ids: TaskIds): string {
  const values = Object.values(ids);
  return values.length === 0 ? "the task" : `task ${values.join(" and ")}`;
}
