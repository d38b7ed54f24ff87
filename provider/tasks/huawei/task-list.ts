import { sha256Hex } from "../../core/digest.js";
import type { HuaweiClient } from "../../huawei/client.js";
import * as api from "../../huawei/image-scans.js";
import { placeOf, type ScanRequest, typeOf } from "./scan-request.js";
import { maskOf, sameScope } from "./scan-scope.js";

// Which of a project's manual tasks a request may have become: the answer to a submission names none.

/** What the list of tasks looked like before a request, as far as it matters to it. */
export interface Fence {
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverTime: number;
  /** Digests of the ids of tasks that could be confused with the request's own. */
  readonly before: string;
}

export interface ListedTask extends api.ImageScanTask {
  readonly task_id: string;
}

const maxPages = 50;
/** Rows read again with each page, since rows move while a list is read. */
const overlap = 20;
/** How far the times of two servers may differ. */
const toleranceMs = 10 * 60_000;

/** All manual tasks that the list shows, in no order, with the server's time before it was read. */
export async function allTasks(
  client: HuaweiClient,
  scope: ScanRequest,
): Promise<{ tasks: ListedTask[]; serverTime: number }> {
  const tasks = new Map<string, ListedTask>();
  let serverTime: number | undefined;
  let offset = 0;
  for (let page = 0; page < maxPages; page++) {
    const answer = await api.listImageScanTask(client, placeOf(scope), { type: typeOf(scope), offset });
    serverTime ??= answer.serverTime;
    const rows = answer.response.data_list ?? [];
    for (const row of rows) if (row.task_id) tasks.set(row.task_id, { ...row, task_id: row.task_id });
    const total = answer.response.total_num ?? 0;
    if (rows.length === 0 || offset + rows.length >= total) break;
    offset += Math.max(1, rows.length - overlap);
  }
  return { tasks: [...tasks.values()], serverTime: serverTime ?? 0 };
}

/** Whether a task could be one of this request, by what the list repeats of it. */
export function fits(task: api.ImageScanTask, scope: ScanRequest): boolean {
  const { scanScope, rateLimit, isAll } = scope;
  const told = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;
  if (told(task.image_type) && task.image_type !== typeOf(scope)) return false;
  if (told(task.is_all) && task.is_all !== (isAll ?? false)) return false;
  if (told(task.rate_limit) && rateLimit !== undefined && task.rate_limit !== rateLimit) return false;
  return !told(task.scan_scope) || scanScope === undefined || sameScope(task.scan_scope, maskOf(scanScope));
}

/**
 * The fence of a request: tasks that began long ago need not be named, since their beginning tells them apart. Those
 * that have not ended may still be given another one.
 */
export function fenceOf(tasks: readonly ListedTask[], serverTime: number, scope: ScanRequest): Fence {
  const named = tasks.filter((task) => fits(task, scope) && (isRunning(task) || !isOld(task, serverTime)));
  return {
    serverTime,
    before: named
      .map(({ task_id }) => digestOf(task_id))
      .sort()
      .join(" "),
  };
}

/** The tasks that have come up since the fence, and could be the request's own. */
export function since(tasks: readonly ListedTask[], { before, serverTime }: Fence, scope: ScanRequest): ListedTask[] {
  const known = new Set(before.split(" "));
  return tasks.filter((task) => fits(task, scope) && !known.has(digestOf(task.task_id)) && !isOld(task, serverTime));
}

export function isRunning({ task_status }: api.ImageScanTask): boolean {
  return typeof task_status !== "number" || (task_status >= 0 && task_status < 100);
}

/** Whether the task began well before that time; one that does not tell may have begun at any time. */
function isOld({ begin_time }: api.ImageScanTask, serverTime: number): boolean {
  return typeof begin_time === "number" && begin_time > 0 && begin_time < serverTime - toleranceMs;
}

function digestOf(taskId: string): string {
  return sha256Hex(taskId).slice(0, 12);
}
