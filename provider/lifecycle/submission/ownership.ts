import type { TaskIds } from "../../model/status.js";
import { claimedTasks, contestedImages } from "../run-memory.js";
import { joinIds } from "../task-inputs.js";
import type { Request, TaskKind } from "../task-kind.js";

// Which tasks the live resources of this run represent, and which images these scan. No other resource takes or stops them.

/** Stands for all images, if only the cloud knows the images of a request. */
const everyImage = "*";
const anyImage = "any";

/** Questions of a driver about other live resources of this run. */
export interface Claims {
  /** Whether another live resource represents this task. */
  isClaimed(ids: TaskIds): boolean;
  /** Whether another live resource scans this image. */
  isContested(image: string): boolean;
}

/** The account is part of a key, except for unique ids: an account can have two names. */
function chooseOwner(kind: TaskKind, account: string | undefined): string | undefined {
  return kind.discovery === undefined ? account : undefined;
}

/** Records that a live resource represents this task and scans the images of this request. */
export function claim(
  kind: TaskKind,
  account: string | undefined,
  { ids, request }: { readonly ids: TaskIds; readonly request: Partial<Request> },
): void {
  const owner = chooseOwner(kind, account);
  if (joinIds(ids) !== "") claimedTasks.add(kind.token, owner, joinIds(ids));
  const images = kind.contestedImages?.(request) ?? [];
  for (const image of images) contestedImages.add(kind.token, owner, image);
  if (images.length > 0) contestedImages.add(kind.token, owner, anyImage);
}

/** The claims of the live resources of this run, of one kind in one account. */
export function listClaims(kind: TaskKind, account: string | undefined): Claims {
  const owner = chooseOwner(kind, account);
  return {
    isClaimed: (ids) => joinIds(ids) !== "" && claimedTasks.has(kind.token, owner, joinIds(ids)),
    isContested: (image) => contestedImages.has(kind.token, owner, image),
  };
}

/** Whether a live resource scans one of the images of this request. */
export function areImagesContested(kind: TaskKind, account: string | undefined, request: Partial<Request>): boolean {
  const { isContested } = listClaims(kind, account);
  const images = kind.contestedImages?.(request) ?? [];
  if (images.includes(everyImage)) return isContested(anyImage);
  return isContested(everyImage) || images.some(isContested);
}
