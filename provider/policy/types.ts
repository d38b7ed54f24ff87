import { readTaskType, settingTypes as types } from "../model/resource-types.js";

// The resource types for policies. A task is three resources: the baseline has the request, the task has the result.

export const settingTypes = {
  local: types["tencent:ScanSetting"],
  registry: types["tencent:RegistryScanSetting"],
  huawei: types["huawei:ScanSetting"],
} as const;

/** Pulumi calls each resource policy once for the stack itself. */
export const stackType = "pulumi:pulumi:Stack";

export const stackReferenceType = "pulumi:pulumi:StackReference";

/** `tencent:LocalScanTask` for a task's baseline, which has its request; undefined for any other type. */
export function readRequestKind(type: string): string | undefined {
  return readStepKind(type, "baseline");
}

/** The same for a task's submission. */
export function readSubmissionKind(type: string): string | undefined {
  return readStepKind(type, "submission");
}

/** The same for a task that waits for its end. */
export function readWaitKind(type: string): string | undefined {
  return readStepKind(type, "wait");
}

function readStepKind(type: string, step: "baseline" | "submission" | "wait"): string | undefined {
  const read = readTaskType(type);
  return read?.step === step ? read.token : undefined;
}
