import { ApiError } from "../server/api-error.js";
import {
  assetFilters,
  between,
  boolean,
  count,
  type Fields,
  integer,
  integers,
  type Params,
  required,
  string,
  strings,
} from "../server/parameters.js";
import { localTime, secondsLeft } from "../server/scan.js";
import { legacySchedule, requireClock } from "../server/schedule.js";
import type { Action, TencentAccount } from "./action.js";
import { leveled, withoutLevels } from "./local-images.js";
import { filtered, imageInfo, imageOf, listRow, type Selection, selected } from "./registry-images.js";
import {
  type RegistryImage,
  type RegistryScan,
  type RegistryWorld,
  type ScanType,
  scanTypes,
} from "./registry-world.js";

// The actions on images of registries of TCSS 2020-11-01: their parameters as documented, and what they do.

const imageInfos: Fields[string] = { type: { list: { object: imageInfo } } };
const timeout = between(1, 2 ** 31 - 1);

export const registryActions: Readonly<Record<string, Action>> = {
  CreateAssetImageRegistryScanTask: {
    fields: {
      All: boolean,
      Images: imageInfos,
      ScanType: strings,
      Id: integers,
      Filters: assetFilters,
      ExcludeImageList: integers,
      OnlyScanLatest: boolean,
      Timeout: timeout,
    },
    run: (account, params, now) => create(account, params, now, false),
  },
  CreateAssetImageRegistryScanTaskOneKey: {
    fields: {
      All: boolean,
      Images: imageInfos,
      ScanType: strings,
      Id: integers,
      IsLatest: boolean,
      ScanScope: between(0, 2),
      RegistryType: strings,
      Namespace: strings,
      ContainerRunning: boolean,
      ExcludeIDs: integers,
      Timeout: timeout,
    },
    run: (account, params, now) => create(account, params, now, true),
  },
  DescribeAssetImageRegistryScanStatusOneKey: {
    fields: { Id: integers, Images: imageInfos, All: boolean },
    domestic: { TaskID: integer },
    run({ registry }, params, now) {
      const task = registry.tasks.get(params["TaskID"] as number);
      if (params["TaskID"] !== undefined) return taskStatus(registry, task, now);
      const images = selected(registry, params as Selection);
      if (images === undefined) throw new ApiError("MissingParameter", "The request names no task and no image.");
      return statusOf(registry, images, now);
    },
  },
  ModifyAssetImageRegistryScanStop: {
    fields: {
      All: boolean,
      Images: imageInfos,
      Id: integers,
      Filters: assetFilters,
      ExcludeImageList: integers,
      OnlyScanLatest: boolean,
    },
    domestic: { TaskID: integer },
    run: ({ registry }, params, now) => stop(registry, params, now),
  },
  ModifyAssetImageRegistryScanStopOneKey: {
    fields: { All: boolean, Images: imageInfos, Id: integers },
    domestic: { TaskID: integer },
    run: ({ registry }, params, now) => stop(registry, params, now),
  },
  UpdateImageRegistryTimingScanTask: {
    fields: {
      Enable: required(boolean),
      ScanPeriod: required(count),
      ScanTime: required(string),
      ScanEndTime: string,
      ScanType: strings,
      ScanScope: between(0, 2),
      Id: integers,
      Images: imageInfos,
      Latest: boolean,
      ContainerRunning: boolean,
      RegistryType: strings,
      Namespace: strings,
      All: boolean,
    },
    domestic: { ExcludeImageAssetIds: integers },
    run({ registry }, params) {
      requireClock(params);
      typesOf(params["ScanType"]);
      registry.setting.values = params;
      return {};
    },
  },
  DescribeImageRegistryTimingScanTask: {
    fields: {},
    run({ registry: { setting }, presets }) {
      const { ScanType = [], ScanTime = "", ...values } = setting.values as { ScanType?: string[]; ScanTime?: string };
      // Written in upper case, and shown in lower case.
      const shown = { ScanType: ScanType.map((type) => type.toLowerCase()), ScanTime: ScanTime && `${ScanTime}:00` };
      if (presets.has("schedule-legacy")) return legacySchedule({ ...values, ...shown });
      return {
        Enable: false,
        ScanPeriod: 0,
        Images: [],
        Id: [],
        Latest: false,
        ScanEndTime: "",
        RegistryType: [],
        ContainerRunning: false,
        ScanScope: 0,
        Namespace: [],
        ExcludeImageAssetIds: [],
        ...values,
        ...shown,
        LastScanTime: setting.lastScanTime,
        ScanResult: setting.scanResult,
      };
    },
  },
  DescribeAssetImageRegistryList: {
    fields: {
      Limit: between(1, 100),
      Offset: count,
      Filters: assetFilters,
      By: string,
      Order: string,
      OnlyShowLatest: boolean,
      IsRunning: boolean,
    },
    run({ registry, presets }, params) {
      const { Limit = 10, Offset = 0, By, Order, ...query } = params as ListParams;
      if (presets.take("list-slow"))
        throw new ApiError("InvalidParameter.RequestTimeout", "The query timed out; send it again.");
      const images = filtered([...registry.images.values()], query.Filters ?? [])
        .filter((image) => query.OnlyShowLatest !== true || image.latest)
        .filter((image) => query.IsRunning !== true || image.running);
      if (By === "ScanTime") images.sort((a, b) => (a.scanTime ?? 0) - (b.scanTime ?? 0));
      if (By !== undefined && Order?.toLowerCase() === "desc") images.reverse();
      return {
        TotalCount: images.length,
        List: images.slice(Offset, Offset + Limit).map((image) => leveled(listRow(image), presets)),
      };
    },
  },
  DescribeAssetImageRegistryDetail: {
    fields: { Id: integer, ImageId: string },
    run({ registry }, params) {
      const { Id, ImageId } = params as { Id?: number; ImageId?: string };
      if (Id !== undefined) return detailOf(imageOf(registry, Id));
      const image = [...registry.images.values()].find((one) => one.digest === ImageId);
      if (image === undefined) throw new ApiError("ResourceNotFound", "The image does not exist.");
      return detailOf(image);
    },
  },
  SyncAssetImageRegistryAsset: {
    fields: { All: boolean, RegistryIds: integers },
    run({ registry }, params, now) {
      const { All, RegistryIds = [] } = params as { All?: boolean; RegistryIds?: number[] };
      if (All !== true && RegistryIds.length === 0)
        throw new ApiError("MissingParameter", "The request names no registry.");
      registry.synchronize(now);
      return {};
    },
  },
  DescribeAssetImageRegistryAssetStatus: {
    fields: {},
    run: ({ registry: { sync } }) => ({
      Status: sync.status,
      Err: sync.error,
      LatestSyncSuccessTime: sync.lastSuccess === undefined ? "" : localTime(sync.lastSuccess),
    }),
  },
  DescribeAssetImageRegistryRegistryList: {
    fields: { Limit: between(1, 100), Offset: count, Filters: assetFilters, By: string, Order: string },
    run({ registry: { images, sync } }) {
      const names = [...new Set([...images.values()].map((image) => image.instanceName))];
      const LatestSyncTime = sync.lastSuccess === undefined ? "" : localTime(sync.lastSuccess);
      const List = names.map((Name, at) => ({
        RegistryId: at + 1,
        Name,
        RegistryType: [...images.values()].find((image) => image.instanceName === Name)?.registryType ?? "",
        LatestSyncTime,
        SyncStatus: sync.status,
        SyncFailReason: sync.error,
      }));
      return { TotalCount: List.length, List };
    },
  },
  DescribePurchaseStateInfo: {
    fields: {},
    run: ({ quota }) => ({ State: quota.state }),
  },
  DescribeImageAuthorizedInfo: {
    fields: {},
    run: ({ quota }) => ({
      TotalAuthorizedCnt: quota.capacity,
      UsedAuthorizedCnt: Math.ceil(quota.used),
      // The spelling of the wire.
      ImageScanInquireInfo: { Capcity: quota.capacity, Useage: quota.shownUse, PurchaseStatus: "Normal" },
    }),
  },
};

