import { type FindingCounts, type FindingName, findingNames } from "./findings.js";

/**
 * A vulnerability that does not count until a date.
 *
 * @example
 * { id: "CVE-2026-1234", reason: "the parser is not reachable", expires: "2026-12-31" }
 */
export interface Exception {
  /** Id of the vulnerability: `CVE-…` on Tencent Cloud, the `vul_id` of HSS on Huawei Cloud. */
  readonly id: string;
  /** Why it does not count. */
  readonly reason: string;
  /** Last day of the exception, in UTC: `YYYY-MM-DD`, such as `"2026-12-31"`. */
  readonly expires: string;
}

/**
 * The highest numbers of findings that pass, in all images of a scan together. A number without a threshold is not
 * judged. A severity without a threshold counts together with the next lower severity that has one. So `{ high: 0 }`
 * allows no critical vulnerabilities either.
 *
 * @example
 * { critical: 0, high: 5, viruses: 0 }
 */
export interface Thresholds extends FindingCounts {
  /** Highest number of critical vulnerabilities, 0 or more. On Huawei Cloud, it applies to `high`. */
  readonly critical?: number;
  /** Highest number of vulnerabilities of high severity, 0 or more. */
  readonly high?: number;
  /** Highest number of vulnerabilities of medium severity, 0 or more. */
  readonly medium?: number;
  /** Highest number of vulnerabilities of low severity, 0 or more. */
  readonly low?: number;
  /** Highest number of viruses, trojans and other malicious files, 0 or more. */
  readonly viruses?: number;
  /** Highest number of places with sensitive information, 0 or more. */
  readonly sensitiveData?: number;
  /**
   * Vulnerabilities that do not count until a date.
   *
   * @example
   * exceptions: [{ id: "CVE-2026-1234", reason: "the parser is not reachable", expires: "2026-12-31" }]
   */
  readonly exceptions?: readonly Exception[];
}
/** The names of the numbers that the thresholds judge. */
export function judgedNames(given: Thresholds): FindingName[] {
  return findingNames.filter((name) => typeof given[name] === "number");
}
