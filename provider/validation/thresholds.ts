import { findingNames } from "../model/findings.js";
import type { Thresholds } from "../model/thresholds.js";
import { field, record } from "./fields.js";
import { type Fault, integer, listOf, shown, text, type ValueType } from "./rules.js";

const day: ValueType<string> = (value) => {
  const isDay = typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
  // A day that there is not, such as the 31st of April, is shifted to another one.
  return isDay && new Date(value).toISOString().startsWith(value)
    ? undefined
    : `is ${shown(value)}, not a day such as 2026-12-31`;
};

const needed = <Value>(type: ValueType<Value>) => field(undefined, type, { required: true });
const exception = record({ id: needed(text), reason: needed(text), expires: needed(day) });
const fields = record({
  ...Object.fromEntries(findingNames.map((name) => [name, field(undefined, integer(0))])),
  exceptions: field(undefined, listOf(exception)),
});

/** What is wrong with thresholds, or nothing. */
export function thresholds(value: unknown): string | Fault | undefined {
  const fault = fields(value);
  if (fault !== undefined) return fault;
  const given = value as Thresholds;
  if (findingNames.some((name) => given[name] !== undefined && given[name] !== null)) return undefined;
  return "has no number: give one for at least one of critical, high, medium, low, viruses, sensitiveData";
}
