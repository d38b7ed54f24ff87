// The types by which policies know resources: those of the children, since a component shows a policy no inputs.

const dynamic = "pulumi-nodejs:dynamic/";

export const settingTypes = {
  local: `${dynamic}tencent:ScanSetting`,
  registry: `${dynamic}tencent:RegistryScanSetting`,
  huawei: `${dynamic}huawei:ScanSetting`,
} as const;

export const gateType = `${dynamic}image-scan:ScanGate`;
export const passType = `${dynamic}image-scan:ScanGatePass`;
export const stackReferenceType = "pulumi:pulumi:StackReference";

/** `tencent:LocalScanTask` of a task's submission; nothing of anything else. */
export function submissionOf(type: string): string | undefined {
  return stepOf(type, "Submission");
}

/** The same of a task's wait. */
export function waitOf(type: string): string | undefined {
  return stepOf(type, "Wait");
}

function stepOf(type: string, step: string): string | undefined {
  if (!type.startsWith(dynamic) || !type.endsWith(`Task${step}`)) return undefined;
  return type.slice(dynamic.length, -step.length);
}