type ListParams = Selection & {
  readonly Limit?: number;
  readonly Offset?: number;
  readonly By?: string;
  readonly Order?: string;
  readonly OnlyShowLatest?: boolean;
  readonly IsRunning?: boolean;
};

function create({ registry, presets }: TencentAccount, params: Params, now: number, oneClick: boolean): object {
  const images = selected(registry, params as Selection);
  if (images === undefined) throw new ApiError("InvalidParameter", "The request does not say which images to scan.");
  const types = typesOf(params["ScanType"]) ?? scanTypes;
  const timeoutSeconds = params["Timeout"] as number | undefined;
  const task = registry.start({ images, types, oneClick, timeoutSeconds }, now);
  return presets.has("registry-create-no-taskid") ? {} : { TaskID: task.id };
}

function typesOf(value: unknown): ScanType[] | undefined {
  const types = value as string[] | undefined;
  const unknown = types?.find((type) => !(scanTypes as readonly string[]).includes(type));
  if (unknown !== undefined) throw new ApiError("InvalidParameter", `The scan type \`${unknown}\` is not supported.`);
  return types as ScanType[] | undefined;
}

function taskImages(task: { readonly images: readonly RegistryImage[] } | undefined): readonly RegistryImage[] {
  if (task === undefined) throw new ApiError("ResourceNotFound", "The task does not exist.");
  return task.images;
}

