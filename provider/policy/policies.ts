import type { Policies } from "@pulumi/policy";
import { settingEnabled, settingExclusions, settingParts, settingPeriod, settingWindow } from "./settings.js";
import { imagesPinned, taskAwaited, taskBounded } from "./tasks.js";
import { scanVerdict, workloadScanned } from "./verdicts.js";

/** All of the pack. */
export const policies: Policies = [
  settingEnabled,
  settingParts,
  settingPeriod,
  settingWindow,
  settingExclusions,
  taskBounded,
  imagesPinned,
  taskAwaited,
  scanVerdict,
  workloadScanned,
];
