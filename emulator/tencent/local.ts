import { ApiError } from "../server/api-error.js";
import { assetFilters, between, boolean, count, type Params, required, string, strings } from "../server/parameters.js";
import { localTime, secondsLeft } from "../server/scan.js";
import { legacySchedule, requireClock } from "../server/schedule.js";
import type { Action } from "./action.js";
import { type Filter, filtered, imageOf, leveled, listRow, selected } from "./local-images.js";
import { type EmulatedTask, type LocalWorld, standingStillMs } from "./local-world.js";

// The actions on local images of TCSS 2020-11-01: their parameters as documented, and what they do.

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
    run: ({ local: { setting }, presets }) =>
      presets.has("schedule-legacy")
        ? { ...setting.values, ...legacySchedule(setting.values) }
        : {
            Enable: false,
            ScanTime: "",
            ScanPeriod: 0,
            ScanVirus: false,
            ScanRisk: false,
            ScanVul: false,
            Images: [],
            ContainerRunning: false,
            ScanScope: 0,
            ScanEndTime: "",
            ExcludeImages: [],
            ClusterIDs: [],
            ...setting.values,
            LastScanTime: setting.lastScanTime,
            ScanResult: setting.scanResult,
          },
  },
  CreateAssetImageScanTask: {
    fields: {
      Images: strings,
      Filters: assetFilters,
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
          images: selected(world, params),
          oneClick: params["IsOneClickScanningTask"] === true,
          parts: (["CVE", "VIRUS", "RISK"] as const).filter((part) => params[flagOf[part]] === true),
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
    run: ({ local: world }, params, now) => statusOf(taskOf(world, params), now),
  },
  ModifyAssetImageScanStop: {
    fields: { TaskID: string, Images: strings, Filters: assetFilters, ExcludeImageIds: string },
    run({ local: world }, params, now) {
      if (params["TaskID"] !== undefined) {
        world.stop(taskOf(world, params), now);
        return { Status: "SUCCESS" };
      }
      const images = new Set(selected(world, { ...params, ExcludeImageIds: excluded(params["ExcludeImageIds"]) }));
      for (const task of world.tasks.values()) {
        if (task.images.some((image) => images.has(image))) world.stop(task, now);
      }
      return { Status: "SUCCESS" };
    },
  },
  DescribeAssetImageList: {
    fields: { Limit: between(1, 100), Offset: count, Filters: assetFilters, By: string, Order: string },
    run({ local: world, presets }, params) {
      if (presets.take("list-slow"))
        throw new ApiError("InvalidParameter.RequestTimeout", "The query timed out; send it again.");
      const {
        Limit = 10,
        Offset = 0,
        By,
        Order,
      } = params as { Limit?: number; Offset?: number; By?: string; Order?: string };
      const images = filtered([...world.images.values()], (params["Filters"] as Filter[] | undefined) ?? []);
      if (By === "ScanTime") images.sort((a, b) => (a.scanTime ?? 0) - (b.scanTime ?? 0));
      if (By !== undefined && Order?.toLowerCase() === "desc") images.reverse();
      return {
        TotalCount: images.length,
        List: images.slice(Offset, Offset + Limit).map((image) => leveled(listRow(image), presets)),
      };
    },
  },
  DescribeAssetImageDetail: {
    fields: { ImageID: required(string) },
    run({ local: world }, params) {
      const image = imageOf(world, params["ImageID"] as string);
      const percent = image.status === "SCANNING" ? 50 : image.status === "SCANNED" ? 100 : 0;
      const number = { NOT_SCAN: 0, SCANNING: 1, SCANNED: 2, SCAN_ERR: 3 }[image.status];
      const progress = { ScanVirusProgress: percent, ScanVulProgress: percent, ScanRiskProgress: percent };
      return {
        ...listRow(image),
        ...progress,
        ImageDigest: image.id,
        SensitiveInfoCnt: image.shown.sensitive,
        RiskCnt: 211 + image.shown.sensitive,
        Status: number,
      };
    },
  },
};

const flagOf = { CVE: "ScanVul", VIRUS: "ScanVirus", RISK: "ScanRisk" } as const;

/** Stop takes the list of excluded ids as one text, of JSON. */
function excluded(text: unknown): string[] {
  if (text === undefined) return [];
  try {
    const ids: unknown = JSON.parse(text as string);
    if (Array.isArray(ids)) return ids as string[];
  } catch {
    // Falls through to the refusal of anything that is not a list.
  }
  throw new ApiError("InvalidParameter.ParsingError", "The parameter `ExcludeImageIds` cannot be parsed.");
}

function taskOf(world: LocalWorld, params: Params): EmulatedTask {
  const id = params["TaskID"];
  const task = id === undefined ? [...world.tasks.values()].at(-1) : world.tasks.get(id as string);
  if (task === undefined) throw new ApiError("ResourceNotFound", "The task does not exist.");
  return task;
}

function statusOf(task: EmulatedTask, now: number): object {
  // The documented example, which does not move.
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
  const done = task.images.slice(0, task.done);
  const risky = done.filter(
    (image) => image.outcome === "scanned" && Object.values(image.findings).some((count) => count > 0),
  ).length;
  return {
    ImageTotal: total,
    ImageScanCnt: task.done,
    Status: task.settled ? "END" : "SCANNING",
    Schedule: total === 0 ? 100 : Math.floor((task.done / total) * 100),
    SuccessCount: task.settled ? done.filter((image) => image.outcome === "scanned").length : 0,
    RiskCount: risky,
    LeftSeconds: secondsLeft(task, now),
  };
}
