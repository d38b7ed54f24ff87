import { ApiError } from "../server/api-error.js";
import { between, boolean, count, type Params, type Rules, required, string, strings } from "../server/parameters.js";

// How the lists of TCSS are filtered, sorted and cut into pages.

export const page: Rules = { Limit: between(1, 100), Offset: count };
export const order: Rules = { By: string, Order: string };
export const filters: Rules = {
  Filters: {
    type: "list",
    of: { type: "object", fields: { Name: required(string), Values: required(strings), ExactMatch: boolean } },
  },
};

export interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
  readonly ExactMatch?: boolean;
}

/** Whether a row fits one value of a filter. */
export type Match<Row> = (row: Row, value: string, isExact: boolean) => boolean;

export function isLike(text: string, value: string, isExact: boolean): boolean {
  return isExact ? text === value : text.includes(value);
}

/** The rows that fit one value of each filter. */
export function filterRows<Row>(
  rows: readonly Row[],
  asked: readonly Filter[] | undefined,
  matches: Readonly<Record<string, Match<Row>>>,
): Row[] {
  let left = [...rows];
  for (const { Name, Values, ExactMatch = false } of asked ?? []) {
    const match = Object.hasOwn(matches, Name) ? matches[Name] : undefined;
    if (match === undefined) throw new ApiError("InvalidParameter", `The filter \`${Name}\` is not supported.`);
    left = left.filter((row) => Values.some((value) => match(row, value, ExactMatch)));
  }
  return left;
}

/** The rows in the order that is asked for, by one of these keys. */
export function sortRows<Row>(
  rows: readonly Row[],
  { By, Order = "asc" }: { readonly By?: string; readonly Order?: string },
  keys: Readonly<Record<string, (row: Row) => number>>,
): Row[] {
  const key = By !== undefined && Object.hasOwn(keys, By) ? keys[By] : undefined;
  if (By !== undefined && key === undefined)
    throw new ApiError("InvalidParameter", `The rows cannot be sorted by \`${By}\`.`);
  const isDescending = ["desc", "-"].includes(Order.toLowerCase());
  if (!isDescending && !["asc", "+"].includes(Order.toLowerCase()))
    throw new ApiError("InvalidParameter", "The value of parameter `Order` is neither asc nor desc.");
  const sorted = key === undefined ? [...rows] : rows.toSorted((a, b) => key(a) - key(b));
  return isDescending ? sorted.reverse() : sorted;
}

/** One page of the rows, each as it is shown. */
export function showPage<Row>(rows: readonly Row[], params: Params, show: (row: Row) => object): object {
  const { Limit = 10, Offset = 0 } = params as { Limit?: number; Offset?: number };
  return { TotalCount: rows.length, List: rows.slice(Offset, Offset + Limit).map(show) };
}
