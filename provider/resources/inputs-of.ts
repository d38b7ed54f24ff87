import * as pulumi from "@pulumi/pulumi";

/** The same fields, each of which may also be an output of another resource. */
export type InputsOf<T> = { readonly [Name in keyof T]: pulumi.Input<InputValue<T[Name]>> };

type InputValue<T> = T extends readonly (infer Item)[]
  ? readonly pulumi.Input<InputValue<Item>>[]
  : T extends object
    ? InputsOf<T>
    : T;

/** Whether a value is known as it stands in the program, with no output of another resource in it. */
export function isPlain(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  return typeof value !== "object" || value === null || Object.values(value).every(isPlain);
}
