import { explain, integer, listOf, oneOf, type ValueType, valueType } from "../../validation/rules.js";

// The kinds of risk that HSS looks for. Its API takes them as a bit mask.

const bits = {
  vulnerabilities: 0x000f_0000,
  baseline: 0x0000_f000,
  maliciousFiles: 0x0000_0f00,
  sensitiveInformation: 0x0000_00f0,
  softwareCompliance: 0x0000_000f,
} as const;

/** A kind of risk by its name; `all` means every kind, also future ones. */
export type ScanScopeName = keyof typeof bits | "all";

const everything = 0x7fff_ffff;
/** All bits that have a meaning. Some operations return this mask for "everything". */
const meaningful = 0x000f_ffff;

const names = Object.keys(bits) as (keyof typeof bits)[];

const scopeNames = listOf(oneOf(...names, "all"));
const scopeMask = integer(1, everything);

/** A list of names, or the mask itself. */
export const scanScope: ValueType<number | readonly ScanScopeName[]> = valueType<number | readonly ScanScopeName[]>(
  (value) => {
    if (Array.isArray(value)) return scopeNames(value);
    const fault = explain(scopeMask(value));
    return fault === undefined ? undefined : `${fault}; or a list such as ["vulnerabilities"], or ["all"]`;
  },
  {
    normalize: (scope) => (typeof scope === "object" && scope.includes("all") ? ["all"] : scope),
    toWire: toMask,
    fromWire: readScope,
  },
);

/** The mask that the API takes. */
export function toMask(scope: number | readonly ScanScopeName[]): number {
  if (typeof scope === "number") return scope;
  if (scope.includes("all")) return everything;
  return scope.reduce((mask, name) => mask | bits[name as keyof typeof bits], 0);
}

/** Whether a mask covers all of a kind of risk; undefined without a mask. */
export function covers(mask: number | undefined, kind: keyof typeof bits): boolean {
  return mask !== undefined && (mask & bits[kind]) === bits[kind];
}

/** Whether two masks mean the same: only some bits have a meaning. */
export function sameScope(a: number, b: number): boolean {
  return (a & meaningful) === (b & meaningful);
}

/** The names of the kinds in a mask, or the mask itself if it covers only a part of a kind. */
export function readScope(mask: number): number | ScanScopeName[] {
  if (sameScope(mask, everything)) return ["all"];
  const covered = names.filter((name) => (mask & bits[name]) === bits[name]);
  return sameScope(mask, toMask(covered)) ? covered : mask;
}
