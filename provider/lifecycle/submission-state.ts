import type { TaskIds } from "../model/status.js";
import { type Inputs, propertiesOf } from "../validation/inputs.js";
import { type Bound, idsOutput, type Origin, type SubmissionInputs } from "./task-inputs.js";
import type { Past, Snapshot, TaskKind } from "./task-kind.js";

/** Beside it, the ids: all of them in one output, and each in its own. */
export interface SubmissionState {
  readonly account: string | undefined;
  readonly fingerprint: string;
  readonly onDelete: "stop" | "leave" | undefined;
  readonly origin: Origin;
  /** Null where it is not known: what is absent from a state is shown as unknown in every preview. */
  readonly submittedAt: string | null;
  /** Tells this submission from every other, even where a cloud gives an id twice. */
  readonly submission: string;
  /** What is needed beside the ids to stop the task. */
  readonly reach?: Readonly<Record<string, unknown>> | undefined;
  /** What was there before the request was sent. Only of kinds that look back. */
  readonly fence?: object | undefined;
  /** Why it is not known which task the cloud made of the request; "" where it is. Only where that may be. */
  readonly unresolved?: string | undefined;
}

/** The ids in the state of a submission; none where the cloud gave none. */
export function idsIn<C, R, B extends Snapshot>(kind: TaskKind<C, R, B>, state: SubmissionState): TaskIds {
  return ((state as unknown as Inputs)[idsOutput(kind)] as TaskIds | undefined) ?? {};
}

export function pastOf<R, B extends Snapshot>({ reach, fence }: SubmissionState): Past<R, B> {
  return { reach: (reach ?? {}) as Partial<R>, fence: fence as B | undefined };
}

export function stateOf<C, R, B extends Snapshot>(
  kind: TaskKind<C, R, B>,
  inputs: SubmissionInputs,
  bound: Bound & { readonly submission: string },
): SubmissionState {
  const { account, fingerprint, onDelete } = inputs;
  const { origin, ids, submittedAt, submission, unresolved } = bound;
  const before = bound.fence ?? inputs.snapshot;
  const reach = kind.reach?.(propertiesOf<R>(kind.inputs, inputs), before as B) as Inputs | undefined;
  const late = kind.likeness === undefined ? {} : { unresolved: unresolved ?? "" };
  const fence = kind.looksBack === true ? { fence: before } : {};
  const own = { account, fingerprint, onDelete, origin, submittedAt: submittedAt ?? null, submission };
  return { ...own, reach, ...fence, ...late, [idsOutput(kind)]: ids, ...ids };
}
