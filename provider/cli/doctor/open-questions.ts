import { type ActionShape, isAnswered } from "./answer-shape.js";

/** A question that the vendors' documents leave open, and that a field of an answer settles. */
export interface OpenQuestion {
  readonly title: string;
  readonly action: string;
  readonly field: string;
}

// The page docs/doctor.md explains each; a test compares.
export const openQuestions: readonly OpenQuestion[] = [
  { title: "time of a local scan", action: "DescribeAssetImageList", field: "List[].ScanTime" },
  { title: "time of registry scan", action: "DescribeAssetImageRegistryList", field: "List[].ScanTime" },
  { title: "time of a vuln. scan", action: "DescribeVulScanInfo", field: "ScanStartTime" },
  { title: "time of a sync", action: "DescribeAssetImageRegistryAssetStatus", field: "LatestSyncSuccessTime" },
  { title: "local schedule's time", action: "DescribeAssetImageScanSetting", field: "ScanTime" },
  { title: "reg. schedule's time", action: "DescribeImageRegistryTimingScanTask", field: "ScanTime" },
  { title: "reg. schedule's types", action: "DescribeImageRegistryTimingScanTask", field: "ScanType[]" },
  { title: "id of a local scan", action: "DescribeAssetImageScanTask", field: "TaskID" },
  { title: "word for an end", action: "DescribeAssetImageRegistryScanStatusOneKey", field: "Status" },
  { title: "progress by image", action: "DescribeAssetImageRegistryScanStatusOneKey", field: "ImageStatus" },
  { title: "numbers by level", action: "DescribeAssetImageRegistryList", field: "List[].CriticalLevelVulCnt" },
  { title: "level, local images", action: "DescribeAssetImageVulList", field: "List[].Level" },
  { title: "level, reg. images", action: "DescribeAssetImageRegistryVulList", field: "List[].Level" },
  { title: "task's begin_time", action: "ListImageScanTask", field: "data_list[].begin_time" },
  { title: "task's end_time", action: "ListImageScanTask", field: "data_list[].end_time" },
  { title: "task's rate_limit", action: "ListImageScanTask", field: "data_list[].rate_limit" },
  { title: "status of an image", action: "ListRegistryImages", field: "data_list[].scan_status" },
  { title: "time of a scan", action: "ListRegistryImages", field: "data_list[].latest_scan_time" },
];

/** The answer to each question whose action was answered. It is undefined if the answer has no value for it. */
export function settleQuestions(shapes: Readonly<Record<string, ActionShape>>) {
  return openQuestions.flatMap((question) => {
    const shape = shapes[question.action];
    if (shape === undefined || !isAnswered(shape)) return [];
    const answer = shape.fields[question.field];
    const isEmpty = answer?.split(" | ").every((kind) => kind === "empty text" || kind === "null");
    return [{ ...question, answer: isEmpty === false ? answer : undefined }];
  });
}
