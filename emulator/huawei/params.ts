import { invalid } from "./error.js";

// The parameters of an operation of HSS, as its page documents them: types, ranges and allowed values.

export type Rule =
  | { readonly type: "string"; readonly max: number; readonly min?: number; readonly of?: readonly string[] }
  | { readonly type: "integer"; readonly min: number; readonly max: number | bigint; readonly of?: readonly number[] }
  | { readonly type: "boolean" }
  | { readonly type: "object"; readonly fields: Rules }
  | { readonly type: "list"; readonly of: Rules };

export interface Rules {
  readonly [name: string]: Rule & { readonly required?: boolean };
}

export const int64 = 9_223_372_036_854_775_807n;
export const boolean = { type: "boolean" } as const;

export function text(max: number, min = 0): Rule {
  return { type: "string", max, min };
}

export function integer(min: number, max: number | bigint): Rule {
  return { type: "integer", min, max };
}

export function among(...of: readonly string[]): Rule {
  return { type: "string", max: 64, of };
}

export function required(rule: Rule): Rule & { readonly required: true } {
  return { ...rule, required: true };
}

type Values = Readonly<Record<string, unknown>>;

/** Refuses what the page does not document; members that are null count as absent. */
export function checked(values: Values, rules: Rules): Values {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) throw invalid(`unknown parameter ${name}`);
    if (value !== null && value !== undefined) result[name] = checkedValue(value, rule, name);
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.required === true && result[name] === undefined) throw invalid(`${name} is missing`);
  }
  return result;
}

function checkedValue(value: unknown, rule: Rule, name: string): unknown {
  if (rule.type === "boolean" && typeof value !== "boolean") throw invalid(`${name} is not a boolean`);
  if (rule.type === "string") requireText(value, rule, name);
  if (rule.type === "integer") requireInteger(value, rule, name);
  if (rule.type === "object") return checked(objectOf(value, name), rule.fields);
  if (rule.type !== "list") return value;
  if (!Array.isArray(value)) throw invalid(`${name} is not a list`);
  return value.map((item) => checked(objectOf(item, name), rule.of));
}

function objectOf(value: unknown, name: string): Values {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Values;
  throw invalid(`${name} is not an object`);
}

function requireText(value: unknown, rule: Extract<Rule, { type: "string" }>, name: string): void {
  if (typeof value !== "string") throw invalid(`${name} is not a string`);
  if (value.length > rule.max || value.length < (rule.min ?? 0)) throw invalid(`the length of ${name} is out of range`);
  if (rule.of !== undefined && !rule.of.includes(value)) throw invalid(`${name} is none of ${rule.of.join(", ")}`);
}

function requireInteger(value: unknown, rule: Extract<Rule, { type: "integer" }>, name: string): void {
  if (!Number.isInteger(value) && typeof value !== "bigint") throw invalid(`${name} is not an integer`);
  const number = value as number;
  if (number < rule.min || number > rule.max) throw invalid(`${name} is out of range`);
  if (rule.of !== undefined && !rule.of.includes(number)) throw invalid(`${name} is none of ${rule.of.join(", ")}`);
}

/** Values of a query by the types of their rules; what is not of the type stays a text, for the check to refuse. */
export function typedQuery(query: string, rules: Rules): Values {
  const entries = [...new URLSearchParams(query)].map(([name, value]) => {
    const type = Object.hasOwn(rules, name) ? rules[name]?.type : undefined;
    if (type === "integer" && /^(-?\d+|0x[0-9a-f]+)$/i.test(value)) return [name, Number(value)];
    if (type === "boolean" && /^(true|false)$/.test(value)) return [name, value === "true"];
    return [name, value];
  });
  return Object.fromEntries(entries) as Values;
}
