import type { Answer } from "../../transport/answer.js";
import {
  count,
  estimate,
  fields,
  flag,
  identity,
  listOf,
  needed,
  nothing,
  number,
  type Read,
  type Shaped,
  tally,
  text,
} from "../../transport/shape.js";
import type { TencentClient } from "./client.js";
import { type Listed, listAnswer } from "./list-answer.js";
import { levelCounts } from "./vulnerabilities.js";

// Actions on local images (images found on nodes) of TCSS 2020-11-01, by the API's own names.

/** Overwrites the account's one schedule for local images. https://www.tencentcloud.com/document/product/1163/53224 */
export function createAssetImageScanSetting(client: TencentClient, request: object) {
  return client.call("CreateAssetImageScanSetting", "overwrite", request, nothing);
}

const assetImageScanSetting = fields({
  Enable: flag,
  ScanTime: text,
  ScanPeriod: number,
  ScanVirus: flag,
  ScanRisk: flag,
  ScanVul: flag,
  Images: listOf(text),
  ContainerRunning: flag,
  ScanScope: count,
  ScanEndTime: text,
  ExcludeImages: listOf(text),
  ClusterIDs: listOf(text),
  LastScanTime: text,
  ScanResult: text,
});
export type AssetImageScanSetting = Shaped<typeof assetImageScanSetting>;

export function describeAssetImageScanSetting(client: TencentClient): Promise<Answer<AssetImageScanSetting>> {
  return client.call("DescribeAssetImageScanSetting", "read", {}, assetImageScanSetting);
}

/** Starts a scan. There is no idempotency token: each executed call starts another one. */
export function createAssetImageScanTask(client: TencentClient, request: object): Promise<Answer<{ TaskID?: string }>> {
  return client.call("CreateAssetImageScanTask", "submit", request, fields({ TaskID: identity }));
}

const assetImageScanTask = fields({
  TaskID: identity,
  LastScanTime: text,
  /** READY, SCANNING or END. */
  Status: text,
  /** Success, Timeout, Cancel or Error. */
  SubStatus: text,
});
export type AssetImageScanTask = Shaped<typeof assetImageScanTask>;

/** The running or last one-click task of the account, whoever started it. */
export function describeAssetImageScanTask(client: TencentClient): Promise<Answer<AssetImageScanTask>> {
  return client.call("DescribeAssetImageScanTask", "read", {}, assetImageScanTask);
}

/** https://www.tencentcloud.com/document/product/1163/53150 */
const assetImageScanStatus = fields({
  ImageTotal: count,
  ImageScanCnt: count,
  Status: needed(text),
  Schedule: estimate,
  SuccessCount: count,
  RiskCount: count,
  LeftSeconds: estimate,
});
export type AssetImageScanStatus = Shaped<typeof assetImageScanStatus>;

export function describeAssetImageScanStatus(
  client: TencentClient,
  taskId: string,
): Promise<Answer<AssetImageScanStatus>> {
  return client.call("DescribeAssetImageScanStatus", "read", { TaskID: taskId }, assetImageScanStatus);
}

/** Asks for a stop; the task ends some time after the answer. */
export function modifyAssetImageScanStop(client: TencentClient, taskId: string): Promise<Answer<object>> {
  return client.call("ModifyAssetImageScanStop", "overwrite", { TaskID: taskId }, nothing);
}

const localImage = {
  ...levelCounts,
  ImageID: text,
  ImageName: text,
  ScanTime: text,
  ScanStatus: text,
  ScanVulError: text,
  ScanVirusError: text,
  ScanRiskError: text,
  /** 1 with a licence, 0 without. */
  IsAuthorized: number,
};
export type LocalImage = Read<typeof localImage>;

/** In the list, RiskCnt counts sensitive information. */
const listedImage = fields({ ...localImage, RiskCnt: tally });
export type ListedImage = Shaped<typeof listedImage>;

/** In the detail, RiskCnt counts risk behaviours. The detail has no numbers of vulnerabilities by level. */
const imageDetail = fields({ ...localImage, SensitiveInfoCnt: tally, ImageDigest: text, RepoDigests: listOf(text) });

export interface DescribeAssetImageListRequest {
  Limit: number;
  Offset: number;
  Filters?: readonly unknown[];
  By?: string;
  Order?: "asc" | "desc";
}

export function describeAssetImageList(
  client: TencentClient,
  request: DescribeAssetImageListRequest,
): Listed<ListedImage> {
  return client.call("DescribeAssetImageList", "read", request, listAnswer(listedImage));
}

export function describeAssetImageDetail(
  client: TencentClient,
  imageId: string,
): Promise<Answer<Shaped<typeof imageDetail>>> {
  return client.call("DescribeAssetImageDetail", "read", { ImageID: imageId }, imageDetail);
}
