import { writeJson } from "../core/json.js";
import { plain } from "../core/plain.js";

/** One bad property and why, as Pulumi shows it. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Says what is wrong with a value, or nothing. */
export type Check = (value: unknown) => string | undefined;
export type Inputs = Readonly<Record<string, unknown>>;

/** What may be in the inputs of a kind. */
export interface InputRules {
  /** Every property that exists, with its check. */
  readonly properties: Readonly<Record<string, Check>>;
  readonly required: readonly string[];
  /** What is wrong with properties taken together; sees only inputs that are all known. */
  readonly together: (inputs: Inputs) => readonly Failure[];
}

/** Those of the inputs that are properties of the kind, without those that all kinds share. */
export function propertiesOf<Properties>(rules: InputRules, inputs: object): Properties {
  const entries = Object.entries(inputs).filter(([name]) => Object.hasOwn(rules.properties, name));
  return Object.fromEntries(entries) as Properties;
}

// What the engine sends in place of a value that is not known before the update.
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(isUnknown);
  return value === unknownValue;
}

/** Everything that is wrong with the inputs; values not known yet pass. */
export function failuresOf(inputs: Inputs, rules: InputRules): Failure[] {
  const given = Object.entries(inputs).filter(
    ([name, value]) => value !== undefined && value !== null && !name.startsWith("__"),
  );
  const failures = wrongIn(given, rules);
  const names = new Set(given.map(([name]) => name));
  for (const property of rules.required) {
    if (!names.has(property)) failures.push({ property, reason: "is required" });
  }
  if (failures.length === 0 && !given.some(([, value]) => isUnknown(value))) {
    failures.push(...rules.together(Object.fromEntries(given)));
  }
  // A value, and even a name, is repeated in its reason, and may be anything.
  return failures.map(({ property, reason }) => ({ property: plain(property, 100), reason: plain(reason, 500) }));
}

function wrongIn(given: readonly (readonly [string, unknown])[], rules: InputRules): Failure[] {
  const failures: Failure[] = [];
  for (const [property, value] of given) {
    const check = Object.hasOwn(rules.properties, property) ? rules.properties[property] : undefined;
    if (check === undefined)
      failures.push({
        property,
        reason: `is not a property of this resource${meant(property, Object.keys(rules.properties))}`,
      });
    else if (!isUnknown(value)) add(failures, property, check(value));
  }
  return failures;
}

function add(failures: Failure[], property: string, reason: string | undefined): void {
  if (reason !== undefined) failures.push({ property, reason });
}

/** No property has a longer name. */
const longestName = 60;

function meant(property: string, known: readonly string[]): string {
  const name = nearest(property, known);
  return name === undefined ? "" : `; did you mean "${name}"?`;
}

/** The known name that a misspelt one is likely to stand for. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  const letters = (one: string) => one.toLowerCase().replace(/[^a-z0-9]|s$/g, "");
  const off = (one: string) => distance(letters(one), letters(name));
  const near = known.filter((one) => off(one) <= Math.min(2, one.length / 4));
  return near.sort((a, b) => off(a) - off(b))[0];
}

/** How many letters have to be changed, added or left out to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const same = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(same, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

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

/**
 * The same inputs in one form: lists that the APIs take as sets are sorted and free of duplicates,
 * so that another order is no change; what is absent is left out.
 */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = new Map(value.map((item) => [writeJson(canonical(item)), canonical(item)]));
    return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
    return Object.fromEntries(
      entries.map(([name, member]) => [name, canonical(member)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
  return value;
}

export function sameValue(a: unknown, b: unknown): boolean {
  return writeJson(canonical(a)) === writeJson(canonical(b));
}
