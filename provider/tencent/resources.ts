import type { Output } from "@pulumi/pulumi";
import { scanSettingClass } from "../resources/scan-setting.js";
import { scanTaskClass } from "../resources/scan-task.js";
import { registryScanSetting } from "./settings/registry-scan-setting.js";
import { scanSetting } from "./settings/scan-setting.js";
import { localScanTask } from "./tasks/local/local-scan-task.js";
import type { LocalScanRequest } from "./tasks/local/request.js";
import { registryScanTask } from "./tasks/registry/registry-scan-task.js";
import type { RegistryScanRequest } from "./tasks/registry/request.js";
import type { VulnerabilityScanRequest } from "./tasks/vulnerability/request.js";
import { vulnerabilityScanTask } from "./tasks/vulnerability/vulnerability-scan-task.js";

export type { AssetFilter } from "./images/asset-filter.js";
export type { LocalImage, LocalImages } from "./images/find-local-images.js";
export type { RegistryImage, RegistryImageQuery, RegistryImages } from "./images/find-registry-images.js";
export type { RegistryImageName } from "./images/registry-image-name.js";
export type { RegistryScanType } from "./images/registry-scan-type.js";
export {
  getLocalImages,
  getLocalImagesOutput,
  getRegistryImages,
  getRegistryImagesOutput,
} from "./lookups.js";
export type { RegistryScanSettingValues } from "./settings/registry-scan-setting.js";
export type { ScanSettingValues } from "./settings/scan-setting.js";
export type { LocalScanRequest } from "./tasks/local/request.js";
export type { RegistryScanRequest } from "./tasks/registry/request.js";
export type { VulnerabilityScanRequest } from "./tasks/vulnerability/request.js";

// The public classes of Tencent Cloud. The provider's process finds their kinds in kinds.ts.

/**
 * The account's recurring scan of local images (images on nodes). An account has only one such scan.
 * TCSS [CreateAssetImageScanSetting](https://www.tencentcloud.com/document/product/1163/53224).
 */
export class ScanSetting extends scanSettingClass(scanSetting) {}

/**
 * One scan of local images (images on nodes). TCSS CreateAssetImageScanTask.
 *
 * @example
 * new tencent.LocalScanTask("release", { images: ["shop/web:1.4.2"], scanVul: true, triggers: ["1.4.2"] });
 */
export class LocalScanTask extends scanTaskClass<LocalScanRequest, "taskId">(localScanTask) {
  /** The cloud's id of the task. Known when the request is accepted. */
  declare readonly taskId: Output<string>;
}

/**
 * The account's recurring scan of registry images. An account has only one such scan.
 * TCSS UpdateImageRegistryTimingScanTask.
 */
export class RegistryScanSetting extends scanSettingClass(registryScanSetting) {}

/**
 * One scan of registry images, by ids, names, filters, or as one-click scan.
 * TCSS [CreateAssetImageRegistryScanTask](https://www.tencentcloud.com/document/product/1163/53188), or
 * CreateAssetImageRegistryScanTaskOneKey.
 *
 * @example
 * new tencent.RegistryScanTask("release", { images: ["demo.example/shop/web:1.4.2"], scanTypes: ["CVE", "VIRUS"] });
 */
export class RegistryScanTask extends scanTaskClass<RegistryScanRequest, never, "taskId">(registryScanTask) {
  /** The cloud's id of the task. Known when the request is accepted. Undefined if the site gives none. */
  declare readonly taskId: Output<string | undefined>;
}

/**
 * One scan for vulnerabilities only, of local images, registry images or both. TCSS CreateVulScanTask.
 *
 * @example
 * new tencent.VulnerabilityScanTask("cve", { localImageIds: ["sha256:…"] });
 */
export class VulnerabilityScanTask extends scanTaskClass<
  VulnerabilityScanRequest,
  never,
  "localTaskId" | "registryTaskId"
>(vulnerabilityScanTask) {
  /** The cloud's id of the part for local images. Undefined if there is no such part. */
  declare readonly localTaskId: Output<string | undefined>;
  /** The cloud's id of the part for registry images. Undefined if there is no such part. */
  declare readonly registryTaskId: Output<string | undefined>;
}
