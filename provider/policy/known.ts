/** Replaces a value that is not known before the update. */
export const notYet = Symbol("not known yet");

export type Known = string | number | boolean | null | undefined | symbol | readonly Known[] | KnownObject;

export interface KnownObject {
  readonly [name: string]: Known;
}

/**
 * A copy of a policy's inputs in which unknown values are `notYet`: the policy SDK throws when a rule reads an
 * unknown value, and the rule could not check the rest.
 */
export function copyKnown(props: object): KnownObject {
  return copyValue(props) as KnownObject;
}

function copyValue(value: unknown): Known {
  if (typeof value !== "object" || value === null) return value as Known;
  const member = (name: string | number) => {
    try {
      return copyValue((value as Record<string | number, unknown>)[name]);
    } catch {
      return notYet;
    }
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, at) => member(at));
  return Object.fromEntries(Object.keys(value).map((name) => [name, member(name)]));
}

/** The SDK's key for the object behind its guard against unknown values. */
const guarded = "__getSpecialProxyTarget";

/** The original properties, with the engine's own marks for unknown values. A policy may return them, but not read them. */
export function unwrapProps(props: Record<string, unknown>): Record<string, unknown> {
  return (props[guarded] as Record<string, unknown> | undefined) ?? props;
}

export function asText(value: Known): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The items of a list; none if it is absent or not known yet. */
export function asList(value: Known): readonly Known[] {
  return Array.isArray(value) ? value : [];
}

export function asObject(value: Known): KnownObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as KnownObject) : {};
}

/** The texts among values. Values that are not known yet are left out. */
export function listTexts(values: readonly Known[]): readonly string[] {
  return values.filter((value) => typeof value === "string") as string[];
}

export function isPending(value: Known): boolean {
  if (value === notYet) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value as object).some((one) => isPending(one as Known));
}
