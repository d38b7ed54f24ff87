import { type Check, integer, listOf, record, text } from "./check.js";
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

const day: Check = (value) => {
  const isDay = typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
  // A day that there is not, such as the 31st of April, is shifted to another one.
  return isDay && new Date(value).toISOString().startsWith(value)
    ? undefined
    : `is ${JSON.stringify(value)}, not a day such as 2026-12-31`;
};

const fields = record({
  ...Object.fromEntries(findingNames.map((name) => [name, integer(0)])),
  exceptions: listOf(record({ id: text, reason: text, expires: day }, ["id", "reason", "expires"])),
});

export const thresholds: Check = (value) => {
  const reason = fields(value);
  if (reason !== undefined) return reason;
  const given = value as Thresholds;
  if (findingNames.some((name) => given[name] !== undefined && given[name] !== null)) return undefined;
  return "says nothing to judge by: give a number for at least one of critical, high, medium, low, viruses, sensitiveData";
};

/** What was found is compared with these. */
export function judgedNames(given: Thresholds): FindingName[] {
  return findingNames.filter((name) => typeof given[name] === "number");
}
