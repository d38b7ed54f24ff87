import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Rule, Rules } from "../../emulator/server/parameters.js";

// What the vendors' published models say of a call, as scripts/vendor-models.mjs has written it down.

/** A type of the model, a list of one, or the members of an object; `!` ends the name of a member that is always there. */
export type Model = string | readonly Model[] | { readonly [member: string]: Model };
export type Members = Readonly<Record<string, Model>>;

export interface TencentCall {
  readonly request: Members;
  readonly answer: Members;
}

export interface HuaweiCall {
  readonly method: string;
  readonly path: string;
  readonly request: Readonly<Record<"query" | "header" | "body", Members>>;
  readonly answer: Members;
}

export function readModels(name: "tencent-cn" | "tencent-intl"): Readonly<Record<string, TencentCall>>;
export function readModels(name: "huawei"): Readonly<Record<string, HuaweiCall>>;
export function readModels(name: string): object {
  const file = resolve(__dirname, `../../../tests/fixtures/models/${name}.json`);
  return (JSON.parse(readFileSync(file, "utf8")) as { calls: object }).calls;
}

const isOfType: Readonly<Record<string, (value: unknown) => boolean>> = {
  int64: isInteger,
  int: isInteger,
  uint64: (value) => isInteger(value) && Number(value) >= 0,
  float: (value) => typeof value === "number",
  bool: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  str: (value) => typeof value === "string",
};

function isInteger(value: unknown): boolean {
  return Number.isSafeInteger(value) || typeof value === "bigint";
}

/** Where an answer is not as the model has it; an optional member may be null. */
export function differences(value: unknown, model: Model, at = "answer"): string[] {
  if (typeof model === "string") {
    const isRight = isOfType[model];
    assert(isRight !== undefined, `the model has an unknown type ${model}`);
    return isRight(value) ? [] : [`${at} is ${JSON.stringify(value)}, not ${model}`];
  }
  if (Array.isArray(model)) {
    if (!Array.isArray(value)) return [`${at} is ${JSON.stringify(value)}, not a list`];
    return value.flatMap((item, index) => differences(item, model[0] as Model, `${at}.${index}`));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [`${at} is ${JSON.stringify(value)}, not an object`];
  return memberDifferences(value as Record<string, unknown>, model as Members, at);
}

function memberDifferences(value: Readonly<Record<string, unknown>>, members: Members, at: string): string[] {
  const types = new Map(Object.entries(members).map(([name, model]) => [name.replace("!", ""), model]));
  const missing = Object.keys(members).filter(
    (name) => name.endsWith("!") && (value[name.slice(0, -1)] ?? null) === null,
  );
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const model = types.get(name);
    if (model === undefined) return [`${at}.${name} is not in the model`];
    return member === null ? [] : differences(member, model, `${at}.${name}`);
  });
  return [...missing.map((name) => `${at}.${name.slice(0, -1)} is always there, and is missing`), ...wrong];
}

/** The parameters that the emulator takes, in the form of the model. */
export function describeRules(rules: Rules, ints: { signed: string; unsigned: string; string: string }): Members {
  const describe = (rule: Rule): Model => {
    if (rule.type === "list") return [describe(rule.of)];
    if (rule.type === "object") return describeRules(rule.fields, ints);
    if (rule.type === "integer") return (rule.min ?? -1) < 0 ? ints.signed : ints.unsigned;
    return rule.type === "boolean" ? "bool" : ints.string;
  };
  const entries = Object.entries(rules).map(([name, rule]) => [rule.required ? `${name}!` : name, describe(rule)]);
  return Object.fromEntries(entries) as Members;
}