/** In the order in which they decide about the whole. */
const overall = ["SCANNING", "SCAN_TIMEOUT", "CANCELED", "SCAN_ERR", "NOT_SCAN"] as const;

function statusOf(world: RegistryWorld, images: readonly RegistryImage[], now: number): object {
  const total = images.length;
  const done = images.filter((image) => image.status === "SCANNED").length;
  const task = [...world.tasks.values()].findLast((one) => one.images.some((image) => images.includes(image)));
  const status = overall.find((word) => images.some((image) => image.status === word)) ?? "SCANNED";
  const ended = images.filter((image) => !["SCANNING", "NOT_SCAN"].includes(image.status)).length;
  return {
    ImageTotal: total,
    ImageScanCnt: done,
    SuccessCount: done,
    RiskCount: ended - done,
    Schedule: total === 0 ? 100 : Math.floor((ended / total) * 100),
    Status: status,
    ScanRemainTime: task === undefined ? 0 : secondsLeft(task, now),
    ImageStatus: [],
  };
}

const endWords = { Success: "SCANNED", Cancel: "CANCELED", Timeout: "SCAN_TIMEOUT", Error: "SCAN_ERR" } as const;

/** Of a task that has ended, its own end: another may scan the same images by now. */
function taskStatus(world: RegistryWorld, task: RegistryScan | undefined, now: number): object {
  const images = taskImages(task);
  const present = statusOf(world, images, now) as { Status: string };
  if (task?.settled !== true) return { ...present, Status: "SCANNING" };
  const timedOut = task.end === "Success" && present.Status === "SCAN_TIMEOUT";
  return { ...present, Schedule: 100, ScanRemainTime: 0, Status: timedOut ? "SCAN_TIMEOUT" : endWords[task.end] };
}

function stop(world: RegistryWorld, params: Params, now: number): object {
  const id = params["TaskID"] as number | undefined;
  const named = selected(world, params as Selection);
  if (id === undefined && named === undefined)
    throw new ApiError("InvalidParameter", "The request does not say what to stop.");
  if (id !== undefined) taskImages(world.tasks.get(id));
  for (const task of world.tasks.values()) {
    if (id === undefined ? task.images.some((image) => named?.includes(image)) : task.id === id) world.stop(task, now);
  }
  return {};
}

/** The detail has no numbers by level. */
function detailOf(image: RegistryImage): object {
  return { ...withoutLevels(listRow(image)), LayerInfo: [] };
}
