import { type Integer, parseJson, toInteger } from "./json.js";
import { sanitizeText } from "./sanitize-text.js";

// Answers are checked once, when they are read. After that every field has the type that its shape names, or is absent:
// clouds leave out fields, or write null, whatever their schema says.

/** Part of an answer is not what the API documents. */
export class InvalidAnswerError extends Error {}

/** Reads one value of an answer. Undefined if it is missing or null. Throws `InvalidAnswerError` if it is something else. */
export type Shape<T> = (value: unknown, path: string) => T | undefined;

/** What a shape reads. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

function shape<T>(what: string, read: (value: unknown) => T | undefined, told = describeKind): Shape<T> {
  return (value, path) => {
    if (value === undefined || value === null) return undefined;
    const found = read(value);
    if (found === undefined) throw new InvalidAnswerError(`${path} is ${told(value)}, not ${what}`);
    return found;
  };
}

function describeKind(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  return typeof value === "object" ? "an object" : `the ${typeof value} ${String(value)}`;
}

/** A text for a reader or a comparison. */
export const text = shape("a text", (value) => (typeof value === "string" ? sanitizeText(value) : undefined));
/** A text that no message may show, even if it is of the wrong type. */
export const secret = shape(
  "a text",
  // Not shortened: a session token may have thousands of characters.
  (value) => (typeof value === "string" ? value : undefined),
  (value) => `a ${typeof value}`,
);
export const flag = shape("true or false", (value) => (typeof value === "boolean" ? value : undefined));
export const number = shape("a number", (value) => (Number.isFinite(value) ? (value as number) : undefined));
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
export const count = shape("a count", (value) => (isCount(value) ? value : undefined));
/** Milliseconds since 1970, within what a date can hold. */
export const time = shape("a time", (value) =>
  typeof value === "number" && !Number.isNaN(new Date(value).getTime()) ? value : undefined,
);
/** A whole number of up to 64 bits. Some answers write it as a text. */
export const integer = shape<Integer>("a whole number", (value) => {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return value as Integer;
  return typeof value === "string" && /^\d{1,19}$/.test(value) ? toInteger(value) : undefined;
});
/** An identity, as a text. Some answers write it as a number. */
export const identity = shape("an id", (value) =>
  typeof value === "string" || typeof value === "bigint" || Number.isSafeInteger(value)
    ? sanitizeText(String(value))
    : undefined,
);
/** A value that some answers write as a number, and others as a text. */
export const textOrNumber = shape("a text or a number", (value) =>
  typeof value === "string" || Number.isFinite(value) ? sanitizeText(String(value)) : undefined,
);

/** A number that is only shown. Anything else counts as absent. */
export const estimate: Shape<number> = (value) => (Number.isFinite(value) ? (value as number) : undefined);
/** A number of findings. Anything else counts as absent, since one odd row must not make the others unreadable. */
export const tally: Shape<number> = (value) => (isCount(value) ? value : undefined);
/** A text that is only shown to a reader: anything else counts as absent, and so does an empty one. */
export const textIfAny: Shape<string> = (value) =>
  typeof value === "string" && value.trim() !== "" ? sanitizeText(value.trim(), 200) : undefined;
/** A text, however it is written. */
export const anyText = shape("a text", (value) =>
  typeof value === "object" ? undefined : sanitizeText(String(value)),
);
/** A value that is not checked here. */
export const raw: Shape<unknown> = (value) => value ?? undefined;

export function listOf<T>(member: Shape<T>): Shape<T[]> {
  const list = shape("a list", (value) => (Array.isArray(value) ? (value as unknown[]) : undefined));
  return (value, path) =>
    list(value, path)?.map((one, at) => {
      const read = member(one, `${path}[${at}]`);
      if (read === undefined) throw new InvalidAnswerError(`${path}[${at}] is missing`);
      return read;
    });
}

type Fields = Readonly<Record<string, Shape<unknown>>>;

/** The type of what `fields` reads. */
export type Read<F extends Fields> = { [Name in keyof F]?: Shaped<F[Name]> };

/** An object with these fields. Others in the answer are left out. */
export function fields<F extends Fields>(members: F): Shape<Read<F>> {
  const object = shape("an object", (value) =>
    typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined,
  );
  const all = Object.entries(members);
  return (value, path) => {
    const told = object(value, path);
    if (told === undefined) return undefined;
    const read: Record<string, unknown> = {};
    for (const [name, member] of all) {
      const value = Object.hasOwn(told, name) ? told[name] : undefined;
      const field = member(value, path === "" ? name : `${path}.${name}`);
      if (field !== undefined) read[name] = field;
    }
    return read as Read<F>;
  };
}

/** A field without which an answer says nothing. */
export function needed<T>(member: Shape<T>): Shape<T> {
  return (value, path) => {
    const read = member(value, path);
    if (read === undefined) throw new InvalidAnswerError(`${path} is missing`);
    return read;
  };
}

/** A page of a list. An empty one must say so: by an empty list of rows, or by a total. */
export function pageOf<Row, Rows extends string, Total extends string>(
  row: Shape<Row>,
  { rows, total }: { readonly rows: Rows; readonly total: Total },
): Shape<{ [Name in Rows]?: Row[] } & { [Name in Total]?: number }> {
  const page = fields({ [rows]: listOf(row), [total]: count });
  return (value, path) => {
    const read = page(value, path);
    if (read !== undefined && read[rows] === undefined && read[total] === undefined)
      throw new InvalidAnswerError(`it has neither ${rows} nor ${total}`);
    return read as { [Name in Rows]?: Row[] } & { [Name in Total]?: number };
  };
}

/** An answer without content that matters. */
export const nothing = fields({});

/** Reads an answer from its JSON. Throws `InvalidAnswerError`. */
export function readJson<T>(body: string, shape: Shape<T>): T {
  const read = shape(parseBody(body), "");
  if (read === undefined) throw new InvalidAnswerError("it is empty");
  return read;
}

function parseBody(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    throw new InvalidAnswerError("it is not JSON");
  }
}
