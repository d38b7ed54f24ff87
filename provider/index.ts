import "./node-version.js";

// biome-ignore lint/performance/noReExportAll: the namespace is the public name, and its members are listed in one file
export * as huawei from "./huawei/resources.js";
export type { FoundImages, ImageQuery } from "./lifecycle/image-search.js";
export type { SettingOnDelete } from "./lifecycle/setting-kind.js";
export type { FailOn } from "./lifecycle/task-inputs.js";
export type {
  FindingCounts,
  Findings,
  ImageFindings,
  ListedVulnerability,
  Severity,
  Vulnerability,
} from "./model/findings.js";
export type { ApprovedDigest, GateResult, ScanGateExport } from "./model/gate-export.js";
export type { ScanCounts, ScanStatus } from "./model/status.js";
export type { Exception, Thresholds } from "./model/thresholds.js";
export { type Judged, type Judgement, judge, type Verdict } from "./model/verdict.js";
export type { LookupOptions, LookupOutputOptions } from "./resources/lookup.js";
export { type PassOptions, ScanGate, type ScanGateArgs } from "./resources/scan-gate.js";
export {
  type ReferencedStack,
  type RequireScanGateOptions,
  requireScanGate,
  ScanGatePass,
} from "./resources/scan-gate-pass.js";
export type { SettingArgs, SettingOptions, SettingOutputs } from "./resources/scan-setting.js";
export { ScanTask } from "./resources/scan-task.js";
export type { TaskArgs, TaskOptions } from "./resources/task-args.js";
// biome-ignore lint/performance/noReExportAll: the namespace is the public name, and its members are listed in one file
export * as tencent from "./tencent/resources.js";
