import type { Output } from "@pulumi/pulumi";
import { scanSettingClass } from "../resources/scan-setting.js";
import { scanTaskClass } from "../resources/scan-task.js";
import { scanSetting } from "./settings/scan-setting.js";
import type { ScanRequest } from "./tasks/request.js";
import { scanTask } from "./tasks/scan-task.js";

export type { HssImageQuery, HssImageScan, HssImages } from "./images/find-images.js";
export type { ScanScopeName } from "./images/scan-scope.js";
export { getImages, getImagesOutput } from "./lookups.js";
export type { ScannedRegistry, ScanSettingValues } from "./settings/scan-setting.js";
export type { ImageInfo, QueryInfo, ScanRequest } from "./tasks/request.js";

// The public classes of Huawei Cloud. The provider's process finds their kinds in kinds.ts.

/** The recurring scan of a project's registry images. HSS ModifyImageScanPolicy. */
export class ScanSetting extends scanSettingClass(scanSetting) {}

/**
 * One scan of images in registries or on hosts.
 * HSS [CreateManualImageScanTask](https://support.huaweicloud.com/intl/en-us/api-hss2.0/CreateManualImageScanTask.html).
 *
 * @example
 * new huawei.ScanTask("release", { images: ["demo/nginx:1.27"], scanScope: ["vulnerabilities"] });
 */
export class ScanTask extends scanTaskClass<ScanRequest, never, "taskId">(scanTask) {
  /** The cloud's id of the task. Undefined if the task is not identified. */
  declare readonly taskId: Output<string | undefined>;
}
