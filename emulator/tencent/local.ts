import { ApiError } from "../server/api-error.js";
import type { Part } from "../server/findings.js";
import { between, boolean, count, type Params, required, string, strings } from "../server/parameters.js";
import { localTime, scannedImages, secondsLeft, stopScan } from "../server/scan.js";
import { requireClock, showSeconds } from "../server/schedule.js";
import type { Action } from "./action.js";
import { type Filter, filters, order, page, showPage, sortRows } from "./lists.js";
import { filterImages, findImage, selectImages, showInDetail, showInList, sortKeys } from "./local-images.js";
import { type EmulatedTask, type LocalWorld, standingStillMs } from "./local-world.js";

// The actions on local images of TCSS 2020-11-01: their documented parameters and their effects.

/** The fields of every answer about the schedule. */
const unsetSchedule = {
  Enable: false,
  ScanTime: "",
  ScanPeriod: 0,
  ScanVirus: false,
  ScanRisk: false,
  ScanVul: false,
  All: false,
  Images: [],
};

export const localActions: Readonly<Record<string, Action>> = {
  CreateAssetImageScanSetting: {
    fields: {
      Enable: required(boolean),
      ScanTime: required(string),
      ScanPeriod: required(count),
      ScanVirus: required(boolean),
      ScanRisk: required(boolean),
      ScanVul: required(boolean),
      All: boolean,
      Images: strings,
      ContainerRunning: boolean,
      ScanScope: between(0, 3),
      ScanEndTime: string,
      ExcludeImages: strings,
      ClusterIDs: strings,
    },
    run({ local: world }, params) {
      requireClock(params);
      world.setting.values = params;
      return {};
    },
  },
  DescribeAssetImageScanSetting: {
    fields: {},
    run({ local: { setting }, presets }) {
      const always = { ...unsetSchedule, ...setting.values };
      if (presets.has("schedule-legacy")) {
        const names = Object.keys(unsetSchedule) as (keyof typeof unsetSchedule)[];
        const values = Object.fromEntries(names.map((name) => [name, always[name]]));
        return { ...values, ScanTime: showSeconds(always.ScanTime) };
      }
      return {
        ContainerRunning: false,
        ScanScope: 0,
        ScanEndTime: "",
        ExcludeImages: [],
        ClusterIDs: [],
        ...always,
        LastScanTime: setting.lastScanTime,
        ScanResult: setting.scanResult,
      };
    },
  },
  CreateAssetImageScanTask: {
    fields: {
      Images: strings,
      ...filters,
      ExcludeImageIds: strings,
      All: boolean,
      ScanVul: boolean,
      ScanVirus: boolean,
      ScanRisk: boolean,
      ContainerRunning: boolean,
      ScanScope: between(0, 3),
      Timeout: between(1, 2 ** 31 - 1),
      IsOneClickScanningTask: boolean,
      ClusterIDs: strings,
    },
    run({ local: world }, params, now) {
      if (![params["ScanVul"], params["ScanVirus"], params["ScanRisk"]].includes(true)) {
        throw new ApiError("InvalidParameter", "At least one of `ScanVul`, `ScanVirus` and `ScanRisk` must be true.");
      }
      const task = world.start(
        {
          images: selectImages(world, params),
          oneClick: params["IsOneClickScanningTask"] === true,
          parts: readParts(params),
          timeoutSeconds: (params["Timeout"] as number | undefined) ?? 3600,
        },
        now,
      );
      return { TaskID: task.id };
    },
  },
  DescribeAssetImageScanTask: {
    fields: {},
    run({ local: world }) {
      const task = world.lastOneClick();
      if (task === undefined) return { TaskID: "", LastScanTime: "", Status: "", SubStatus: "" };
      return {
        TaskID: task.id,
        LastScanTime: localTime(task.begun),
        Status: task.settled ? "END" : "SCANNING",
        SubStatus: task.settled ? task.end : "",
      };
    },
  },
  DescribeAssetImageScanStatus: {
    fields: { TaskID: string },
    run: ({ local: world }, params, now) => showStatus(findTask(world, params), now),
  },
  ModifyAssetImageScanStop: {
    fields: { TaskID: string, Images: strings, ...filters, ExcludeImageIds: string },
    run({ local: world }, params, now) {
      if (params["TaskID"] !== undefined) {
        stopScan(findTask(world, params), now);
        return { Status: "SUCCESS" };
      }
      const ids = parseIds(params["ExcludeImageIds"]);
      const images = new Set(selectImages(world, { ...params, ExcludeImageIds: ids }));
      for (const task of world.tasks.values()) {
        if (task.images.some((image) => images.has(image))) stopScan(task, now, (image) => images.has(image));
      }
      return { Status: "SUCCESS" };
    },
  },
  DescribeAssetImageList: {
    fields: { ...page, ...filters, ...order },
    run({ local: world, presets }, params) {
      if (presets.take("list-slow"))
        throw new ApiError("InvalidParameter.RequestTimeout", "The query timed out; send it again.");
      const images = filterImages([...world.images.values()], params["Filters"] as Filter[] | undefined);
      return showPage(sortRows(images, params, sortKeys), params, (image) => showInList(image, presets));
    },
  },
  DescribeAssetImageDetail: {
    fields: { ImageID: required(string) },
    run({ local: world }, params, now) {
      const image = findImage(world, params["ImageID"] as string);
      const task = [...world.tasks.values()].findLast((one) => one.images.includes(image));
      return showInDetail(image, task === undefined || image.status !== "SCANNING" ? 0 : secondsLeft(task, now));
    },
  },
};

const flagOf = { CVE: "ScanVul", VIRUS: "ScanVirus", RISK: "ScanRisk" } as const;

/** The parts of a scan that the flags of a request, or of the schedule, ask for. */
export function readParts(params: Params): Part[] {
  return (["CVE", "VIRUS", "RISK"] as const).filter((part) => params[flagOf[part]] === true);
}

/** Stop takes the list of excluded ids as one text, of JSON. */
function parseIds(text: unknown): string[] {
  if (text === undefined) return [];
  try {
    const ids: unknown = JSON.parse(text as string);
    if (Array.isArray(ids)) return ids as string[];
  } catch {
    // Continues to the refusal of anything that is not a list.
  }
  throw new ApiError("InvalidParameter.ParsingError", "The parameter `ExcludeImageIds` cannot be parsed.");
}

function findTask(world: LocalWorld, params: Params): EmulatedTask {
  const id = params["TaskID"];
  const task = id === undefined ? [...world.tasks.values()].at(-1) : world.tasks.get(id as string);
  if (task === undefined) throw new ApiError("ResourceNotFound", "The task does not exist.");
  return task;
}

function showStatus(task: EmulatedTask, now: number): object {
  // The documented example, which makes no progress.
  if (!task.settled && task.length === standingStillMs)
    return {
      ImageTotal: 339,
      ImageScanCnt: 0,
      Status: "SCANNING",
      Schedule: 0,
      SuccessCount: 0,
      RiskCount: 0,
      LeftSeconds: 4666,
    };
  const total = task.images.length;
  const done = scannedImages(task);
  const risky = done.filter(
    (image) => image.outcome === "scanned" && Object.values(image.findings).some((count) => count > 0),
  ).length;
  return {
    ImageTotal: total,
    ImageScanCnt: done.length,
    Status: task.settled ? "END" : "SCANNING",
    Schedule: total === 0 ? 100 : Math.floor((task.done / total) * 100),
    SuccessCount: task.settled ? done.filter((image) => image.outcome === "scanned").length : 0,
    RiskCount: risky,
    LeftSeconds: secondsLeft(task, now),
  };
}
