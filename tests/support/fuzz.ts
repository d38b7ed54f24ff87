import fc from "fast-check";

/** Seconds for one property: few with every change, many by `npm run test:soak`. */
const seconds = process.env["SOAK"] === "1" ? 120 : 4;

/** Tries a property for a bounded time, and says how many inputs were tried. A failure shows its seed. */
export async function tried<Ts extends [unknown, ...unknown[]]>(property: fc.IAsyncProperty<Ts>): Promise<void> {
  const parameters = { numRuns: 1_000_000, interruptAfterTimeLimit: seconds * 1_000, markInterruptAsFailure: false };
  const details = await fc.check(property, parameters);
  if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  process.stdout.write(`      ${details.numRuns} inputs tried\n`);
}

const strings: readonly string[] = [
  "",
  " ",
  "__proto__",
  "constructor",
  "toString",
  "../../etc/passwd",
  "%2e%2e%2f",
  "%",
  "a\r\nX-Injected: 1",
  "a\u0000b",
  "\u202e\u001b[31m",
  "\ud800",
  "Ω≈ç√",
  "x".repeat(10_000),
  "9223372036854775808",
  "-1",
  "1e999",
  "NaN",
  "{{constructor}}",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
];
const numbers: readonly number[] = [
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 63,
  Number.MIN_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...strings), fc.string({ unit: "binary" }));

/** What nobody expects in a place, of whatever type. */
export const hostile: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostileText,
    fc.constantFrom<unknown>(...numbers, null, true, false),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.constant(Array.from({ length: 5_000 }, (_, at) => at)),
    fc.dictionary(fc.oneof(hostileText, fc.string()), tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** An object that brings its own prototype's name as a member, as JSON can. */
export function withMember(object: object, name: string, value: unknown): object {
  const copy = { ...object };
  Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

export function isPolluted(): boolean {
  return Object.keys(Object.prototype).length > 0 || Reflect.ownKeys(Object.prototype).length !== prototypeKeys;
}

const prototypeKeys = Reflect.ownKeys(Object.prototype).length;
