import type { TaskIds } from "../model/status.js";
import { heldTasks } from "./run-memory.js";
import { keyOf } from "./task-inputs.js";
import type { Snapshot, TaskKind } from "./task-kind.js";

// Which tasks, and what of them, live resources of this run stand for. Nobody else may take or stop those.

type Kind<C, R, B extends Snapshot> = TaskKind<C, R, B>;

const anything = "*";
const something = "something";

/** Ids that a cloud does not give twice need no account, which may go by two names. */
function ownerOf<C, R, B extends Snapshot>(kind: Kind<C, R, B>, account: string | undefined): string | undefined {
  return kind.likeness === undefined ? account : undefined;
}

/** A live resource stands for this task, and takes what its request takes. */
export function hold<C, R, B extends Snapshot>(
  kind: Kind<C, R, B>,
  account: string | undefined,
  { ids, request }: { readonly ids: TaskIds; readonly request: Partial<R> },
): void {
  const owner = ownerOf(kind, account);
  if (keyOf(ids) !== "") heldTasks.add(kind.token, owner, keyOf(ids));
  const takes = kind.takes?.(request) ?? [];
  for (const one of takes) heldTasks.add(kind.token, owner, "takes", one);
  if (takes.length > 0) heldTasks.add(kind.token, owner, "takes", something);
}

/** Ids may also be `{ takes }`: something of which another task takes hold. */
export function isHeld<C, R, B extends Snapshot>(
  kind: Kind<C, R, B>,
  account: string | undefined,
  ids: TaskIds,
): boolean {
  const owner = ownerOf(kind, account);
  if (ids["takes"] !== undefined) return heldTasks.has(kind.token, owner, "takes", ids["takes"]);
  return keyOf(ids) !== "" && heldTasks.has(kind.token, owner, keyOf(ids));
}

/** Whether a live resource takes something of the same. */
export function isShared<C, R, B extends Snapshot>(
  kind: Kind<C, R, B>,
  account: string | undefined,
  request: Partial<R>,
): boolean {
  const owner = ownerOf(kind, account);
  const takes = kind.takes?.(request) ?? [];
  const has = (one: string) => heldTasks.has(kind.token, owner, "takes", one);
  return takes.includes(anything) ? has(something) : has(anything) || takes.some(has);
}
