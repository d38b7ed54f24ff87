import { canonical } from "./canonical.js";
import { type Failure, type InputRules, type Inputs, known } from "./inputs.js";
import { meant } from "./nearest.js";
import { shown, type ValueType, valueType, within } from "./rules.js";
import { isUnknown, isWhollyUnknown } from "./unknown.js";

// A field of a request is written once, as a line of a table. Its type in TypeScript, its check, its normal form,
// its place on the wire and its row of docs/api.md come from there. The comment above the line is what editors show.

interface FieldOptions<Value> {
  /** What is sent where the field is absent: a value, or what follows from the other fields. */
  readonly default?: Value | ((request: Inputs) => Value | undefined);
  /** Where the call carries it, if not in its body. */
  readonly part?: "path" | "query" | "header";
  /** The mode of the request that alone takes the field. */
  readonly mode?: string;
}

export interface Field<Value = unknown, Required extends boolean = boolean> extends FieldOptions<Value> {
  /** Its name at the API; absent where it is not sent. */
  readonly wire?: string | undefined;
  readonly type: ValueType<Value>;
  readonly required: Required;
}

export type Fields = Readonly<Record<string, Field>>;

/** A field of the API. */
export function field<Value, Required extends boolean = false>(
  wire: string | undefined,
  type: ValueType<Value>,
  options?: FieldOptions<NoInfer<Value>> & { readonly required?: Required },
): Field<Value, Required> {
  return { ...options, wire, type, required: (options?.required ?? false) as Required };
}

type RequiredNames<F> = { [Name in keyof F]: F[Name] extends { readonly required: true } ? Name : never }[keyof F];
type ValueOf<F> = F extends Field<infer Value, boolean> ? Value : never;

/** What a program writes for these fields. */
export type RequestOf<F> = { readonly [Name in keyof Pick<F, RequiredNames<F>>]: ValueOf<F[Name]> } & {
  readonly [Name in keyof Pick<F, Exclude<keyof F, RequiredNames<F>>>]?: ValueOf<F[Name]>;
};

/** An object with these fields. */
export function record<F extends Fields>(fields: F): ValueType<RequestOf<F>> & { readonly fields: F } {
  const check = (value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return `is ${shown(value)}, not an object`;
    const given = known(value);
    for (const [name, member] of given) {
      const fault = findFault(fields, name, member);
      if (fault !== undefined) return within(memberPath(name), fault);
    }
    const missing = Object.keys(fields).find((name) => fields[name]?.required && !given.some(([one]) => one === name));
    return missing === undefined ? undefined : within(memberPath(missing), "is required");
  };
  const forms = {
    // The same value in two ways, with a default written out or not, must not count twice in a list.
    normalize: (value: RequestOf<F>) => withoutDefaults(fields, normalizeFields(fields, value)) as RequestOf<F>,
    toWire: (value: RequestOf<F>) => fieldsToWire(fields, value as Inputs),
    fromWire: (answer: object) => fieldsFromWire(fields, answer),
  };
  return Object.assign(valueType<RequestOf<F>>(check, forms), { fields });
}

/** What may be asked of an action, and how it is sent. */
export interface RequestTable<F extends Fields = Fields> extends InputRules {
  readonly action: string;
  readonly fields: F;
  /** The body of the call: the normal form of the request by the API's names, with the defaults filled in. */
  toWire(request: object): Readonly<Record<string, unknown>>;
  /** What the API shows, as a program would write it. */
  fromWire(answer: object): Partial<RequestOf<F>>;
}

/** The table of a request, or of a setting. `crossFieldRules` says what is wrong with fields taken together. */
export function defineRequest<F extends Fields>(
  action: string,
  fields: F,
  crossFieldRules: (inputs: RequestOf<F>) => readonly CrossFieldRule[],
): RequestTable<F> {
  const names = Object.keys(fields);
  return {
    action,
    fields,
    properties: Object.fromEntries(names.map((name) => [name, fields[name]?.type as ValueType<unknown>])),
    required: names.filter((name) => fields[name]?.required),
    crossFieldRules: (inputs) => brokenRules(crossFieldRules(inputs as RequestOf<F>)),
    normalize: (inputs) => canonical(normalizeFields(fields, inputs)) as Inputs,
    toWire: (values) => fieldsToWire(fields, canonical(normalizeFields(fields, values)) as Inputs),
    fromWire: (answer) => canonical(fieldsFromWire(fields, answer)) as Partial<RequestOf<F>>,
  };
}

/** When fields contradict each other, and what is then said of which property. */
export type CrossFieldRule = readonly [isBroken: boolean, property: string, reason: string];

function brokenRules(rules: readonly CrossFieldRule[]): Failure[] {
  return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
}

function findFault(fields: Fields, name: string, value: unknown) {
  const one = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (one === undefined) return `is not a known field${meant(name, Object.keys(fields))}`;
  return isWhollyUnknown(value) ? undefined : one.type(value);
}

function memberPath(name: string): string {
  return /^[\w$]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** The normal form of each known field. What is wrong, or not known yet, stays as it is. */
function normalizeFields(fields: Fields, values: object): Inputs {
  const entries = known(values)
    .filter(([name]) => Object.hasOwn(fields, name))
    .map(([name, value]) => {
      const { type } = fields[name] as Field;
      const isGood = type.normalize !== undefined && !isUnknown(value) && type(value) === undefined;
      return [name, isGood ? type.normalize?.(value) : value] as const;
    });
  return Object.fromEntries(entries);
}

function withoutDefaults(fields: Fields, values: Inputs): Inputs {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== fields[name]?.default));
}

function fieldsToWire(fields: Fields, values: Inputs): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, { wire, type, default: fallback, part }] of Object.entries(fields)) {
    if (wire === undefined || part !== undefined) continue;
    const value = values[name] ?? (typeof fallback === "function" ? fallback(values) : fallback);
    if (value === undefined || value === null) continue;
    const told = type.toWire === undefined ? value : type.toWire(value);
    if (told !== undefined) sent[wire] = told;
  }
  return sent;
}

function fieldsFromWire(fields: Fields, answer: object): Inputs {
  const told = answer as Inputs;
  const entries = Object.entries(fields).map(([name, { wire = "", type }]) => {
    const value = told[wire];
    return [name, value === undefined || type.fromWire === undefined ? value : type.fromWire(value as never)] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
