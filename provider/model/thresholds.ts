import { type FindingCounts, type FindingName, findingNames } from "./findings.js";

/** A vulnerability that does not count until a date. */
export interface Exception {
  /** The id in the vulnerability lists: `CVE-…` on Tencent Cloud, the `vul_id` of HSS on Huawei Cloud. */
  readonly id: string;
  /** Why it does not count. */
  readonly reason: string;
  /** Last day on which it does not count, by UTC: `2026-12-31`. */
  readonly expires: string;
}

/**
 * How much a scan may find and still pass, in all of its images together. What is left out is not judged, but a
 * severity that has no number of its own counts with the next lower one that has: `{ high: 0 }` allows no critical
 * ones either.
 */
export interface Thresholds extends FindingCounts {
  /** Vulnerabilities that do not count for a while. */
  readonly exceptions?: readonly Exception[];
}
/** What was found is compared with these. */
export function judgedNames(given: Thresholds): FindingName[] {
  return findingNames.filter((name) => typeof given[name] === "number");
}
