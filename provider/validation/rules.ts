import { meant } from "./nearest.js";
import { isUnknown } from "./unknown.js";

/** Says what is wrong with a value, or nothing. */
export type Check = (value: unknown) => string | undefined;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export const boolean: Check = (value) =>
  typeof value === "boolean" ? undefined : `is ${shown(value)}, not true or false`;

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `is ${shown(value)}, not a whole number, ${range}`;
}

export function oneOf(...allowed: readonly string[]): Check {
  return (value) =>
    allowed.includes(value as string) ? undefined : `is ${shown(value)}, not one of ${allowed.map(shown).join(", ")}`;
}

/** Identities and names: visible characters, no blanks at the ends. */
export const text: Check = (value) => {
  if (typeof value !== "string") return `is ${shown(value)}, not a string`;
  if (value === "" || value !== value.trim()) return `is ${shown(value)}, which is empty or has blanks at an end`;
  if (value.length > 1024) return "is longer than 1024 characters";
  return /[\p{Cc}\p{Surrogate}]/u.test(value) ? "contains control characters, or halves of characters" : undefined;
};

/** Identities that are numbers of up to 64 bits at the cloud, written as a string, since JavaScript rounds them. */
export const digits: Check = (value) => {
  const isNumber = typeof value === "string" && /^\d{1,19}$/.test(value) && BigInt(value) <= 2n ** 63n - 1n;
  if (isNumber) return undefined;
  const isPlain = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  return isPlain ? `is a number; write it as a string, "${value}"` : `is ${shown(value)}, not an id such as "8741110"`;
};

/** The same, where 0 would say that there is none. */
export const presentDigits: Check = (value) =>
  digits(value) ?? (/[1-9]/.test(value as string) ? undefined : "is 0, which is no id; leave it out instead");

/** A text that can go into a header. */
export const headerText: Check = (value) =>
  text(value) ??
  (/^[\x20-\x7e]+$/.test(value as string) ? undefined : "has characters other than those of plain ASCII");

/** An object with these fields, of which some are required. */
export function record(fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  const whyBad = ([name, member]: [string, unknown]): string | undefined => {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (check === undefined) return `has an unknown field "${name}"${meant(name, Object.keys(fields))}`;
    const reason = isUnknown(member) ? undefined : check(member);
    return reason === undefined ? undefined : `has ${name}, which ${reason}`;
  };
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return `is ${shown(value)}, not an object`;
    const given = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
    const missing = required.find((name) => !given.some(([present]) => present === name));
    const bad = given.map(whyBad).find((reason) => reason !== undefined);
    return bad ?? (missing === undefined ? undefined : `has no ${missing}`);
  };
}

/** A list without an empty form: an empty list would silently mean "no restriction". */
export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return `is ${shown(value)}, not a list`;
    if (value.length === 0) return "is an empty list; leave it out instead";
    const [index, reason] = value.map((item, at) => [at, check(item)] as const).find(([, why]) => why) ?? [];
    return reason === undefined ? undefined : `item ${index} ${reason}`;
  };
}

/** Same as `listOf`, where an empty list says the same as none. */
export function anyListOf(check: Check): Check {
  return (value) => (Array.isArray(value) && value.length === 0 ? undefined : listOf(check)(value));
}

/** HH:MM or HH:MM:SS, as the API documents it now. */
export const clockTime: Check = (value) => {
  if (typeof value === "string" && /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(value)) return undefined;
  const date = typeof value === "string" ? /^\d{4}-\d\d-\d\d[ T](\d\d:\d\d)/.exec(value) : null;
  const hint = date === null ? "" : `; a date has no place here, write "${date[1]}"`;
  return `is ${shown(value)}, not a time of day such as "01:00"${hint}`;
};
