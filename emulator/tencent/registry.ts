import { ApiError } from "../server/api-error.js";
import {
  between,
  boolean,
  count,
  type Params,
  type Rule,
  required,
  string,
  strings,
  unsigned,
  unsigneds,
} from "../server/parameters.js";
import { localTime, secondsLeft, stopScan } from "../server/scan.js";
import { requireClock, showSeconds } from "../server/schedule.js";
import type { Action, TencentAccount } from "./action.js";
import { type Filter, filterRows, filters, order, page, showPage, sortRows } from "./lists.js";
import { listRegistries, showRegistry } from "./registries.js";
import {
  countProgress,
  filterImages,
  findImage,
  imageInfo,
  type Selection,
  selectImages,
  showCommon,
  showInList,
  showNames,
  sortKeys,
} from "./registry-images.js";
import {
  type RegistryImage,
  type RegistryScan,
  type RegistryWorld,
  type ScanType,
  scanTypes,
} from "./registry-world.js";

// The actions on registry images of TCSS 2020-11-01: their documented parameters and their effects.

const imageInfos: Rule = { type: "list", of: { type: "object", fields: imageInfo } };
const timeout = between(1, 2 ** 31 - 1);

export const registryActions: Readonly<Record<string, Action>> = {
  CreateAssetImageRegistryScanTask: {
    fields: {
      All: boolean,
      Images: imageInfos,
      ScanType: strings,
      Id: unsigneds,
      ...filters,
      ExcludeImageList: unsigneds,
      OnlyScanLatest: boolean,
      Timeout: timeout,
    },
    run: (account, params, now) => create(account, params, now),
  },
  CreateAssetImageRegistryScanTaskOneKey: {
    fields: {
      All: boolean,
      Images: imageInfos,
      ScanType: strings,
      Id: unsigneds,
      IsLatest: boolean,
      ScanScope: between(0, 2),
      RegistryType: strings,
      Namespace: strings,
      ContainerRunning: boolean,
      ExcludeIDs: unsigneds,
      Timeout: timeout,
    },
    run: (account, params, now) => create(account, params, now),
  },
  DescribeAssetImageRegistryScanStatusOneKey: {
    fields: { Id: unsigneds, Images: imageInfos, All: boolean },
    domestic: { TaskID: unsigned },
    run({ registry }, params, now) {
      const task = registry.tasks.get(params["TaskID"] as number);
      if (params["TaskID"] !== undefined) return showTaskStatus(registry, task, now);
      const images = selectImages(registry, params as Selection);
      if (images === undefined) throw new ApiError("MissingParameter", "The request names no task and no image.");
      return showStatus(registry, images, now);
    },
  },
  ModifyAssetImageRegistryScanStop: {
    fields: {
      All: boolean,
      Images: imageInfos,
      Id: unsigneds,
      ...filters,
      ExcludeImageList: unsigneds,
      OnlyScanLatest: boolean,
    },
    domestic: { TaskID: unsigned },
    run: ({ registry }, params, now) => stop(registry, params, now),
  },
  ModifyAssetImageRegistryScanStopOneKey: {
    fields: { All: boolean, Images: imageInfos, Id: unsigneds },
    domestic: { TaskID: unsigned },
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
      Id: unsigneds,
      Images: imageInfos,
      Latest: boolean,
      ContainerRunning: boolean,
      RegistryType: strings,
      Namespace: strings,
      All: boolean,
      ExcludeImageAssetIds: unsigneds,
    },
    run({ registry }, params) {
      requireClock(params);
      parseTypes(params["ScanType"]);
      registry.setting.values = params;
      return {};
    },
  },
  DescribeImageRegistryTimingScanTask: {
    fields: {},
    run({ registry: { setting }, presets }) {
      const { ScanType = [], ScanTime = "", ...values } = setting.values as { ScanType?: string[]; ScanTime?: string };
      // Written in upper case, and shown in lower case.
      const shown = { ScanType: ScanType.map((type) => type.toLowerCase()), ScanTime: showSeconds(ScanTime) };
      const always = { Enable: false, ScanPeriod: 0 };
      if (presets.has("schedule-legacy")) {
        const { Enable, ScanPeriod } = { ...always, ...values };
        return { Enable, ScanPeriod, ...shown };
      }
      return {
        ...always,
        All: false,
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
    fields: { ...page, ...filters, ...order, OnlyShowLatest: boolean, IsRunning: boolean },
    run({ registry, presets }, params, now) {
      const query = params as { Filters?: Filter[]; OnlyShowLatest?: boolean; IsRunning?: boolean };
      if (presets.take("list-slow"))
        throw new ApiError("InvalidParameter.RequestTimeout", "The query timed out; send it again.");
      const images = filterImages([...registry.images.values()], query.Filters)
        .filter((image) => query.OnlyShowLatest !== true || image.latest)
        .filter((image) => query.IsRunning !== true || image.running);
      return showPage(sortRows(images, params, sortKeys), params, (image) =>
        showInList(image, remainingTime(registry, image, now), presets),
      );
    },
  },
  DescribeAssetImageRegistryDetail: {
    fields: { Id: unsigned, ImageId: string },
    run({ registry }, params, now) {
      const { Id, ImageId } = params as { Id?: number; ImageId?: string };
      const image =
        Id === undefined
          ? [...registry.images.values()].find((one) => one.digest === ImageId)
          : findImage(registry, Id);
      if (image === undefined) throw new ApiError("ResourceNotFound", "The image does not exist.");
      const layers = "2026-01-01 00:00:00COPY / / # buildkit";
      return { ...showCommon(image, remainingTime(registry, image, now)), LayerInfo: layers };
    },
  },
  SyncAssetImageRegistryAsset: {
    fields: { All: boolean, RegistryIds: unsigneds },
    run({ registry }, params, now) {
      const { All, RegistryIds = [] } = params as { All?: boolean; RegistryIds?: number[] };
      if (All !== true && RegistryIds.length === 0)
        throw new ApiError("MissingParameter", "The request names no registry.");
      const asked = listRegistries(registry).filter(({ id }) => RegistryIds.includes(id));
      if (asked.length < new Set(RegistryIds).size)
        throw new ApiError("InvalidParameter", "A registry of `RegistryIds` does not exist.");
      registry.synchronize(now, All === true ? undefined : asked.map(({ name }) => name));
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
    fields: { ...page, ...filters, ...order },
    run({ registry }, params) {
      const rows = filterRows(listRegistries(registry).reverse(), params["Filters"] as Filter[] | undefined, {
        IsAuthorized: ({ images }, value) =>
          value === "all" || images.some(({ authorized }) => (authorized ? "1" : "0") === value),
      });
      // Registries are numbered in the order of their creation. The newest comes first.
      return showPage(sortRows(rows, params, { InsertTime: ({ id }) => id }), params, (one) =>
        showRegistry(one, registry),
      );
    },
  },
};

function create({ registry, presets }: TencentAccount, params: Params, now: number): object {
  const images = selectImages(registry, params as Selection);
  if (images === undefined) throw new ApiError("InvalidParameter", "The request does not say which images to scan.");
  const types = parseTypes(params["ScanType"]) ?? scanTypes;
  const timeoutSeconds = params["Timeout"] as number | undefined;
  const task = registry.start({ images, types, timeoutSeconds }, now);
  return presets.has("registry-create-no-taskid") ? {} : { TaskID: task.id };
}

export function parseTypes(value: unknown): ScanType[] | undefined {
  const types = value as string[] | undefined;
  const unknown = types?.find((type) => !(scanTypes as readonly string[]).includes(type));
  if (unknown !== undefined) throw new ApiError("InvalidParameter", `The scan type \`${unknown}\` is not supported.`);
  return types as ScanType[] | undefined;
}

function taskImages(task: { readonly images: readonly RegistryImage[] } | undefined): readonly RegistryImage[] {
  if (task === undefined) throw new ApiError("ResourceNotFound", "The task does not exist.");
  return task.images;
}

/** The overall status is the first of these that an image has. */
const overall = ["SCANNING", "SCAN_TIMEOUT", "CANCELED", "SCAN_ERR", "NOT_SCAN"] as const;

function showStatus(world: RegistryWorld, images: readonly RegistryImage[], now: number): object {
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
    // The documented example of a timeout lists no image.
    ImageStatus: status === "SCAN_TIMEOUT" ? [] : images.map(showProgress),
  };
}

function showProgress(image: RegistryImage): object {
  return {
    ...showNames(image),
    CveProgress: countProgress(image, "CVE"),
    VirusProgress: countProgress(image, "VIRUS"),
    RiskProgress: countProgress(image, "RISK"),
  };
}

function remainingTime(world: RegistryWorld, image: RegistryImage, now: number): number {
  const task = [...world.tasks.values()].findLast((one) => one.images.includes(image));
  return task === undefined || image.status !== "SCANNING" ? 0 : secondsLeft(task, now);
}

const endWords = { Success: "SCANNED", Cancel: "CANCELED", Timeout: "SCAN_TIMEOUT", Error: "SCAN_ERR" } as const;

/** A task that has ended shows its own end, because another task may scan the same images by now. */
function showTaskStatus(world: RegistryWorld, task: RegistryScan | undefined, now: number): object {
  const images = taskImages(task);
  const present = showStatus(world, images, now) as { Status: string };
  if (task?.settled !== true) return { ...present, Status: "SCANNING" };
  const timedOut = task.end === "Success" && present.Status === "SCAN_TIMEOUT";
  return { ...present, Schedule: 100, ScanRemainTime: 0, Status: timedOut ? "SCAN_TIMEOUT" : endWords[task.end] };
}

/** Stops a task, or the named images in every task. A task id together with images stops these images in that task. */
function stop(world: RegistryWorld, params: Params, now: number): object {
  const id = params["TaskID"] as number | undefined;
  const named = selectImages(world, params as Selection);
  if (id === undefined && named === undefined)
    throw new ApiError("InvalidParameter", "The request does not say what to stop.");
  if (id !== undefined) taskImages(world.tasks.get(id));
  for (const task of world.tasks.values()) {
    const isAsked = id === undefined ? task.images.some((image) => named?.includes(image)) : task.id === id;
    if (isAsked) stopScan(task, now, (image) => named === undefined || named.includes(image));
  }
  return {};
}
