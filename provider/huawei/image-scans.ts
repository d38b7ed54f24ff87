import type { Answer, Maybe } from "../core/answer.js";
import type { Integer } from "../core/json.js";
import type { HuaweiClient, Place } from "./client.js";

// Operations on image scans of HSS API v5, by the API's own names.
// Every field of an answer may be missing or null, whatever the API's schema says.

export type GlobalImageType = "local" | "registry";

export interface QueryInfo {
  local_image_type?: string;
  host_id?: string;
  host_name?: string;
  public_ip?: string;
  private_ip?: string;
  cluster_id?: string;
  container_id?: string;
  container_name?: string;
  pod_id?: string;
  pod_name?: string;
  app_name?: string;
  has_vul?: boolean;
  namespace?: string;
  image_name?: string;
  image_version?: string;
  image_type?: string;
  scan_status?: string;
  image_size?: Integer;
  start_latest_update_time?: Integer;
  end_latest_update_time?: Integer;
  start_latest_scan_time?: Integer;
  end_latest_scan_time?: Integer;
}

export interface ImageInfo {
  id?: Integer;
  image_id?: string;
  image_digest?: string;
  registry_id?: string;
  registry_name?: string;
  image_name?: string;
  image_version?: string;
  namespace?: string;
  instance_id?: string;
  instance_url?: string;
  registry_type?: string;
}

export interface CreateManualImageScanTaskRequest {
  scan_scope?: number;
  rate_limit?: number;
  is_all?: boolean;
  query_info?: QueryInfo;
  image_info?: ImageInfo[];
}

/**
 * Starts a scan. The answer has no body: neither an id nor anything else tells which task it became.
 * https://support.huaweicloud.com/intl/en-us/api-hss2.0/CreateManualImageScanTask.html
 */
export function createManualImageScanTask(
  client: HuaweiClient,
  place: Place,
  type: GlobalImageType,
  body: CreateManualImageScanTaskRequest,
): Promise<Answer<object>> {
  const path = "/image/image-scan/tasks";
  const query = { global_image_type: type };
  return client.call({
    action: "CreateManualImageScanTask",
    method: "POST",
    path,
    effect: "submit",
    place,
    query,
    body,
  });
}

/** One task, as the list shows it. */
export interface ImageScanTask {
  task_id?: Maybe<string>;
  task_type?: Maybe<string>;
  image_type?: Maybe<string>;
  /** 0 to 100 is progress in percent; -1 stopped, -2 timed out, -3 abnormal. */
  task_status?: Maybe<number>;
  scan_scope?: Maybe<number>;
  rate_limit?: Maybe<number>;
  is_all?: Maybe<boolean>;
  /** Milliseconds since 1970; 0 or absent where it has not begun. */
  begin_time?: Maybe<number>;
  end_time?: Maybe<number>;
  remain_min?: Maybe<number>;
  total_num?: Maybe<number>;
  success_num?: Maybe<number>;
  failed_num?: Maybe<number>;
  risky_num?: Maybe<number>;
  failed_reason?: Maybe<string>;
  failed_images?: Maybe<FailedImage[]>;
}

export interface FailedImage {
  id?: Maybe<Integer>;
  registry_id?: Maybe<string>;
  registry_name?: Maybe<string>;
  image_name?: Maybe<string>;
  image_version?: Maybe<string>;
  namespace?: Maybe<string>;
  registry_type?: Maybe<string>;
  failed_reason?: Maybe<string>;
}

export interface List<Row> {
  total_num?: Maybe<number>;
  data_list?: Maybe<Row[]>;
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
    place: withoutRegion(place),
    query,
  });
}

/** Asks for a stop; the task ends some time after the answer. */
export function stopImageScanTask(client: HuaweiClient, place: Place, taskId: string): Promise<Answer<object>> {
  const path = `/image/image-scan/tasks/${encodeURIComponent(taskId)}/stop`;
  return client.call({ action: "StopImageScanTask", method: "PUT", path, effect: "overwrite", place });
}

export interface Registry {
  registry_id?: Maybe<string>;
  registry_name?: Maybe<string>;
  registry_type?: Maybe<string>;
}

export interface ImageScanPolicy {
  enabled?: Maybe<boolean>;
  scan_cycle?: Maybe<number>;
  scan_scope?: Maybe<number>;
  rate_limit?: Maybe<number>;
  time_scope?: Maybe<number>;
  is_all?: Maybe<boolean>;
  total_registry_num?: Maybe<number>;
  registry_list?: Maybe<(Registry & { is_selected?: Maybe<boolean> })[]>;
}

/** The periodic scan of registry images. There is one for a project, or for an enterprise project. */
export function listImageScanPolicy(client: HuaweiClient, place: Place): Promise<Answer<ImageScanPolicy>> {
  return client.call({
    action: "ListImageScanPolicy",
    method: "GET",
    path: "/image/scanner-policies",
    effect: "read",
    place: withoutRegion(place),
    query: { global_image_type: "registry", type: "cycle" },
  });
}

export interface ModifyImageScanPolicyRequest {
  enabled: boolean;
  scan_cycle: number;
  scan_scope: number;
  rate_limit: number;
  time_scope: number;
  registry_info: { registry_id: string; registry_name: string; registry_type: string }[];
}

export function modifyImageScanPolicy(
  client: HuaweiClient,
  place: Place,
  body: ModifyImageScanPolicyRequest,
): Promise<Answer<object>> {
  return client.call({
    action: "ModifyImageScanPolicy",
    method: "PUT",
    path: "/image/scanner-policies",
    effect: "overwrite",
    place,
    body,
  });
}
