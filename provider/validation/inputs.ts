import { sanitizeText } from "../transport/sanitize-text.js";
import { meant } from "./nearest.js";
import type { Check } from "./rules.js";
import { isUnknown } from "./unknown.js";

/** One bad property and why, as Pulumi shows it. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}
export type Inputs = Readonly<Record<string, unknown>>;

/** What may be in the inputs of a kind. */
export interface InputRules {
  /** Every property that exists, with its check. */
  readonly properties: Readonly<Record<string, Check>>;
  readonly required: readonly string[];
  /** What is wrong with properties taken together; sees only inputs that are all known. */
  readonly together: (inputs: Inputs) => readonly Failure[];
}

/** Those of the inputs that are properties of the kind, without those that all kinds share. */
export function propertiesOf<Properties>(rules: InputRules, inputs: object): Properties {
  const entries = Object.entries(inputs).filter(([name]) => Object.hasOwn(rules.properties, name));
  return Object.fromEntries(entries) as Properties;
}
/** Everything that is wrong with the inputs; values not known yet pass. */
export function failuresOf(inputs: Inputs, rules: InputRules): Failure[] {
  const given = Object.entries(inputs).filter(
    ([name, value]) => value !== undefined && value !== null && !name.startsWith("__"),
  );
  const failures = wrongIn(given, rules);
  const names = new Set(given.map(([name]) => name));
  for (const property of rules.required) {
    if (!names.has(property)) failures.push({ property, reason: "is required" });
  }
  if (failures.length === 0 && !given.some(([, value]) => isUnknown(value))) {
    failures.push(...rules.together(Object.fromEntries(given)));
  }
  // A value, and even a name, is repeated in its reason, and may be anything.
  return failures.map(({ property, reason }) => ({
    property: sanitizeText(property, 100),
    reason: sanitizeText(reason, 500),
  }));
}

function wrongIn(given: readonly (readonly [string, unknown])[], rules: InputRules): Failure[] {
  const failures: Failure[] = [];
  for (const [property, value] of given) {
    const check = Object.hasOwn(rules.properties, property) ? rules.properties[property] : undefined;
    if (check === undefined)
      failures.push({
        property,
        reason: `is not a property of this resource${meant(property, Object.keys(rules.properties))}`,
      });
    else if (!isUnknown(value)) add(failures, property, check(value));
  }
  return failures;
}

function add(failures: Failure[], property: string, reason: string | undefined): void {
  if (reason !== undefined) failures.push({ property, reason });
}
