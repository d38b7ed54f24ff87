import { toInteger } from "../transport/json.js";
import { isWhollyUnknown } from "./unknown.js";

/** A fault in a part of a value: where, such as `[0].expires`, and why. */
export interface Fault {
  readonly path: string;
  readonly reason: string;
}

/** Says what is wrong with a value, or nothing. A plain text is about the value itself. */
export type Check = (value: unknown) => string | Fault | undefined;

/** How the values of a field are compared, sent and read back; as they are, where nothing is said. */
interface Forms<Value> {
  /** Gives values that mean the same the same form. It takes only values that the check accepts. */
  normalize?(value: Value): Value;
  /** The value as the API takes it; undefined where it is not sent. */
  toWire?(value: Value): unknown;
  /** The value in the API's answer, as a program would write it. */
  fromWire?(value: never): unknown;
}

/** What a field may hold: its check, and the forms of its values. */
export interface ValueType<Value> extends Forms<Value> {
  (value: unknown): string | Fault | undefined;
}

export function valueType<Value>(check: Check, forms: Forms<Value>): ValueType<Value> {
  return Object.assign((value: unknown) => check(value), forms);
}

/** A fault of a part, as one of the whole. */
export function within(part: string, fault: string | Fault): Fault {
  return typeof fault === "string" ? { path: part, reason: fault } : { path: part + fault.path, reason: fault.reason };
}

/** A fault in one sentence, whose subject is the path of the value as the user writes it. */
export function explain(fault: string | Fault | undefined, whole = ""): string | undefined {
  if (fault === undefined) return undefined;
  const { path, reason } = typeof fault === "string" ? { path: "", reason: fault } : fault;
  return `${whole}${path} ${reason}`.replace(/^[. ]/, "");
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export const boolean: ValueType<boolean> = (value) =>
  typeof value === "boolean" ? undefined : `is ${shown(value)}, not true or false`;

/** A type with bounds, in words: its field's comment has the same words. */
export interface Bounded<Value> extends ValueType<Value> {
  readonly range: string;
}

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Bounded<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  const check: Check = (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `is ${shown(value)}, not a whole number, ${range}`;
  return Object.assign(check, { range });
}

export function oneOf<const Allowed extends readonly (string | number)[]>(
  ...allowed: Allowed
): ValueType<Allowed[number]> & { readonly allowed: Allowed } {
  const check: Check = (value) =>
    allowed.includes(value as string) ? undefined : `is ${shown(value)}, not one of ${allowed.map(shown).join(", ")}`;
  return Object.assign(check, { allowed });
}

/** Identities and names: visible characters, no blanks at the ends. */
export const text: ValueType<string> = (value) => {
  if (typeof value !== "string") return `is ${shown(value)}, not a string`;
  if (value === "" || value !== value.trim())
    return `is ${shown(value)}, which is empty, or begins or ends with a blank`;
  if (value.length > 1024) return "is longer than 1024 characters";
  return /[\p{Cc}\p{Surrogate}]/u.test(value) ? "contains control characters, or incomplete characters" : undefined;
};

/** A text of at most so many characters. */
export function textUpTo(length: number): Bounded<string> {
  const check: Check = (value) =>
    typeof value === "string" && value.length > length ? `is longer than ${length} characters` : text(value);
  return Object.assign(check, { range: `up to ${length} characters` });
}

/** A text that can go into a header. */
export function headerText(length: number): Bounded<string> {
  const whole = textUpTo(length);
  const check: Check = (value) =>
    whole(value) ?? (/^[\x20-\x7e]+$/.test(value as string) ? undefined : "has characters that are not ASCII");
  return Object.assign(check, { range: whole.range });
}

/** An id of content. A digest means the same in capital letters, which the clouds do not write. */
export const digest: ValueType<string> = valueType<string>(text, {
  normalize: (value) => (/^sha256:[0-9a-f]{64}$/i.test(value) ? value.toLowerCase() : value),
});

/** Ids that are numbers of up to 64 bits at the cloud. Numbers that JavaScript would round must be strings. */
export const digits: ValueType<string | number> = valueType<string | number>(
  (value) => {
    if (typeof value === "number" && value > Number.MAX_SAFE_INTEGER)
      return "is a number that JavaScript rounds; write it as a string";
    const isNumber = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
    const isText = typeof value === "string" && /^\d{1,19}$/.test(value) && BigInt(value) <= 2n ** 63n - 1n;
    return isNumber || isText ? undefined : `is ${shown(value)}, not an id such as "8741110"`;
  },
  {
    normalize: (value) => String(BigInt(value)),
    toWire: (value) => toInteger(String(value)),
    fromWire: String,
  },
);

/** The same, where 0 would say that there is none. */
export const presentDigits: ValueType<string | number> = Object.assign(
  (value: unknown) =>
    digits(value) ?? (/[1-9]/.test(String(value)) ? undefined : "is 0, which is no id; leave it out instead"),
  digits,
);

/** HH:MM of a time, which the APIs also write as HH:MM:SS, or behind a date. */
function hourAndMinute(time: string): string {
  return /(\d\d:\d\d)(:\d\d)?$/.exec(time)?.[1] ?? time;
}

/** HH:MM or HH:MM:SS, as the API documents it now. */
export const clockTime: ValueType<string> = valueType<string>(
  (value) => {
    if (typeof value === "string" && /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(value)) return undefined;
    const date = typeof value === "string" ? /^\d{4}-\d\d-\d\d[ T](\d\d:\d\d)/.exec(value) : null;
    const hint = date === null ? "" : `; write "${date[1]}", without a date`;
    return `is ${shown(value)}, not a time of day such as "01:00"${hint}`;
  },
  { normalize: hourAndMinute, toWire: hourAndMinute, fromWire: hourAndMinute },
);

export interface ListType<Item> extends ValueType<readonly Item[]> {
  readonly item: ValueType<Item>;
  normalize(values: readonly Item[]): readonly Item[];
  toWire(values: readonly Item[]): readonly unknown[];
}

/** A list without an empty form: an empty list would silently mean "no restriction". */
export function listOf<Item>(item: ValueType<Item>): ListType<Item> {
  const list = anyListOf(item);
  return Object.assign(
    (value: unknown) =>
      Array.isArray(value) && value.length === 0 ? "is an empty list; leave it out instead" : list(value),
    list,
  );
}

/** Same as `listOf`, where an empty list says the same as none. */
export function anyListOf<Item>(item: ValueType<Item>): ListType<Item> {
  const { normalize, toWire, fromWire } = item;
  const check: Check = (value) => {
    if (!Array.isArray(value)) return `is ${shown(value)}, not a list`;
    for (const [index, one] of value.entries()) {
      const fault = isWhollyUnknown(one) ? undefined : item(one);
      if (fault !== undefined) return within(`[${index}]`, fault);
    }
    return undefined;
  };
  const forms = {
    normalize: (values: readonly Item[]) => (normalize === undefined ? values : values.map((one) => normalize(one))),
    toWire: (values: readonly Item[]) => (toWire === undefined ? [...values] : values.map((one) => toWire(one))),
    fromWire: (values: readonly never[]) => (fromWire === undefined ? values : values.map((one) => fromWire(one))),
  };
  return Object.assign((value: unknown) => check(value), forms, { item });
}
