import * as pulumi from "@pulumi/pulumi";

/** The same fields. Each can also be an output of another resource. */
export type InputsOf<T> = { readonly [Name in keyof T]: pulumi.Input<InputValue<T[Name]>> };

type InputValue<T> = T extends readonly (infer Item)[]
  ? readonly pulumi.Input<InputValue<Item>>[]
  : T extends object
    ? InputsOf<T>
    : T;

/** Whether a value holds no output of another resource, so that the program knows it now. */
export function isPlain(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  return typeof value !== "object" || value === null || Object.values(value).every(isPlain);
}
