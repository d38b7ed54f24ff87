import type * as pulumi from "@pulumi/pulumi";

/** The same fields, each of which may also be an output of another resource. */
export type InputsOf<T> = { readonly [Name in keyof T]: pulumi.Input<InputValue<T[Name]>> };

type InputValue<T> = T extends readonly (infer Item)[]
  ? readonly pulumi.Input<InputValue<Item>>[]
  : T extends object
    ? InputsOf<T>
    : T;
