import type { Present, SettingDriver, SettingKind } from "../../lifecycle/setting-kind.js";
import { type CrossFieldRule, defineRequest, field, type RequestOf } from "../../validation/fields.js";
import { inBoth, namedOnce } from "../../validation/repeated.js";
import { anyListOf, boolean, digits, oneOf, text } from "../../validation/rules.js";
import type { TencentClient } from "../api/client.js";
import * as api from "../api/registry-images.js";
import { registryImageName } from "../images/registry-image-name.js";
import { registryScanType } from "../images/registry-scan-type.js";
import { readLastRun, type Schedule, scheduleFields, shownOrNone, windowRule } from "./schedule.js";

const fields = {
  /**
   * What to look for: `CVE` (vulnerabilities), `VIRUS`, `RISK` (sensitive information). Without it the cloud decides,
   * and does not document how. Sent as `ScanType`.
   */
  scanTypes: field("ScanType", anyListOf(registryScanType)),
  /**
   * What is scanned: 0 every image, 1 `ids` or `images`, 2 the images that the cloud recommends. Sent as `ScanScope`.
   * @default 0
   */
  scanScope: field("ScanScope", oneOf(0, 1, 2), { default: 0 }),
  /**
   * Asset ids of the images to scan, with `scanScope: 1`. Write ids with more than 15 digits as strings. Sent as `Id`.
   * @default []
   */
  ids: field("Id", anyListOf(digits), { default: [] }),
  /**
   * The images to scan, by their names in fields, with `scanScope: 1`. A schedule takes no texts. Sent as `Images`.
   * @default []
   */
  images: field("Images", anyListOf(registryImageName), { default: [] }),
  /**
   * Scans only the newest tags. Sent as `Latest`.
   * @default false
   */
  latest: field("Latest", boolean, { default: false }),
  /**
   * Kinds of registries, such as `tcr`, `ccr` or `harbor`: only these are scanned. Sent as `RegistryType`.
   * @default []
   */
  registryTypes: field("RegistryType", anyListOf(text), { default: [] }),
  /**
   * Namespaces: only these are scanned. Sent as `Namespace`.
   * @default []
   */
  namespaces: field("Namespace", anyListOf(text), { default: [] }),
  /**
   * Asset ids to leave out. Sent as `ExcludeImageAssetIds`.
   * @default []
   */
  excludeImageAssetIds: field("ExcludeImageAssetIds", anyListOf(digits), { default: [] }),
};

/** The account's recurring scan of registry images: the fields of TCSS UpdateImageRegistryTimingScanTask. */
export interface RegistryScanSettingValues extends Schedule, RequestOf<typeof fields> {}

function crossFieldRules(values: RegistryScanSettingValues): readonly CrossFieldRule[] {
  const { enable, scanTypes, scanScope = 0, ids = [], images = [], excludeImageAssetIds } = values;
  const selected = ids.length + images.length > 0;
  const selector = ids.length > 0 ? "ids" : "images";
  const both = inBoth(digits, ids, excludeImageAssetIds);
  return [
    windowRule(values),
    [
      enable && scanTypes?.length === 0,
      "scanTypes",
      "is empty, and an enabled schedule needs at least one scan type; leave it out for the cloud's default",
    ],
    [scanScope === 1 && !selected, "ids", "is missing, and so is images: scanScope: 1 needs one of them"],
    [scanScope !== 1 && selected, selector, `is only used with scanScope: 1, not with ${scanScope}`],
    [both !== undefined, "excludeImageAssetIds", `names ${both}, which is also in ids`],
    namedOnce("images", images, "imageName"),
  ];
}

const inputs = defineRequest("UpdateImageRegistryTimingScanTask", { ...scheduleFields, ...fields }, crossFieldRules);

class RegistryScanSettingDriver implements SettingDriver<RegistryScanSettingValues> {
  readonly #client: TencentClient;

  constructor(client: TencentClient) {
    this.#client = client;
  }

  async read(): Promise<Present<RegistryScanSettingValues> | undefined> {
    const shown = await shownOrNone(api.describeImageRegistryTimingScanTask(this.#client));
    return shown === undefined ? undefined : { values: inputs.fromWire(shown), ...readLastRun(shown) };
  }

  async write(values: RegistryScanSettingValues): Promise<void> {
    const { ScanType, ...request } = inputs.toWire(values);
    const scanTypes = values.scanTypes?.length ? { ScanType } : {};
    await api.updateImageRegistryTimingScanTask(this.#client, { ...request, ...scanTypes });
  }
}

/** The cloud fills in missing names of an image. These four names identify an image. */
function normal({ images, ...values }: Partial<RegistryScanSettingValues>): Partial<RegistryScanSettingValues> {
  const named = images?.map(({ instanceName, namespace, imageName, imageTag }) => ({
    instanceName,
    namespace,
    imageName,
    imageTag,
  }));
  return inputs.normalize({ ...values, images: named });
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
