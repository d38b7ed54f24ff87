import { ApiError } from "./api-error.js";
import { integerOf } from "./json.js";

// The parameters of an action, as its page documents them: names, types, and what is required.

type Type = "string" | "boolean" | "integer" | { readonly list: Type } | { readonly object: Fields };

export interface Field {
  readonly type: Type;
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export type Fields = Readonly<Record<string, Field>>;
export type Params = Readonly<Record<string, unknown>>;

export const string: Field = { type: "string" };
export const boolean: Field = { type: "boolean" };
/** An identity, of up to 64 bits. */
export const integer: Field = { type: "integer" };
/** A number that is counted with. */
export const count: Field = { type: "integer", min: -(2 ** 31), max: 2 ** 31 - 1 };
export const strings: Field = { type: { list: "string" } };
export const integers: Field = { type: { list: "integer" } };
export const assetFilters: Field = {
  type: {
    list: {
      object: {
        Name: { type: "string", required: true },
        Values: { type: { list: "string" }, required: true },
        ExactMatch: boolean,
      },
    },
  },
};

export function required(field: Field): Field {
  return { ...field, required: true };
}

export function between(min: number, max: number): Field {
  return { type: "integer", min, max };
}

/** Refuses what the page does not document; members that are null count as absent. */
export function checkedParams(params: Params, fields: Fields, path = ""): Params {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined)
      throw new ApiError("UnknownParameter", `The parameter \`${path}${name}\` is not recognized.`);
    if (value !== null && value !== undefined) checked[name] = checkedValue(value, field, `${path}${name}`);
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.required === true && checked[name] === undefined) {
      throw new ApiError("MissingParameter", `The request is missing the required parameter \`${path}${name}\`.`);
    }
  }
  return checked;
}

function checkedValue(value: unknown, field: Field, path: string): unknown {
  const { type } = field;
  if (typeof type === "string") return checkedScalar(value, field, type, path);
  if ("list" in type) {
    if (!Array.isArray(value)) throw wrongType(path, "list");
    return value.map((item, index) => checkedValue(item, { type: type.list }, `${path}.${index}`));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(path, "object");
  return checkedParams(value as Params, type.object, `${path}.`);
}

function checkedScalar(
  value: unknown,
  { min = -Infinity, max = Infinity }: Field,
  type: string,
  path: string,
): unknown {
  if (type !== "integer") {
    if (typeof value !== type) throw wrongType(path, type);
    return value;
  }
  if (!Number.isInteger(value) && typeof value !== "bigint") throw wrongType(path, type);
  if ((value as number) < min || (value as number) > max) {
    throw new ApiError("InvalidParameter", `The value of parameter \`${path}\` is not between ${min} and ${max}.`);
  }
  return value;
}

function wrongType(path: string, type: string): ApiError {
  return new ApiError("InvalidParameter.ParsingError", `The parameter \`${path}\` is not of type ${type}.`);
}

/** Typed parameters from the flat form of query strings: `Images.0=a&Filters.0.Name=b`. */
export function unflattened(pairs: Iterable<readonly [string, string]>, fields: Fields): Params {
  const tree: Record<string, unknown> = Object.create(null);
  for (const [name, text] of pairs) {
    const path = name.split(".");
    let node = tree;
    for (const step of path.slice(0, -1)) {
      node[step] ??= Object.create(null);
      node = node[step] as Record<string, unknown>;
      if (typeof node !== "object") throw wrongType(name, "object");
    }
    node[path.at(-1) as string] = text;
  }
  return typedObject(tree, fields);
}

function typedObject(tree: Record<string, unknown>, fields: Fields): Params {
  const entries = Object.entries(tree).map(([name, value]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return [name, field === undefined ? value : typedValue(value, field.type)] as const;
  });
  return Object.fromEntries(entries);
}

/** Text that is not of the type stays as it is, for the check to refuse. */
function typedValue(value: unknown, type: Type): unknown {
  if (type === "boolean") return value === "true" ? true : value === "false" ? false : value;
  if (type === "integer") return typeof value === "string" && /^-?\d+$/.test(value) ? integerOf(value) : value;
  if (typeof type === "string" || typeof value !== "object" || value === null) return value;
  if ("object" in type) return typedObject(value as Record<string, unknown>, type.object);
  const items = Object.entries(value).sort(([a], [b]) => Number(a) - Number(b));
  return items.map(([, item]) => typedValue(item, type.list));
}
