import type { Answer } from "../../transport/answer.js";
import type { Integer } from "../../transport/json.js";
import {
  anyText,
  count,
  estimate,
  fields,
  flag,
  integer,
  listOf,
  nothing,
  number,
  type Shaped,
  tally,
  text,
  textIfAny,
} from "../../transport/shape.js";
import type { TencentClient } from "./client.js";
import { type Listed, listAnswer } from "./list-answer.js";
import { levelCounts } from "./vulnerabilities.js";

// Actions on images of registries (repository images) of TCSS 2020-11-01, by the API's own names.

/** TaskID is a number, and may be missing. */
const registryTask = fields({ TaskID: integer });
type RegistryTask = Promise<Answer<Shaped<typeof registryTask>>>;

/** Starts a scan. https://www.tencentcloud.com/document/product/1163/53188 */
export function createAssetImageRegistryScanTask(client: TencentClient, request: object): RegistryTask {
  return client.call("CreateAssetImageRegistryScanTask", "submit", request, registryTask);
}

/** Starts a one-click scan. */
export function createAssetImageRegistryScanTaskOneKey(client: TencentClient, request: object): RegistryTask {
  return client.call("CreateAssetImageRegistryScanTaskOneKey", "submit", request, registryTask);
}

/** The subject of a status query. `TaskID` exists on the domestic site only. */
export interface RegistryScanSelector {
  TaskID?: Integer;
  Id?: Integer[];
  All?: boolean;
}

const registryScanStatus = fields({
  ImageTotal: count,
  ImageScanCnt: count,
  RiskCount: count,
  /** Percent, also of a scan that failed. */
  Schedule: estimate,
  /** Only a hint if the query names images. */
  Status: text,
  ScanRemainTime: estimate,
});
export type RegistryScanStatus = Shaped<typeof registryScanStatus>;

export function describeAssetImageRegistryScanStatusOneKey(
  client: TencentClient,
  request: RegistryScanSelector,
): Promise<Answer<RegistryScanStatus>> {
  return client.call("DescribeAssetImageRegistryScanStatusOneKey", "read", request, registryScanStatus);
}

/** Asks for a stop; the scan ends some time after the answer. */
export function modifyAssetImageRegistryScanStop(client: TencentClient, request: object): Promise<Answer<object>> {
  return client.call("ModifyAssetImageRegistryScanStop", "overwrite", request, nothing);
}

/** Asks for a stop of a one-click scan. */
export function modifyAssetImageRegistryScanStopOneKey(
  client: TencentClient,
  request: object,
): Promise<Answer<object>> {
  return client.call("ModifyAssetImageRegistryScanStopOneKey", "overwrite", request, nothing);
}

/** Overwrites the account's one schedule for registry images. */
export function updateImageRegistryTimingScanTask(client: TencentClient, request: object): Promise<Answer<object>> {
  return client.call("UpdateImageRegistryTimingScanTask", "overwrite", request, nothing);
}

const imageInfo = fields({
  InstanceName: text,
  Namespace: text,
  ImageName: text,
  ImageTag: text,
  Force: anyText,
  ImageDigest: text,
  RegistryType: text,
  ImageRepoAddress: text,
  InstanceId: text,
});

const imageRegistryTimingScanTask = fields({
  Enable: flag,
  ScanTime: text,
  ScanPeriod: number,
  /** In either case. */
  ScanType: listOf(text),
  Images: listOf(imageInfo),
  Id: listOf(integer),
  Latest: flag,
  ScanEndTime: text,
  RegistryType: listOf(text),
  ContainerRunning: flag,
  ScanScope: count,
  Namespace: listOf(text),
  ExcludeImageAssetIds: listOf(integer),
  LastScanTime: text,
  ScanResult: text,
});
export type ImageRegistryTimingScanTask = Shaped<typeof imageRegistryTimingScanTask>;

export function describeImageRegistryTimingScanTask(
  client: TencentClient,
): Promise<Answer<ImageRegistryTimingScanTask>> {
  return client.call("DescribeImageRegistryTimingScanTask", "read", {}, imageRegistryTimingScanTask);
}

const detail = {
  VulCnt: tally,
  VirusCnt: tally,
  Id: integer,
  ImageDigest: text,
  /** Address of the repository, without a scheme and a tag. */
  ImageRepoAddress: text,
  InstanceName: text,
  InstanceId: text,
  RegistryType: text,
  Namespace: text,
  ImageName: text,
  ImageTag: text,
  IsLatestImage: flag,
  ScanStatus: text,
  /** ISO 8601 with an offset; "" or the year 1900 for never. */
  ScanTime: text,
  CveStatus: text,
  VirusStatus: text,
  RiskStatus: text,
  ScanVulError: text,
  ScanVirusError: text,
  ScanRiskError: text,
  SensitiveInfoCnt: tally,
  Reason: text,
  Solution: text,
  /** 1 with a licence, 0 without. */
  IsAuthorized: number,
};
/** The detail has no numbers of vulnerabilities by level. */
const registryImageDetail = fields(detail);
const registryImage = fields({ ...detail, ...levelCounts });
export type RegistryImage = Shaped<typeof registryImage>;

export interface DescribeAssetImageRegistryListRequest {
  Limit: number;
  Offset: number;
  Filters?: readonly unknown[];
  By?: string;
  Order?: "asc" | "desc";
}

export function describeAssetImageRegistryList(
  client: TencentClient,
  request: DescribeAssetImageRegistryListRequest,
): Listed<RegistryImage> {
  return client.call("DescribeAssetImageRegistryList", "read", request, listAnswer(registryImage));
}

export function describeAssetImageRegistryDetail(client: TencentClient, id: Integer): Promise<Answer<RegistryImage>> {
  return client.call("DescribeAssetImageRegistryDetail", "read", { Id: id }, registryImageDetail);
}

/** Updates the list of registry images. The update ends some time after the answer. */
export function syncAssetImageRegistryAsset(
  client: TencentClient,
  request: { All?: boolean; RegistryIds?: Integer[] },
): Promise<Answer<object>> {
  return client.call("SyncAssetImageRegistryAsset", "overwrite", request, nothing);
}

const registryAssetStatus = fields({
  /** doing, success or failed. */
  Status: text,
  Err: text,
  LatestSyncSuccessTime: text,
});
export type RegistryAssetStatus = Shaped<typeof registryAssetStatus>;

export function describeAssetImageRegistryAssetStatus(client: TencentClient): Promise<Answer<RegistryAssetStatus>> {
  return client.call("DescribeAssetImageRegistryAssetStatus", "read", {}, registryAssetStatus);
}

const registry = fields({
  Name: textIfAny,
  RegistryType: text,
  /** doing, success or failed. */
  SyncStatus: text,
  SyncFailReason: textIfAny,
  LatestSyncTime: text,
});

/** The registries that are connected. */
export function describeAssetImageRegistryRegistryList(
  client: TencentClient,
  request: { Limit: number; Offset: number },
): Listed<Shaped<typeof registry>> {
  return client.call("DescribeAssetImageRegistryRegistryList", "read", request, listAnswer(registry));
}
