import type { Present, SettingDriver, SettingKind } from "../../lifecycle/setting-kind.js";
import { type CrossFieldRule, defineRequest, field, type RequestOf } from "../../validation/fields.js";
import { inBoth } from "../../validation/repeated.js";
import { anyListOf, boolean, oneOf, text } from "../../validation/rules.js";
import type { TencentClient } from "../api/client.js";
import * as api from "../api/local-images.js";
import { localImageId } from "../images/local-image-name.js";
import { readLastRun, type Schedule, scheduleFields, shownOrNone, windowRule } from "./schedule.js";

const fields = {
  /** Looks for vulnerabilities. Sent as `ScanVul`. */
  scanVul: field("ScanVul", boolean, { required: true }),
  /** Looks for trojans and viruses. Sent as `ScanVirus`. */
  scanVirus: field("ScanVirus", boolean, { required: true }),
  /** Looks for sensitive information. Sent as `ScanRisk`. */
  scanRisk: field("ScanRisk", boolean, { required: true }),
  /**
   * What is scanned: 0 every licensed image, 1 the images in `images`, 2 the images that the cloud recommends,
   * 3 the images of `clusterIds`. Sent as `ScanScope`.
   * @default 0
   */
  scanScope: field("ScanScope", oneOf(0, 1, 2, 3), { default: 0 }),
  /**
   * Ids (`sha256:…`) of the images to scan, with `scanScope: 1`. Sent as `Images`.
   * @default []
   */
  images: field("Images", anyListOf(localImageId), { default: [] }),
  /**
   * Ids (`sha256:…`) of images to leave out. Sent as `ExcludeImages`.
   * @default []
   */
  excludeImages: field("ExcludeImages", anyListOf(localImageId), { default: [] }),
  /**
   * Ids (`cls-…`) of the clusters whose images are scanned, with `scanScope: 3`. Sent as `ClusterIDs`.
   * @default []
   */
  clusterIds: field("ClusterIDs", anyListOf(text), { default: [] }),
};

/** The account's recurring scan of local images: the fields of TCSS CreateAssetImageScanSetting. */
export interface ScanSettingValues extends Schedule, RequestOf<typeof fields> {}

function crossFieldRules(values: ScanSettingValues): readonly CrossFieldRule[] {
  const { enable, scanVul, scanVirus, scanRisk } = values;
  const { scanScope = 0, images = [], excludeImages = [], clusterIds = [] } = values;
  const both = inBoth(localImageId, images, excludeImages);
  return [
    [
      enable && !scanVul && !scanVirus && !scanRisk,
      "scanVul",
      "is not true: an enabled schedule needs at least one of scanVul, scanVirus and scanRisk",
    ],
    windowRule(values),
    [scanScope === 1 && images.length === 0, "images", "is missing; scanScope: 1 needs it"],
    [scanScope !== 1 && images.length > 0, "images", `is only used with scanScope: 1, not with ${scanScope}`],
    [scanScope === 3 && clusterIds.length === 0, "clusterIds", "is missing; scanScope: 3 needs it"],
    [scanScope !== 3 && clusterIds.length > 0, "clusterIds", `is only used with scanScope: 3, not with ${scanScope}`],
    [both !== undefined, "excludeImages", `names ${both}, which is also in images`],
  ];
}

const inputs = defineRequest("CreateAssetImageScanSetting", { ...scheduleFields, ...fields }, crossFieldRules);

class ScanSettingDriver implements SettingDriver<ScanSettingValues> {
  readonly #client: TencentClient;

  constructor(client: TencentClient) {
    this.#client = client;
  }

  async read(): Promise<Present<ScanSettingValues> | undefined> {
    const shown = await shownOrNone(api.describeAssetImageScanSetting(this.#client));
    return shown === undefined ? undefined : { values: inputs.fromWire(shown), ...readLastRun(shown) };
  }

  async write(values: ScanSettingValues): Promise<void> {
    await api.createAssetImageScanSetting(this.#client, inputs.toWire(values));
  }
}

/** The account's one schedule for local images in TCSS. */
export const scanSetting: SettingKind<TencentClient, ScanSettingValues> = {
  token: "tencent:ScanSetting",
  inputs,
  enabledBy: "enable",
  place: [],
  normal: (values) => inputs.normalize({ ...values }),
  driver: (client) => new ScanSettingDriver(client),
};
