import type { Answer, Maybe } from "../core/answer.js";
import type { Integer } from "../core/json.js";
import type { TencentClient } from "./client.js";
import type { AssetFilters } from "./local-images.js";
import type { LevelCounts } from "./vulnerabilities.js";

// Actions on images of registries (repository images) of TCSS 2020-11-01, by the API's own names.
// Every field of an answer may be missing or null, whatever the API's schema says.

/** An image of a registry by its names. `Force` is a text, "true" or "false". */
export interface ImageInfo {
  InstanceName: string;
  Namespace: string;
  ImageName: string;
  ImageTag: string;
  Force: string;
  ImageDigest?: string;
  RegistryType?: string;
  ImageRepoAddress?: string;
  InstanceId?: string;
}

export interface CreateAssetImageRegistryScanTaskRequest {
  All?: boolean;
  Images?: ImageInfo[];
  ScanType?: string[];
  Id?: Integer[];
  Filters?: AssetFilters[];
  ExcludeImageList?: Integer[];
  OnlyScanLatest?: boolean;
  Timeout?: number;
}

/** TaskID is a number, and may be missing. */
type RegistryTask = Promise<Answer<{ TaskID?: Maybe<Integer> }>>;

/** Starts a scan. https://www.tencentcloud.com/document/product/1163/53188 */
export function createAssetImageRegistryScanTask(
  client: TencentClient,
  request: CreateAssetImageRegistryScanTaskRequest,
): RegistryTask {
  return client.call("CreateAssetImageRegistryScanTask", "submit", request);
}

export interface CreateAssetImageRegistryScanTaskOneKeyRequest {
  All?: boolean;
  Images?: ImageInfo[];
  ScanType?: string[];
  Id?: Integer[];
  IsLatest?: boolean;
  ScanScope?: number;
  RegistryType?: string[];
  Namespace?: string[];
  ContainerRunning?: boolean;
  ExcludeIDs?: Integer[];
  Timeout?: number;
}

/** Starts a one-click scan. */
export function createAssetImageRegistryScanTaskOneKey(
  client: TencentClient,
  request: CreateAssetImageRegistryScanTaskOneKeyRequest,
): RegistryTask {
  return client.call("CreateAssetImageRegistryScanTaskOneKey", "submit", request);
}

/** What a status or a stop is about. `TaskID` exists on the domestic site only. */
export interface RegistryScanSelector {
  TaskID?: Integer;
  Id?: Integer[];
  Images?: ImageInfo[];
  All?: boolean;
}

export interface RegistryScanStatus {
  ImageTotal?: Maybe<number>;
  ImageScanCnt?: Maybe<number>;
  RiskCount?: Maybe<number>;
  /** Percent, also of a scan that failed. */
  Schedule?: Maybe<number>;
  Status?: Maybe<string>;
  ScanRemainTime?: Maybe<number>;
}

export function describeAssetImageRegistryScanStatusOneKey(
  client: TencentClient,
  request: RegistryScanSelector,
): Promise<Answer<RegistryScanStatus>> {
  return client.call("DescribeAssetImageRegistryScanStatusOneKey", "read", request);
}

export interface ModifyAssetImageRegistryScanStopRequest extends RegistryScanSelector {
  Filters?: AssetFilters[];
  ExcludeImageList?: Integer[];
  OnlyScanLatest?: boolean;
}

/** Asks for a stop; the scan ends some time after the answer. */
export function modifyAssetImageRegistryScanStop(
  client: TencentClient,
  request: ModifyAssetImageRegistryScanStopRequest,
): Promise<Answer<object>> {
  return client.call("ModifyAssetImageRegistryScanStop", "overwrite", request);
}

/** Asks for a stop of a one-click scan. */
export function modifyAssetImageRegistryScanStopOneKey(
  client: TencentClient,
  request: RegistryScanSelector,
): Promise<Answer<object>> {
  return client.call("ModifyAssetImageRegistryScanStopOneKey", "overwrite", request);
}

