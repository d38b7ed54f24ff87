import type { Answer, Maybe } from "../core/answer.js";
import type { TencentClient } from "./client.js";
import type { LevelCounts } from "./vulnerabilities.js";

// Actions on local images (images found on nodes) of TCSS 2020-11-01, by the API's own names.
// Every field of an answer may be missing or null, whatever the API's schema says.

export interface AssetFilters {
  Name: string;
  Values: string[];
  ExactMatch?: boolean;
}

/** https://www.tencentcloud.com/document/product/1163/53224 */
export interface CreateAssetImageScanSettingRequest {
  Enable: boolean;
  ScanTime: string;
  ScanPeriod: number;
  ScanVirus: boolean;
  ScanRisk: boolean;
  ScanVul: boolean;
  Images?: string[];
  ContainerRunning?: boolean;
  ScanScope?: number;
  ScanEndTime?: string;
  ExcludeImages?: string[];
  ClusterIDs?: string[];
}

/** Overwrites the account's one schedule for local images. */
export function createAssetImageScanSetting(client: TencentClient, request: CreateAssetImageScanSettingRequest) {
  return client.call<object>("CreateAssetImageScanSetting", "overwrite", request);
}

export interface AssetImageScanSetting {
  Enable?: Maybe<boolean>;
  ScanTime?: Maybe<string>;
  ScanPeriod?: Maybe<number>;
  ScanVirus?: Maybe<boolean>;
  ScanRisk?: Maybe<boolean>;
  ScanVul?: Maybe<boolean>;
  Images?: Maybe<string[]>;
  ContainerRunning?: Maybe<boolean>;
  ScanScope?: Maybe<number>;
  ScanEndTime?: Maybe<string>;
  ExcludeImages?: Maybe<string[]>;
  ClusterIDs?: Maybe<string[]>;
  LastScanTime?: Maybe<string>;
  ScanResult?: Maybe<string>;
}

export function describeAssetImageScanSetting(client: TencentClient): Promise<Answer<AssetImageScanSetting>> {
  return client.call("DescribeAssetImageScanSetting", "read", {});
}

export interface CreateAssetImageScanTaskRequest {
  Images?: string[];
  Filters?: AssetFilters[];
  ExcludeImageIds?: string[];
  All?: boolean;
  ScanVul?: boolean;
  ScanVirus?: boolean;
  ScanRisk?: boolean;
  ContainerRunning?: boolean;
  ScanScope?: number;
  Timeout?: number;
  IsOneClickScanningTask?: boolean;
  ClusterIDs?: string[];
}

/** Starts a scan. There is no idempotency token: each executed call starts another one. */
export function createAssetImageScanTask(
  client: TencentClient,
  request: CreateAssetImageScanTaskRequest,
): Promise<Answer<{ TaskID?: Maybe<string> }>> {
  return client.call("CreateAssetImageScanTask", "submit", request);
}

export interface AssetImageScanTask {
  TaskID?: Maybe<string>;
  LastScanTime?: Maybe<string>;
  /** READY, SCANNING or END. */
  Status?: Maybe<string>;
  /** Success, Timeout, Cancel or Error. */
  SubStatus?: Maybe<string>;
}

/** The running or last one-click task of the account, whoever started it. */
export function describeAssetImageScanTask(client: TencentClient): Promise<Answer<AssetImageScanTask>> {
  return client.call("DescribeAssetImageScanTask", "read", {});
}

/** https://www.tencentcloud.com/document/product/1163/53150 */
export interface AssetImageScanStatus {
  ImageTotal?: Maybe<number>;
  ImageScanCnt?: Maybe<number>;
  Status?: Maybe<string>;
  Schedule?: Maybe<number>;
  SuccessCount?: Maybe<number>;
  RiskCount?: Maybe<number>;
  LeftSeconds?: Maybe<number>;
}

export function describeAssetImageScanStatus(
  client: TencentClient,
  taskId: string,
): Promise<Answer<AssetImageScanStatus>> {
  return client.call("DescribeAssetImageScanStatus", "read", {
    TaskID: taskId,
  });
}

/** Asks for a stop; the task ends some time after the answer. */
export function modifyAssetImageScanStop(
  client: TencentClient,
  taskId: string,
): Promise<Answer<{ Status?: Maybe<string> }>> {
  return client.call("ModifyAssetImageScanStop", "overwrite", {
    TaskID: taskId,
  });
}

export interface LocalImage extends LevelCounts {
  ImageID?: Maybe<string>;
  ImageName?: Maybe<string>;
  ScanTime?: Maybe<string>;
  ScanStatus?: Maybe<string>;
  ScanVulError?: Maybe<string>;
  ScanVirusError?: Maybe<string>;
  ScanRiskError?: Maybe<string>;
  /** Sensitive information, in the list. */
  RiskCnt?: Maybe<number>;
  /** 1 with a licence, 0 without. */
  IsAuthorized?: Maybe<number>;
}

export interface DescribeAssetImageListRequest {
  Limit: number;
  Offset: number;
  Filters?: AssetFilters[];
  By?: string;
  Order?: "asc" | "desc";
}

export function describeAssetImageList(
  client: TencentClient,
  request: DescribeAssetImageListRequest,
): Promise<Answer<{ TotalCount?: Maybe<number>; List?: Maybe<LocalImage[]> }>> {
  return client.call("DescribeAssetImageList", "read", request);
}

export function describeAssetImageDetail(client: TencentClient, imageId: string): Promise<Answer<LocalImage>> {
  return client.call("DescribeAssetImageDetail", "read", { ImageID: imageId });
}
