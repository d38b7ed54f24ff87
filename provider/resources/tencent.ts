import { scanSetting } from "../settings/tencent/scan-setting.js";
import { localScanTask } from "../tasks/tencent/local-scan-task.js";
import { scanSettingClass } from "./scan-setting.js";
import { scanTaskClass } from "./scan-task.js";

// The list of kinds for Tencent Cloud: one line each. The provider's process finds the kind by the class's name.

/** The account's recurring scan of local images. TCSS CreateAssetImageScanSetting. */
export class ScanSetting extends scanSettingClass(scanSetting) {}

/** One scan of local images, submitted once and waited for. TCSS CreateAssetImageScanTask. */
export class LocalScanTask extends scanTaskClass(localScanTask) {}
