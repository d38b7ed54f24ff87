// The types by which policies know resources. A task is three: the request is in its baseline, the result in the task.

const dynamic = "pulumi-nodejs:dynamic/";

export const settingTypes = {
  local: `${dynamic}tencent:ScanSetting`,
  registry: `${dynamic}tencent:RegistryScanSetting`,
  huawei: `${dynamic}huawei:ScanSetting`,
} as const;

export const gateType = `${dynamic}image-scan:ScanGate`;
export const passType = `${dynamic}image-scan:ScanGatePass`;
export const stackReferenceType = "pulumi:pulumi:StackReference";

/** `tencent:LocalScanTask` of the step of a task that holds its request; nothing of anything else. */
export function requestOf(type: string): string | undefined {
  return stepOf(type, "Baseline");
}

/** The same of a task's submission. */
export function submissionOf(type: string): string | undefined {
  return stepOf(type, "Submission");
}

/** The same of a task that waits for its end. */
export function waitOf(type: string): string | undefined {
  return stepOf(type, "");
}

function stepOf(type: string, step: string): string | undefined {
  const [, kind, suffix] = /^pulumi-nodejs:dynamic\/(\w+:\w+Task)(\w*)$/.exec(type) ?? [];
  return suffix === step ? kind : undefined;
}
