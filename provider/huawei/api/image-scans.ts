import type { Answer } from "../../transport/answer.js";
import type { Page } from "../../transport/list.js";
import {
  count,
  estimate,
  fields,
  flag,
  identity,
  listOf,
  nothing,
  number,
  pageOf,
  type Shape,
  type Shaped,
  text,
  time,
} from "../../transport/shape.js";
import type { HuaweiClient, Place } from "./client.js";

// Operations on image scans of HSS API v5, by the API's own names.

export type GlobalImageType = "local" | "registry";

/**
 * Starts a scan. The answer has no body: neither an id nor anything else tells which task it became.
 * https://support.huaweicloud.com/intl/en-us/api-hss2.0/CreateManualImageScanTask.html
 */
export function createManualImageScanTask(
  client: HuaweiClient,
  place: Place,
  type: GlobalImageType,
  body: object,
): Promise<Answer<object>> {
  const path = "/image/image-scan/tasks";
  const query = { global_image_type: type };
  return client.call({
    action: "CreateManualImageScanTask",
    method: "POST",
    path,
    effect: "submit",
    answer: nothing,
    place,
    query,
    body,
  });
}

const failedImage = fields({
  id: identity,
  registry_id: text,
  registry_name: text,
  image_name: text,
  image_version: text,
  namespace: text,
  registry_type: text,
  failed_reason: text,
});

/** One task, as the list shows it. */
const imageScanTask = fields({
  task_id: identity,
  task_type: text,
  image_type: text,
  /** 0 to 100 is progress in percent; -1 stopped, -2 timed out, -3 abnormal. */
  task_status: number,
  scan_scope: number,
  rate_limit: number,
  is_all: flag,
  /** Milliseconds since 1970; 0 or absent if it has not begun. */
  begin_time: time,
  end_time: time,
  remain_min: estimate,
  total_num: count,
  success_num: count,
  failed_num: count,
  risky_num: count,
  failed_reason: text,
  failed_images: listOf(failedImage),
});
export type ImageScanTask = Shaped<typeof imageScanTask>;

export interface List<Row> {
  total_num?: number;
  data_list?: Row[];
}

export function listAnswer<Row>(row: Shape<Row>): Shape<List<Row>> {
  return pageOf(row, { rows: "data_list", total: "total_num" });
}

export function pageIn<Row>({ response: { data_list = [], total_num } }: Answer<List<Row>>): Page<Row> {
  return { rows: data_list, total: total_num };
}

/** The lists take no region header. */
export function withoutRegion({ projectId, enterpriseProjectId }: Place): Place {
  return { projectId, enterpriseProjectId };
}

/** Rows of a page; the API allows 10 to 200. */
export const pageSize = 200;

export interface ListImageScanTaskQuery {
  readonly type: GlobalImageType;
  readonly taskId?: string;
  readonly offset?: number;
}

/** Manual scans of a project. https://support.huaweicloud.com/intl/en-us/api-hss2.0/ListImageScanTask.html */
export function listImageScanTask(
  client: HuaweiClient,
  place: Place,
  { type, taskId, offset = 0 }: ListImageScanTaskQuery,
): Promise<Answer<List<ImageScanTask>>> {
  const query = {
    type: "image_scan",
    global_image_type: type,
    task_type: "manual",
    task_id: taskId,
    offset,
    limit: pageSize,
  };
  return client.call({
    action: "ListImageScanTask",
    method: "GET",
    path: "/image/tasks",
    effect: "read",
    answer: listAnswer(imageScanTask),
    place: withoutRegion(place),
    query,
  });
}

/** Asks for a stop; the task ends some time after the answer. */
export function stopImageScanTask(client: HuaweiClient, place: Place, taskId: string): Promise<Answer<object>> {
  const path = `/image/image-scan/tasks/${encodeURIComponent(taskId)}/stop`;
  return client.call({ action: "StopImageScanTask", method: "PUT", path, effect: "overwrite", answer: nothing, place });
}

const registry = { registry_id: text, registry_name: text, registry_type: text };

const imageScanPolicy = fields({
  enabled: flag,
  scan_cycle: number,
  scan_scope: number,
  rate_limit: number,
  time_scope: number,
  is_all: flag,
  total_registry_num: count,
  registry_list: listOf(fields({ ...registry, is_selected: flag })),
});
export type ImageScanPolicy = Shaped<typeof imageScanPolicy>;

/** The periodic scan of registry images. There is one for a project, or for an enterprise project. */
export function listImageScanPolicy(client: HuaweiClient, place: Place): Promise<Answer<ImageScanPolicy>> {
  return client.call({
    action: "ListImageScanPolicy",
    method: "GET",
    path: "/image/scanner-policies",
    effect: "read",
    answer: imageScanPolicy,
    place: withoutRegion(place),
    query: { global_image_type: "registry", type: "cycle" },
  });
}

export function modifyImageScanPolicy(client: HuaweiClient, place: Place, body: object): Promise<Answer<object>> {
  return client.call({
    action: "ModifyImageScanPolicy",
    method: "PUT",
    path: "/image/scanner-policies",
    effect: "overwrite",
    answer: nothing,
    place,
    body,
  });
}
