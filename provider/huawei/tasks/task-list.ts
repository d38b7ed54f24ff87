import { sha256Hex } from "../../transport/digest.js";
import { CloudError } from "../../transport/errors.js";
import { readWholeList } from "../../transport/list.js";
import type { HuaweiClient, Place } from "../api/client.js";
import * as api from "../api/image-scans.js";
import { sameScope, toMask } from "../images/scan-scope.js";
import { type SentScan, selectImageType } from "./request.js";

// Finds the manual tasks that a request may have become, because the answer to a submission names none.

/** The parts of the list of tasks before a request that matter to it. */
export interface Fence {
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverTime: number;
  /** Digests of the ids of tasks that could be confused with the request's own. */
  readonly before: string;
  /** The place of the list, with the account's settings of that moment. Later settings may differ. */
  readonly place: Place;
  /** The time when the request was accepted, if known. */
  readonly submittedAt?: number;
}

export interface ListedTask extends api.ImageScanTask {
  readonly task_id: string;
}

const maxPages = 500;
/** The possible difference between the clocks of two servers. */
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
  const message = `the list of tasks cannot be read: it is too long, or changes in every reading; run "pulumi up" again`;
  throw new CloudError({ kind: "protocol", action: "ListImageScanTask", message });
}

/** Whether a task could be of this request, by the fields that the list repeats. It does not always repeat the rate limit. */
export function fits(task: api.ImageScanTask, scope: SentScan): boolean {
  const { scanScope, isAll, queryInfo } = scope;
  const told = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;
  if (told(task.task_type) && task.task_type !== "manual") return false;
  if (told(task.image_type) && task.image_type !== selectImageType(scope)) return false;
  // The documents do not say how the list repeats a request by query.
  const isPlain = queryInfo === undefined;
  if (told(task.is_all) && isPlain && task.is_all !== (isAll ?? false)) return false;
  return !told(task.scan_scope) || scanScope === undefined || sameScope(task.scan_scope, toMask(scanScope));
}

interface Listed {
  readonly tasks: readonly ListedTask[];
  readonly serverTime: number;
  readonly place: Place;
}

/**
 * The baseline's list of earlier tasks. It leaves out tasks that began long ago, since their start time excludes them. Tasks
 * that have not ended may still get another start time.
 */
export function buildBaseline({ tasks, serverTime, place }: Listed): Fence {
  // All of them, because the fields of a task in the list may change when it begins.
  const named = tasks.filter((task) => isRunning(task) || !isOlder(task, serverTime));
  const before = named.map(({ task_id }) => shortenId(task_id)).sort();
  return { serverTime, before: before.join(" "), place };
}

/** The tasks that are new since the baseline, and could be the request's own. */
export function since(tasks: readonly ListedTask[], fence: Fence, scope: SentScan): ListedTask[] {
  const known = new Set(fence.before.split(" "));
  const isNew = (task: ListedTask) => !known.has(shortenId(task.task_id)) && !isOlder(task, fence.serverTime);
  return tasks.filter((task) => fits(task, scope) && isNew(task) && !isLaterThan(task, fence.submittedAt));
}

export function isRunning({ task_status }: api.ImageScanTask): boolean {
  return typeof task_status !== "number" || (task_status >= 0 && task_status < 100);
}

/** Whether the task began well before that time. A task without a start time may have begun at any time. */
function isOlder({ begin_time }: api.ImageScanTask, time: number): boolean {
  return typeof begin_time === "number" && begin_time > 0 && begin_time < time - toleranceMs;
}

function isLaterThan({ begin_time }: api.ImageScanTask, time: number | undefined): boolean {
  return time !== undefined && typeof begin_time === "number" && begin_time > time + toleranceMs;
}

function shortenId(taskId: string): string {
  return sha256Hex(taskId).slice(0, 12);
}
