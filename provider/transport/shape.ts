import { type Integer, integerOf, parseJson } from "./json.js";
import { plain } from "./sanitize-text.js";

// What an API answers is read once, at its border: behind it every field has the type that its name promises,
// or is absent. Every field may be missing or null, whatever the API's schema says.

/** A part of an answer that is not what the API documents. */
export class Misshapen extends Error {}

/** Reads one value of an answer; undefined where it is missing or null. Throws `Misshapen` where it is something else. */
export type Shape<T> = (value: unknown, path: string) => T | undefined;

/** What a shape reads. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

function shape<T>(what: string, read: (value: unknown) => T | undefined, told = kindOf): Shape<T> {
  return (value, path) => {
    if (value === undefined || value === null) return undefined;
    const found = read(value);
    if (found === undefined) throw new Misshapen(`${path} is ${told(value)}, not ${what}`);
    return found;
  };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  return typeof value === "object" ? "an object" : `the ${typeof value} ${String(value)}`;
}

/** Words for a reader or a comparison. */
export const text = shape("a text", (value) => (typeof value === "string" ? plain(value) : undefined));
/** A text that nobody may see: not even where it is something else. */
export const secret = shape(
  "a text",
  // As it is: a session token may have thousands of characters, and one that was cut is refused.
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
/** A whole number of up to 64 bits, which some answers write as a text. */
export const integer = shape<Integer>("a whole number", (value) => {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return value as Integer;
  return typeof value === "string" && /^\d{1,19}$/.test(value) ? integerOf(value) : undefined;
});
/** An identity, which is text whether the answer writes it as one or as a number. */
export const identity = shape("an id", (value) =>
  typeof value === "string" || typeof value === "bigint" || Number.isSafeInteger(value)
    ? plain(String(value))
    : undefined,
);
/** What some answers write as a number, and others as a text. */
export const textOrNumber = shape("a text or a number", (value) =>
  typeof value === "string" || Number.isFinite(value) ? plain(String(value)) : undefined,
);

/** What is only shown to a reader: anything else than a number counts as absent. */
export const estimate: Shape<number> = (value) => (Number.isFinite(value) ? (value as number) : undefined);
/** A number of findings: what is none counts as not told, since one odd row must not hide all others. */
export const tally: Shape<number> = (value) => (isCount(value) ? value : undefined);
/** A text that is only shown to a reader: anything else counts as absent, and so does an empty one. */
export const textIfAny: Shape<string> = (value) =>
  typeof value === "string" && value.trim() !== "" ? plain(value.trim(), 200) : undefined;
/** A text, however it is written. */
export const anyText = shape("a text", (value) => (typeof value === "object" ? undefined : plain(String(value))));
/** What is read later, or not at all. */
export const raw: Shape<unknown> = (value) => value ?? undefined;

export function listOf<T>(member: Shape<T>): Shape<T[]> {
  const list = shape("a list", (value) => (Array.isArray(value) ? (value as unknown[]) : undefined));
  return (value, path) =>
    list(value, path)?.map((one, at) => {
      const read = member(one, `${path}[${at}]`);
      if (read === undefined) throw new Misshapen(`${path}[${at}] is missing`);
      return read;
    });
}

type Fields = Readonly<Record<string, Shape<unknown>>>;

/** What is read of fields. */
export type Read<F extends Fields> = { [Name in keyof F]?: Shaped<F[Name]> };

/** An object with these fields; the others that an answer has are left out. */
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
    if (read === undefined) throw new Misshapen(`${path} is missing`);
    return read;
  };
}

/** A page of a list, which may be empty, but says so: by its rows, or by how many there are. */
export function pageOf<Row, Rows extends string, Total extends string>(
  row: Shape<Row>,
  { rows, total }: { readonly rows: Rows; readonly total: Total },
): Shape<{ [Name in Rows]?: Row[] } & { [Name in Total]?: number }> {
  const page = fields({ [rows]: listOf(row), [total]: count });
  return (value, path) => {
    const read = page(value, path);
    if (read !== undefined && read[rows] === undefined && read[total] === undefined)
      throw new Misshapen(`it tells neither ${rows} nor ${total}`);
    return read as { [Name in Rows]?: Row[] } & { [Name in Total]?: number };
  };
}

/** An answer of which nothing is read. */
export const nothing = fields({});

/** Reads an answer from its JSON. Throws `Misshapen`. */
export function readJson<T>(body: string, shape: Shape<T>): T {
  const read = shape(parsed(body), "");
  if (read === undefined) throw new Misshapen("it is empty");
  return read;
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    throw new Misshapen("it is not JSON");
  }
}
