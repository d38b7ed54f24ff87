import { type Integer, toInteger } from "../../transport/json.js";

type Present<T> = { [Name in keyof T as undefined extends T[Name] ? never : Name]: Mutable<T[Name]> } & {
  [Name in keyof T as undefined extends T[Name] ? Name : never]?: Mutable<Exclude<T[Name], undefined>>;
};
type Mutable<T> = T extends readonly (infer Item)[] ? Item[] : T;

/** The fields that have a value; the APIs tell an empty list from one that is not there. */
export function absentLeftOut<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Identities as the numbers that go on the wire. */
export function idsOf(ids: readonly string[] | undefined): Integer[] | undefined {
  return ids?.map(toInteger);
}
