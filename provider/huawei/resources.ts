import type { Output } from "@pulumi/pulumi";
import { scanSettingClass } from "../resources/scan-setting.js";
import { scanTaskClass } from "../resources/scan-task.js";
import { scanSetting } from "./settings/scan-setting.js";
import type { ScanRequest } from "./tasks/request.js";
import { scanTask } from "./tasks/scan-task.js";

export type { ScanScopeName } from "./images/scan-scope.js";
export type { ScannedRegistry, ScanSettingValues } from "./settings/scan-setting.js";
export type { ImageInfo, QueryInfo, ScanRequest } from "./tasks/request.js";

// One line for each kind of Huawei Cloud. The provider's process finds a kind by its class name.

/** The recurring scan of registry images of a project. HSS ModifyImageScanPolicy. */
export class ScanSetting extends scanSettingClass(scanSetting) {}

/** One scan of images, of registries or on hosts, submitted once and waited for. HSS CreateManualImageScanTask. */
export class ScanTask extends scanTaskClass<ScanRequest, never, "taskId">(scanTask) {
  /** The cloud's id of the task. Undefined if it is not known which task the cloud has made of the request. */
  declare readonly taskId: Output<string | undefined>;
}
