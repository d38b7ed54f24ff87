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
export type { RegistryImageName } from "./images/registry-image-name.js";
export type { RegistryScanType } from "./images/registry-scan-type.js";
export type { RegistryScanSettingValues } from "./settings/registry-scan-setting.js";
export type { ScanSettingValues } from "./settings/scan-setting.js";
export type { LocalScanRequest } from "./tasks/local/request.js";
export type { RegistryScanRequest } from "./tasks/registry/request.js";
export type { VulnerabilityScanRequest } from "./tasks/vulnerability/request.js";

// One line for each kind of Tencent Cloud. The provider's process finds a kind by its class name.

/** The account's recurring scan of local images. TCSS CreateAssetImageScanSetting. */
export class ScanSetting extends scanSettingClass(scanSetting) {}

/** One scan of local images, submitted once and waited for. TCSS CreateAssetImageScanTask. */
export class LocalScanTask extends scanTaskClass<LocalScanRequest, "taskId">(localScanTask) {
  /** The cloud's id of the task, known as soon as it is submitted. */
  declare readonly taskId: Output<string>;
}

/** The account's recurring scan of images of registries. TCSS UpdateImageRegistryTimingScanTask. */
export class RegistryScanSetting extends scanSettingClass(registryScanSetting) {}

/** One scan of images of registries, submitted once and waited for. TCSS CreateAssetImageRegistryScanTask, or its one-click sibling. */
export class RegistryScanTask extends scanTaskClass<RegistryScanRequest, never, "taskId">(registryScanTask) {
  /** The cloud's id of the task, known as soon as it is submitted. Undefined if the site returns none. */
  declare readonly taskId: Output<string | undefined>;
}

/** One scan for vulnerabilities alone, of local images, images of registries or both. TCSS CreateVulScanTask. */
export class VulnerabilityScanTask extends scanTaskClass<
  VulnerabilityScanRequest,
  never,
  "localTaskId" | "registryTaskId"
>(vulnerabilityScanTask) {
  /** The cloud's id of the part for local images; undefined if there is none. */
  declare readonly localTaskId: Output<string | undefined>;
  /** The cloud's id of the part for images of registries; undefined if there is none. */
  declare readonly registryTaskId: Output<string | undefined>;
}
