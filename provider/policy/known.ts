/** What stands for a value that is not known before the update. */
export const notYet = Symbol("not known yet");

export type Known = string | number | boolean | null | undefined | symbol | readonly Known[] | KnownObject;

export interface KnownObject {
  readonly [name: string]: Known;
}

/**
 * A copy of what a policy is shown, in which what is not known yet is `notYet`: the policy SDK throws where such a
 * value is looked at, which would end a rule that has other things to look at.
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

/** The SDK's name for what its guard against unknown values guards. */
const guarded = "__getSpecialProxyTarget";

/** The properties as they came, with the engine's own marks for what is not known yet: to be given back, not looked at. */
export function unwrapProps(props: Record<string, unknown>): Record<string, unknown> {
  return (props[guarded] as Record<string, unknown> | undefined) ?? props;
}

export function asText(value: Known): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The items of a list; none of what is absent or not known yet. */
export function asList(value: Known): readonly Known[] {
  return Array.isArray(value) ? value : [];
}

export function asObject(value: Known): KnownObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as KnownObject) : {};
}

/** The texts among values, of which some may not be known yet. */
export function listTexts(values: readonly Known[]): readonly string[] {
  return values.filter((value) => typeof value === "string") as string[];
}

/** Whether a part of it is not known yet. */
export function isPending(value: Known): boolean {
  if (value === notYet) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value as object).some((one) => isPending(one as Known));
}
