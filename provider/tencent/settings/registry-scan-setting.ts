import type { Present, SettingDriver, SettingKind } from "../../lifecycle/setting-kind.js";
import { canonical } from "../../validation/canonical.js";
import type { Failure, InputRules, Inputs } from "../../validation/inputs.js";
import { anyListOf, boolean, digits, integer, oneOf, text } from "../../validation/rules.js";
import type { TencentClient } from "../api/client.js";
import * as api from "../api/registry-images.js";
import type { RegistryScanType } from "../images/registry-evidence.js";
import {
  imageNameOf,
  type RegistryImageName,
  registryImageName,
  wireImageName,
} from "../images/registry-image-name.js";
import { absentLeftOut, idsOf } from "../images/wire.js";
import { lastRunOf, scheduleChecks, shownOrNone, shownTimes, timeOf, timesOf, windowRule } from "./schedule.js";

/** The account's recurring scan of registry images: the fields of TCSS UpdateImageRegistryTimingScanTask. */
export interface RegistryScanSettingValues {
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
  /** What to look for: `CVE` (vulnerabilities), `VIRUS`, `RISK` (sensitive information). Sent as ScanType. */
  readonly scanTypes?: readonly RegistryScanType[];
  /** What is scanned: 0 every image (default), 1 `ids` or `images`, 2 the images that the cloud recommends. Sent as ScanScope. */
  readonly scanScope?: number;
  /** Asset ids of the images to scan, with `scanScope: 1`. Digits, written as strings. Sent as Id. */
  readonly ids?: readonly string[];
  /** The images to scan, by their names, with `scanScope: 1`. Sent as Images. */
  readonly images?: readonly RegistryImageName[];
  /** Only the newest tags. Default false. Sent as Latest. */
  readonly latest?: boolean;
  /** Only images that have running containers. Default false. Sent as ContainerRunning. */
  readonly containerRunning?: boolean;
  /** Kinds of registries to restrict the scan to, such as `tcr`, `ccr` or `harbor`. Sent as RegistryType. */
  readonly registryTypes?: readonly string[];
  /** Namespaces to restrict the scan to. Sent as Namespace. */
  readonly namespaces?: readonly string[];
  /** Asset ids to leave out. Sent as ExcludeImageAssetIds. */
  readonly excludeImageAssetIds?: readonly string[];
}

function together(inputs: Inputs): Failure[] {
  const values = inputs as unknown as RegistryScanSettingValues;
  const { scanScope = 0, ids = [], images = [], excludeImageAssetIds = [] } = values;
  const selected = ids.length + images.length > 0;
  const selector = ids.length > 0 ? "ids" : "images";
  const both = ids.find((id) => excludeImageAssetIds.includes(id));
  const rules: readonly (readonly [wrong: boolean, property: string, reason: string])[] = [
    windowRule(values),
    [
      values.enable && values.scanTypes?.length === 0,
      "scanTypes",
      "is empty, and an enabled schedule needs something to look for; leave it out for the cloud's default",
    ],
    [scanScope === 1 && !selected, "ids", "is missing, and so is images: scanScope: 1 needs one of them"],
    [scanScope !== 1 && selected, selector, `is only used with scanScope: 1, not with ${scanScope}`],
    [both !== undefined, "excludeImageAssetIds", `names ${both}, which ids asks for`],
  ];
  return rules.filter(([wrong]) => wrong).map(([, property, reason]) => ({ property, reason }));
}

const inputs: InputRules = {
  properties: {
    ...scheduleChecks,
    scanTypes: anyListOf(oneOf("CVE", "VIRUS", "RISK")),
    scanScope: integer(0, 2),
    ids: anyListOf(digits),
    images: anyListOf(registryImageName),
    latest: boolean,
    registryTypes: anyListOf(text),
    namespaces: anyListOf(text),
    excludeImageAssetIds: anyListOf(digits),
  },
  required: ["enable", "scanTime", "scanPeriod"],
  together,
};

class RegistryScanSettingDriver implements SettingDriver<RegistryScanSettingValues> {
  readonly #client: TencentClient;

  constructor(client: TencentClient) {
    this.#client = client;
  }

  async read(): Promise<Present<RegistryScanSettingValues> | undefined> {
    const shown = await shownOrNone(api.describeImageRegistryTimingScanTask(this.#client));
    return shown === undefined ? undefined : presentOf(shown);
  }

  async write(values: RegistryScanSettingValues): Promise<void> {
    const request = {
      Enable: values.enable,
      ScanPeriod: values.scanPeriod,
      ScanTime: timeOf(values.scanTime) ?? "",
      ScanEndTime: values.scanEndTime ? timeOf(values.scanEndTime) : undefined,
      ScanType: values.scanTypes?.length === 0 ? undefined : values.scanTypes,
      // Written out, since it is not documented whether a field that is left out keeps its old value.
      ScanScope: values.scanScope ?? 0,
      Id: idsOf(values.ids ?? []),
      Images: (values.images ?? []).map(wireImageName),
      Latest: values.latest ?? false,
      ContainerRunning: values.containerRunning ?? false,
      RegistryType: values.registryTypes ?? [],
      Namespace: values.namespaces ?? [],
      ExcludeImageAssetIds: idsOf(values.excludeImageAssetIds ?? []),
    };
    await api.updateImageRegistryTimingScanTask(this.#client, absentLeftOut(request));
  }
}

function presentOf(setting: api.ImageRegistryTimingScanTask): Present<RegistryScanSettingValues> {
  const values = {
    enable: setting.Enable,
    ...shownTimes(setting),
    scanPeriod: setting.ScanPeriod,
    scanTypes: setting.ScanType,
    scanScope: setting.ScanScope,
    ids: setting.Id?.map(String),
    images: setting.Images?.map(imageNameOf),
    latest: setting.Latest,
    containerRunning: setting.ContainerRunning,
    registryTypes: setting.RegistryType,
    namespaces: setting.Namespace,
    excludeImageAssetIds: setting.ExcludeImageAssetIds?.map(String),
  };
  return {
    values: canonical({
      ...normal(values as Partial<RegistryScanSettingValues>),
      images: values.images,
    }) as Partial<RegistryScanSettingValues>,
    ...lastRunOf(setting),
  };
}

/** The cloud gives scan types back in lower case, and times with or without seconds. */
function normal(values: Partial<RegistryScanSettingValues>): Partial<RegistryScanSettingValues> {
  const { scanTypes, images } = values;
  return canonical({
    ...values,
    ...timesOf(values),
    scanTypes: scanTypes?.map((type) => type.toUpperCase()),
    // The cloud completes what it was not told of an image; four names tell it from all others.
    images: images?.map(({ instanceName, namespace, imageName, imageTag }) => ({
      instanceName,
      namespace,
      imageName,
      imageTag,
    })),
  }) as Partial<RegistryScanSettingValues>;
}

/** The account's one schedule for images of registries in TCSS. */
export const registryScanSetting: SettingKind<TencentClient, RegistryScanSettingValues> = {
  token: "tencent:RegistryScanSetting",
  inputs,
  enabledBy: "enable",
  place: [],
  normal,
  driver: (client) => new RegistryScanSettingDriver(client),
};
