import type { Present, SettingDriver, SettingKind } from "../../lifecycle/setting-kind.js";
import { canonical } from "../../validation/canonical.js";
import type { Failure, InputRules, Inputs } from "../../validation/inputs.js";
import { anyListOf, boolean, integer, text } from "../../validation/rules.js";
import type { TencentClient } from "../api/client.js";
import * as api from "../api/local-images.js";
import { lastRunOf, scheduleChecks, shownOrNone, shownTimes, timeOf, timesOf, windowRule } from "./schedule.js";

/** The account's recurring scan of local images: the fields of TCSS CreateAssetImageScanSetting. */
export interface ScanSettingValues {
  /** Whether the schedule runs. Sent as Enable. */
  readonly enable: boolean;
  /**
   * Start of the daily window, `HH:MM`. Sent as ScanTime. The vendor does not document its time zone
   * (UTC and UTC+8 are both possible), so it is passed on as it is.
   */
  readonly scanTime: string;
  /** End of the daily window, `HH:MM`; before `scanTime` it lies on the next day. Sent as ScanEndTime. */
  readonly scanEndTime?: string;
  /** Cycle of the scan, 1 or more. Sent as ScanPeriod. Its unit is not documented; the vendor's examples fit days. */
  readonly scanPeriod: number;
  /** Looks for vulnerabilities. Sent as ScanVul. */
  readonly scanVul: boolean;
  /** Looks for trojans and viruses. Sent as ScanVirus. */
  readonly scanVirus: boolean;
  /** Looks for sensitive information. Sent as ScanRisk. */
  readonly scanRisk: boolean;
  /**
   * What is scanned: 0 every licensed image (default), 1 the images in `images`, 2 the images that the
   * cloud recommends, 3 the images of `clusterIds`. Sent as ScanScope.
   */
  readonly scanScope?: number;
  /** Ids (`sha256:…`) of the images to scan, with `scanScope: 1`. Sent as Images. */
  readonly images?: readonly string[];
  /** Ids of images to leave out. Sent as ExcludeImages. */
  readonly excludeImages?: readonly string[];
  /** Ids (`cls-…`) of the clusters whose images are scanned, with `scanScope: 3`. Sent as ClusterIDs. */
  readonly clusterIds?: readonly string[];
  /** Scans only images that have running containers. Default false. Sent as ContainerRunning. */
  readonly containerRunning?: boolean;
}

function together(inputs: Inputs): Failure[] {
  const values = inputs as unknown as ScanSettingValues;
  const { enable, scanVul, scanVirus, scanRisk } = values;
  const { scanScope = 0, images = [], excludeImages = [], clusterIds = [] } = values;
  const both = images.find((id) => excludeImages.includes(id));
  const rules: readonly (readonly [wrong: boolean, property: string, reason: string])[] = [
    [
      enable && !scanVul && !scanVirus && !scanRisk,
      "scanVul",
      "is not true, and neither is scanVirus or scanRisk: an enabled schedule needs something to look for",
    ],
    windowRule(values),
    [scanScope === 1 && images.length === 0, "images", "is missing, which scanScope: 1 needs"],
    [scanScope !== 1 && images.length > 0, "images", `is only used with scanScope: 1, not with ${scanScope}`],
    [scanScope === 3 && clusterIds.length === 0, "clusterIds", "is missing, which scanScope: 3 needs"],
    [scanScope !== 3 && clusterIds.length > 0, "clusterIds", `is only used with scanScope: 3, not with ${scanScope}`],
    [both !== undefined, "excludeImages", `names ${both}, which images asks for`],
  ];
  return rules.filter(([wrong]) => wrong).map(([, property, reason]) => ({ property, reason }));
}

const inputs: InputRules = {
  properties: {
    ...scheduleChecks,
    scanVul: boolean,
    scanVirus: boolean,
    scanRisk: boolean,
    scanScope: integer(0, 3),
    images: anyListOf(text),
    excludeImages: anyListOf(text),
    clusterIds: anyListOf(text),
  },
  required: ["enable", "scanTime", "scanPeriod", "scanVul", "scanVirus", "scanRisk"],
  together,
};

class ScanSettingDriver implements SettingDriver<ScanSettingValues> {
  readonly #client: TencentClient;

  constructor(client: TencentClient) {
    this.#client = client;
  }

  async read(): Promise<Present<ScanSettingValues> | undefined> {
    const shown = await shownOrNone(api.describeAssetImageScanSetting(this.#client));
    return shown === undefined ? undefined : presentOf(shown);
  }

  async write(values: ScanSettingValues): Promise<void> {
    await api.createAssetImageScanSetting(this.#client, {
      Enable: values.enable,
      ScanTime: timeOf(values.scanTime) ?? "",
      ScanPeriod: values.scanPeriod,
      ScanVirus: values.scanVirus,
      ScanRisk: values.scanRisk,
      ScanVul: values.scanVul,
      // Written out, since it is not documented whether a field that is left out keeps its old value.
      Images: [...(values.images ?? [])],
      ContainerRunning: values.containerRunning ?? false,
      ScanScope: values.scanScope ?? 0,
      ...(values.scanEndTime ? { ScanEndTime: timeOf(values.scanEndTime) ?? "" } : {}),
      ExcludeImages: [...(values.excludeImages ?? [])],
      ClusterIDs: [...(values.clusterIds ?? [])],
    });
  }
}

function presentOf(setting: api.AssetImageScanSetting): Present<ScanSettingValues> {
  const values = {
    enable: setting.Enable,
    ...shownTimes(setting),
    scanPeriod: setting.ScanPeriod,
    scanVul: setting.ScanVul,
    scanVirus: setting.ScanVirus,
    scanRisk: setting.ScanRisk,
    scanScope: setting.ScanScope,
    images: setting.Images,
    excludeImages: setting.ExcludeImages,
    clusterIds: setting.ClusterIDs,
    containerRunning: setting.ContainerRunning,
  };
  return {
    values: canonical(values) as Partial<ScanSettingValues>,
    ...lastRunOf(setting),
  };
}

function normal(values: Partial<ScanSettingValues>): Partial<ScanSettingValues> {
  return canonical({ ...values, ...timesOf(values) }) as Partial<ScanSettingValues>;
}

/** The account's one schedule for local images in TCSS. */
export const scanSetting: SettingKind<TencentClient, ScanSettingValues> = {
  token: "tencent:ScanSetting",
  inputs,
  enabledBy: "enable",
  place: [],
  normal,
  driver: (client) => new ScanSettingDriver(client),
};
