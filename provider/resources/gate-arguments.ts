import * as pulumi from "@pulumi/pulumi";
import { parseDuration } from "../model/gate-export.js";

// What gates and passes check of their arguments in the program.

/** A JavaScript program can misspell an option, which would then have no effect. */
export function refuseUnknown(what: string, options: object, known: readonly string[]): void {
  const name = Object.keys(options).find((one) => !known.includes(one));
  if (name !== undefined) throw new pulumi.RunError(`${what}: ${name} is no option; there are ${known.join(", ")}`);
}

/** Refuses an option that the program names, but whose value is undefined. */
export function refuseUndefined<O extends object>(
  what: string,
  options: O,
  ...names: readonly (keyof O & string)[]
): void {
  const name = names.find((one) => Object.hasOwn(options, one) && options[one] === undefined);
  if (name !== undefined) throw new pulumi.RunError(`${what}: ${name} is undefined; is a variable not set?`);
}

/** The value of an option. Null if it is given but becomes undefined; undefined if it is not given. */
export function asked<T>(value: pulumi.Input<T> | undefined): pulumi.Output<T | null> | undefined {
  if (value === undefined) return undefined;
  return pulumi.output(value).apply((known) => (known as T | undefined) ?? null) as pulumi.Output<T | null>;
}

export function parseMaxAge(what: string, text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new pulumi.RunError(`${what} is "${text}", not a time such as 24h, 30m or 7d`);
  return seconds;
}
