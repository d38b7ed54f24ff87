import type { Output } from "@pulumi/pulumi";
import { scanSetting } from "../settings/huawei/scan-setting.js";
import { scanTask } from "../tasks/huawei/scan-task.js";
import { scanSettingClass } from "./scan-setting.js";
import { scanTaskClass } from "./scan-task.js";

export type { ScannedRegistry } from "../settings/huawei/scan-setting.js";
export type { ImageInfo, QueryInfo } from "../tasks/huawei/scan-request.js";
export type { ScanScopeName } from "../tasks/huawei/scan-scope.js";

// The list of kinds for Huawei Cloud: one line each. The provider's process finds the kind by the class's name.

/** The recurring scan of registry images of a project. HSS ModifyImageScanPolicy. */
export class ScanSetting extends scanSettingClass(scanSetting) {}

/** One scan of images, of registries or on hosts, submitted once and waited for. HSS CreateManualImageScanTask. */
export class ScanTask extends scanTaskClass(scanTask) {
  /** The cloud's id of the task. Undefined where it is not known which one the cloud has made of the request. */
  declare readonly taskId: Output<string | undefined>;
}
