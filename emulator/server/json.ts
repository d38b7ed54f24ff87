// Identities are whole numbers of up to 64 bits on the wire, more than a JavaScript number holds exactly.

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  /** Not in TypeScript's library yet. */
  rawJSON(text: string): unknown;
};

/** A whole number of the wire, exactly. */
export type Integer = number | bigint;

/** A JavaScript number is exact for every whole number with fewer digits. */
const manyDigits = /\d{16}/;

/** Parses JSON; whole numbers that a JavaScript number cannot hold exactly become bigints. */
export function parseJson(text: string): unknown {
  if (!manyDigits.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) => {
    const isInexact = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? "");
    return isInexact ? BigInt(source as string) : value;
  });
}

/** Writes JSON, with bigints as plain numbers. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "bigint" ? json.rawJSON(String(member)) : member,
  );
}

/** A whole number in decimal digits, or hexadecimal ones after 0x, as the number that goes on the wire. */
export function parseInteger(digits: string): Integer {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}
