import { sha256Hex } from "../../transport/digest.js";
import { CloudError } from "../../transport/errors.js";
import { readWholeList } from "../../transport/list.js";
import type { HuaweiClient, Place } from "../api/client.js";
import * as api from "../api/image-scans.js";
import { maskOf, sameScope } from "../images/scan-scope.js";
import { type ScanRequest, typeOf } from "./request.js";

// Which of a project's manual tasks a request may have become: the answer to a submission names none.

/** What the list of tasks looked like before a request, as far as it matters to it. */
export interface Fence {
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverTime: number;
  /** Digests of the ids of tasks that could be confused with the request's own. */
  readonly before: string;
  /** Where the list is, with the account's settings of that moment: later ones may differ. */
  readonly place: Place;
  /** When the request was accepted, where that is known. */
  readonly submittedAt?: number;
}

export interface ListedTask extends api.ImageScanTask {
  readonly task_id: string;
}

const maxPages = 500;
/** How far the times of two servers may differ. */
const toleranceMs = 10 * 60_000;

/** All manual tasks that the list shows, in no order, with the server's time before it was read. */
export async function allTasks(
  client: HuaweiClient,
  place: Place,
  type: api.GlobalImageType,
): Promise<{ tasks: ListedTask[]; serverTime: number }> {
  let serverTime: number | undefined;
  const page = async (offset: number) => {
    const answer = await api.listImageScanTask(client, place, { type, offset });
    serverTime ??= answer.serverTime;
    return api.pageIn(answer);
  };
  const isNamed = (row: api.ImageScanTask): row is ListedTask => Boolean(row.task_id);
  const keyOf = ({ task_id = "" }: api.ImageScanTask) => task_id;
  const rows = await readWholeList({ page, size: api.pageSize, most: maxPages, keyOf });
  if (rows !== undefined && serverTime !== undefined) return { tasks: rows.filter(isNamed), serverTime };
  const message = `the list of tasks cannot be read: it is too long, or does not stand still; run "pulumi up" again`;
  throw new CloudError({ kind: "protocol", action: "ListImageScanTask", message });
}

/** Whether a task could be one of this request, by what the list repeats of it. The rate limit is not always repeated. */
export function fits(task: api.ImageScanTask, scope: ScanRequest): boolean {
  const { scanScope, isAll, queryInfo } = scope;
  const told = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;
  if (told(task.task_type) && task.task_type !== "manual") return false;
  if (told(task.image_type) && task.image_type !== typeOf(scope)) return false;
  // What a request by query is repeated as is not documented.
  const isPlain = queryInfo === undefined;
  if (told(task.is_all) && isPlain && task.is_all !== (isAll ?? false)) return false;
  return !told(task.scan_scope) || scanScope === undefined || sameScope(task.scan_scope, maskOf(scanScope));
}

interface Listed {
  readonly tasks: readonly ListedTask[];
  readonly serverTime: number;
  readonly place: Place;
}

/**
 * The fence of a request: tasks that began long ago need not be named, since their beginning tells them apart. Those
 * that have not ended may still be given another one.
 */
export function fenceOf({ tasks, serverTime, place }: Listed): Fence {
  // Whatever they look like: what the list says of a task may change once it begins.
  const named = tasks.filter((task) => isRunning(task) || !isOlder(task, serverTime));
  const before = named.map(({ task_id }) => digestOf(task_id)).sort();
  return { serverTime, before: before.join(" "), place };
}

/** The tasks that have come up since the fence, and could be the request's own. */
export function since(tasks: readonly ListedTask[], fence: Fence, scope: ScanRequest): ListedTask[] {
  const known = new Set(fence.before.split(" "));
  const isNew = (task: ListedTask) => !known.has(digestOf(task.task_id)) && !isOlder(task, fence.serverTime);
  return tasks.filter((task) => fits(task, scope) && isNew(task) && !isLaterThan(task, fence.submittedAt));
}

export function isRunning({ task_status }: api.ImageScanTask): boolean {
  return typeof task_status !== "number" || (task_status >= 0 && task_status < 100);
}

/** Whether the task began well before that time; one that does not tell may have begun at any time. */
function isOlder({ begin_time }: api.ImageScanTask, time: number): boolean {
  return typeof begin_time === "number" && begin_time > 0 && begin_time < time - toleranceMs;
}

function isLaterThan({ begin_time }: api.ImageScanTask, time: number | undefined): boolean {
  return time !== undefined && typeof begin_time === "number" && begin_time > time + toleranceMs;
}

function digestOf(taskId: string): string {
  return sha256Hex(taskId).slice(0, 12);
}
