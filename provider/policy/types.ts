import { readTaskType, settingTypes as types } from "../model/resource-types.js";

// The types by which policies know resources. A task is three: the request is in its baseline, the result in the task.

export const settingTypes = {
  local: types["tencent:ScanSetting"],
  registry: types["tencent:RegistryScanSetting"],
  huawei: types["huawei:ScanSetting"],
} as const;

export const stackReferenceType = "pulumi:pulumi:StackReference";

/** `tencent:LocalScanTask` of the step of a task that holds its request; nothing of anything else. */
export function requestOf(type: string): string | undefined {
  return stepOf(type, "baseline");
}

/** The same of a task's submission. */
export function submissionOf(type: string): string | undefined {
  return stepOf(type, "submission");
}

/** The same of a task that waits for its end. */
export function waitOf(type: string): string | undefined {
  return stepOf(type, "wait");
}

function stepOf(type: string, step: "baseline" | "submission" | "wait"): string | undefined {
  const read = readTaskType(type);
  return read?.step === step ? read.token : undefined;
}
