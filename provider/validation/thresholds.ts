import { findingNames } from "../model/findings.js";
import type { Thresholds } from "../model/thresholds.js";
import { type Check, integer, listOf, record, text } from "./rules.js";

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