export interface UpdateImageRegistryTimingScanTaskRequest {
  Enable: boolean;
  ScanPeriod: number;
  ScanTime: string;
  ScanEndTime?: string;
  ScanType?: string[];
  ScanScope?: number;
  Images?: ImageInfo[];
  Id?: Integer[];
  Latest?: boolean;
  ContainerRunning?: boolean;
  RegistryType?: string[];
  Namespace?: string[];
  /** Domestic site only. */
  ExcludeImageAssetIds?: Integer[];
}

/** Overwrites the account's one schedule for registry images. */
export function updateImageRegistryTimingScanTask(
  client: TencentClient,
  request: UpdateImageRegistryTimingScanTaskRequest,
): Promise<Answer<object>> {
  return client.call("UpdateImageRegistryTimingScanTask", "overwrite", request);
}

export interface ImageRegistryTimingScanTask {
  Enable?: Maybe<boolean>;
  ScanTime?: Maybe<string>;
  ScanPeriod?: Maybe<number>;
  /** In either case. */
  ScanType?: Maybe<string[]>;
  Images?: Maybe<Partial<ImageInfo>[]>;
  Id?: Maybe<Integer[]>;
  Latest?: Maybe<boolean>;
  ScanEndTime?: Maybe<string>;
  RegistryType?: Maybe<string[]>;
  ContainerRunning?: Maybe<boolean>;
  ScanScope?: Maybe<number>;
  Namespace?: Maybe<string[]>;
  ExcludeImageAssetIds?: Maybe<Integer[]>;
  LastScanTime?: Maybe<string>;
  ScanResult?: Maybe<string>;
}

export function describeImageRegistryTimingScanTask(
  client: TencentClient,
): Promise<Answer<ImageRegistryTimingScanTask>> {
  return client.call("DescribeImageRegistryTimingScanTask", "read", {});
}

export interface RegistryImage extends LevelCounts {
  Id?: Maybe<Integer>;
  ImageDigest?: Maybe<string>;
  InstanceName?: Maybe<string>;
  InstanceId?: Maybe<string>;
  RegistryType?: Maybe<string>;
  Namespace?: Maybe<string>;
  ImageName?: Maybe<string>;
  ImageTag?: Maybe<string>;
  IsLatestImage?: Maybe<boolean>;
  ScanStatus?: Maybe<string>;
  /** ISO 8601 with an offset; "" or the year 1900 for never. */
  ScanTime?: Maybe<string>;
  CveStatus?: Maybe<string>;
  VirusStatus?: Maybe<string>;
  RiskStatus?: Maybe<string>;
  ScanVulError?: Maybe<string>;
  ScanVirusError?: Maybe<string>;
  ScanRiskError?: Maybe<string>;
  SensitiveInfoCnt?: Maybe<number>;
  Reason?: Maybe<string>;
  Solution?: Maybe<string>;
  /** 1 with a licence, 0 without. */
  IsAuthorized?: Maybe<number>;
}

export interface DescribeAssetImageRegistryListRequest {
  Limit: number;
  Offset: number;
  Filters?: AssetFilters[];
  By?: string;
  Order?: "asc" | "desc";
}

export function describeAssetImageRegistryList(
  client: TencentClient,
  request: DescribeAssetImageRegistryListRequest,
): Promise<Answer<{ TotalCount?: Maybe<number>; List?: Maybe<RegistryImage[]> }>> {
  return client.call("DescribeAssetImageRegistryList", "read", request);
}

export function describeAssetImageRegistryDetail(client: TencentClient, id: Integer): Promise<Answer<RegistryImage>> {
  return client.call("DescribeAssetImageRegistryDetail", "read", { Id: id });
}

/** Brings the images of registries up to date; done some time after the answer. */
export function syncAssetImageRegistryAsset(
  client: TencentClient,
  request: { All?: boolean; RegistryIds?: Integer[] },
): Promise<Answer<object>> {
  return client.call("SyncAssetImageRegistryAsset", "overwrite", request);
}

export interface RegistryAssetStatus {
  /** doing, success or failed. */
  Status?: Maybe<string>;
  Err?: Maybe<string>;
  LatestSyncSuccessTime?: Maybe<string>;
}

export function describeAssetImageRegistryAssetStatus(client: TencentClient): Promise<Answer<RegistryAssetStatus>> {
  return client.call("DescribeAssetImageRegistryAssetStatus", "read", {});
}
