import "./core/node-version.js";

export type { FindingCounts, Findings, ImageFindings, Severity, Vulnerability } from "./lifecycle/findings.js";
export type { ApprovedDigest, GateResult, ScanGateExport } from "./lifecycle/scan-gate.js";
export type { SettingOnDelete } from "./lifecycle/setting-kind.js";
export type { FailOn } from "./lifecycle/task-inputs.js";
export type { ScanCounts, ScanStatus } from "./lifecycle/task-kind.js";
export type { Exception, Thresholds } from "./lifecycle/thresholds.js";
export { type Judged, type Judgement, judge, type Verdict } from "./lifecycle/verdict.js";
// biome-ignore lint/performance/noReExportAll: the namespace is the public name, and its members are listed in one file
export * as huawei from "./resources/huawei.js";
export {
  type PassOptions,
  type RequireScanGateOptions,
  requireScanGate,
  ScanGate,
  type ScanGateArgs,
  ScanGatePass,
} from "./resources/scan-gate.js";
export type { SettingArgs, SettingOptions, SettingOutputs } from "./resources/scan-setting.js";
export { ScanTask, type TaskArgs, type TaskOptions } from "./resources/scan-task.js";
// biome-ignore lint/performance/noReExportAll: the namespace is the public name, and its members are listed in one file
export * as tencent from "./resources/tencent.js";
