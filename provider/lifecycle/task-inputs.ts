import { anyListOf, boolean, type Check, type InputRules, integer, oneOf, text } from "./check.js";
import type { Snapshot, TaskIds, TaskKind } from "./task-kind.js";

/** When the update fails because of how a scan ended. */
export type FailOn = "never" | "task";

/** How a resource came by its task. Only a task of its own is stopped when it is deleted. */
export type Origin = "submitted" | "found" | "adopted";

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

export interface WaitInputs extends Shared {
  /** The `submission` output of the submission whose task is waited for. */
  readonly submission: string;
  readonly origin: Origin;
  readonly task: TaskIds;
  readonly submittedAt?: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly snapshot: Snapshot;
  readonly failOn?: FailOn;
}

const trigger: Check = (value) => (typeof value === "string" ? undefined : "is not a string");

const common: Readonly<Record<string, Check>> = {
  account: text,
  triggers: anyListOf(trigger),
  adoptTaskId: text,
  onDelete: oneOf("stop", "leave"),
  wait: boolean,
  waitTimeoutSeconds: integer(1, 30 * 86_400),
  failOn: oneOf("never", "task"),
};

/** The rules for all arguments of a task's resource: those of its request and those that all tasks share. */
export function argumentRules(request: InputRules): InputRules {
  return { ...request, properties: { ...common, ...request.properties } };
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
