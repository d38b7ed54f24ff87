import { parseInteger } from "./json.js";

// The parameters of a call, as the vendors' models and pages document them: names, types, ranges, and what is required.

export type Rule = (
  | { readonly type: "string"; readonly min?: number; readonly max?: number; readonly among?: readonly string[] }
  | {
      readonly type: "integer";
      readonly min?: number;
      readonly max?: number | bigint;
      readonly among?: readonly number[];
      /** In a query it may also be hexadecimal. */
      readonly hex?: boolean;
    }
  | { readonly type: "boolean" }
  | { readonly type: "object"; readonly fields: Rules }
  | { readonly type: "list"; readonly of: Rule }
) & { readonly required?: boolean };

export type Rules = Readonly<Record<string, Rule>>;
export type Params = Readonly<Record<string, unknown>>;

/** A fault of a request's parameter. */
export interface Problem {
  readonly name: string;
  readonly problem: "unknown" | "missing" | "type" | "range";
  /** The type or the range that it should have. */
  readonly wanted?: string;
}

/** Makes the error with which a cloud refuses a request for the problem. */
export type Refuse = (problem: Problem) => Error;

export const string: Rule = { type: "string" };
export const boolean: Rule = { type: "boolean" };
export const integer: Rule = between(-(2 ** 63), 2n ** 63n - 1n);
/** A whole number that is never negative, such as the id of an image. */
export const unsigned: Rule = between(0, 2n ** 64n - 1n);
/** A number of things. */
export const count: Rule = { type: "integer", min: 0, max: 2 ** 31 - 1 };
export const strings: Rule = { type: "list", of: string };
export const unsigneds: Rule = { type: "list", of: unsigned };

export function required(rule: Rule): Rule {
  return { ...rule, required: true };
}

export function between(min: number, max: number | bigint): Rule {
  return { type: "integer", min, max };
}

export function text(max: number, min = 0): Rule {
  return { type: "string", max, min };
}

export function among(...words: readonly string[]): Rule {
  return { type: "string", among: words };
}

export function amongNumbers(...numbers: readonly number[]): Rule {
  return { type: "integer", among: numbers };
}

/** Refuses undocumented parameters. Members that are null count as absent. */
export function checkParams(params: Params, rules: Rules, refuse: Refuse, path = ""): Params {
  const checked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(params)) {
    const name = `${path}${key}`;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) throw refuse({ name, problem: "unknown" });
    if (value !== null && value !== undefined) checked[key] = checkValue(value, rule, refuse, name);
  }
  for (const [key, rule] of Object.entries(rules)) {
    if (rule.required === true && checked[key] === undefined)
      throw refuse({ name: `${path}${key}`, problem: "missing" });
  }
  return checked;
}

function checkValue(value: unknown, rule: Rule, refuse: Refuse, name: string): unknown {
  if (!isOfType(value, rule.type)) throw refuse({ name, problem: "type", wanted: rule.type });
  if (rule.type === "object") return checkParams(value as Params, rule.fields, refuse, `${name}.`);
  if (rule.type === "list")
    return (value as unknown[]).map((item, at) => checkValue(item, rule.of, refuse, `${name}.${at}`));
  if (rule.type === "boolean") return value;
  const { min = -Infinity, max = Infinity, among: allowed } = rule;
  const size = typeof value === "string" ? value.length : (value as number);
  if (size < min || size > max) throw refuse({ name, problem: "range", wanted: `between ${min} and ${max}` });
  if (allowed !== undefined && !(allowed as readonly unknown[]).includes(value))
    throw refuse({ name, problem: "range", wanted: `one of ${allowed.join(", ")}` });
  return value;
}

function isOfType(value: unknown, type: Rule["type"]): boolean {
  if (type === "integer") return Number.isInteger(value) || typeof value === "bigint";
  if (type === "list") return Array.isArray(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return type === "string" ? typeof value === "string" : typeof value === "boolean";
}

type Tree = Record<string, unknown>;

/** Parameters from the flat form of a query or a form: `Images.0=a&Filters.0.Name=b`. */
export function readPairs(pairs: Iterable<readonly [string, string]>, rules: Rules, refuse: Refuse): Params {
  const tree: Tree = Object.create(null);
  for (const [name, value] of pairs) {
    const path = name.split(".");
    let node = tree;
    for (const step of path.slice(0, -1)) {
      node[step] ??= Object.create(null);
      node = node[step] as Tree;
      if (typeof node !== "object") throw refuse({ name, problem: "type", wanted: "object" });
    }
    node[path.at(-1) as string] = value;
  }
  return readTree(tree, rules);
}

function readTree(tree: Tree, rules: Rules): Params {
  const entries = Object.entries(tree).map(([name, value]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    return [name, rule === undefined ? value : readValue(value, rule)] as const;
  });
  return Object.fromEntries(entries);
}

function readValue(value: unknown, rule: Rule): unknown {
  if (typeof value === "string") return readText(value, rule);
  if (typeof value !== "object" || value === null) return value;
  if (rule.type === "object") return readTree(value as Tree, rule.fields);
  if (rule.type !== "list") return value;
  const items = Object.entries(value).sort(([a], [b]) => Number(a) - Number(b));
  return items.map(([, item]) => readValue(item, rule.of));
}

/** Text of another type stays unchanged, and the check refuses it. */
function readText(value: string, rule: Rule): unknown {
  if (rule.type === "boolean" && /^(true|false)$/.test(value)) return value === "true";
  if (rule.type !== "integer") return value;
  const digits = rule.hex === true ? /^(-?\d+|0x[0-9a-f]+)$/i : /^-?\d+$/;
  return digits.test(value) ? parseInteger(value) : value;
}
