import { sanitizeText } from "../transport/sanitize-text.js";
import { meant } from "./nearest.js";
import type { Check, Fault } from "./rules.js";
import { isUnknown, isWhollyUnknown } from "./unknown.js";

/** One bad property and why. */
export interface Failure {
  readonly property: string;
  /** Begins with the path of the part that is wrong, such as `[0].imageTag`, if it is a part. */
  readonly reason: string;
}
/** A failure as one text, which begins with the path of the field as a program writes it: `images[0].imageTag is 5, …`. */
export function formatFailure({ property, reason }: Failure): string {
  return `${property}${property === "" || /^[.[]/.test(reason) ? "" : " "}${reason}`;
}

export type Inputs = Readonly<Record<string, unknown>>;

/** What may be in the inputs of a kind. */
export interface InputRules {
  /** Every property that exists, with its check. */
  readonly properties: Readonly<Record<string, Check>>;
  readonly required: readonly string[];
  /** What is wrong with properties taken together; sees only inputs that are all known. */
  readonly crossFieldRules: (inputs: Inputs) => readonly Failure[];
  /**
   * The normal form of a request: lists sorted and without duplicates, ids and digests in one spelling, without what
   * is absent. Two requests are the same if they are sent the same; each path that compares or counts uses this form.
   */
  readonly normalize: (request: Inputs) => Inputs;
}

/** Those of the inputs that are properties of the kind, without those that all kinds share, in their normal form. */
export function selectProperties<Properties>(rules: InputRules, inputs: object): Properties {
  return rules.normalize(inputs as Inputs) as Properties;
}

/** Those members of an object that have a value. */
export function known(values: object): [string, unknown][] {
  return Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
}

/** Everything that is wrong with the inputs; values not known yet pass. */
export function findFailures(inputs: Inputs, rules: InputRules): Failure[] {
  const given = known(inputs).filter(([name]) => !name.startsWith("__"));
  const failures = given.flatMap(([property, value]) => {
    const fault = findFault(property, value, rules);
    if (fault === undefined) return [];
    return [{ property, reason: typeof fault === "string" ? fault : `${fault.path} ${fault.reason}` }];
  });
  const names = new Set(given.map(([name]) => name));
  for (const property of rules.required) {
    if (!names.has(property)) failures.push({ property, reason: "is required" });
  }
  if (failures.length === 0 && !given.some(([, value]) => isUnknown(value))) {
    failures.push(...rules.crossFieldRules(Object.fromEntries(given)));
  }
  // A value, and even a name, is repeated in its reason, and may be anything.
  return failures.map(({ property, reason }) => ({
    property: sanitizeText(property, 100),
    reason: sanitizeText(reason, 500),
  }));
}

function findFault(property: string, value: unknown, { properties }: InputRules): string | Fault | undefined {
  const check = Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (check === undefined) return `is not a property of this resource${meant(property, Object.keys(properties))}`;
  return isWhollyUnknown(value) ? undefined : check(value);
}
