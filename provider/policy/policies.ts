import type { Policies } from "@pulumi/policy";
import { withConfigCheck, withStackConfigCheck } from "./check-config.js";
import { createConfigPolicy } from "./config-names.js";
import { workloadScanned } from "./coverage.js";
import { settingEnabled, settingExclusions, settingParts, settingPeriod, settingWindow } from "./settings.js";
import { imagesPinned, taskAwaited, taskBounded } from "./tasks.js";
import { scanVerdict } from "./verdicts.js";

const ofResources = [
  settingEnabled,
  settingParts,
  settingPeriod,
  settingWindow,
  settingExclusions,
  taskBounded,
  imagesPinned,
];
const ofStacks = [taskAwaited, scanVerdict, workloadScanned];

const checked: Policies = [...ofResources.map(withConfigCheck), ...ofStacks.map(withStackConfigCheck)];

/** All policies of the pack. */
export const policies: Policies = [...checked, withConfigCheck(createConfigPolicy(checked.map(({ name }) => name)))];
