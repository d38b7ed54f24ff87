import { sameValue } from "./canonical.js";
import type { CrossFieldRule } from "./fields.js";
import { known } from "./inputs.js";
import type { ValueType } from "./rules.js";

type Item = Readonly<Record<string, unknown>>;

/**
 * The rule that a list names nothing twice in different words, such as an image once with its digest and once
 * without: the cloud takes both for one, and what it finds would count twice. Two items are the same if they share
 * one of the keys and contradict each other nowhere. What is written twice in the same words is no mistake.
 */
export function namedOnce(
  property: string,
  items: readonly (object | string)[] = [],
  ...keys: readonly string[]
): CrossFieldRule {
  // Only a lookup shows what a text names.
  const isText = (item: unknown) => typeof item === "string";
  const isSame = (one: unknown, other: unknown) =>
    !isText(one) && !isText(other) && isSameInOtherWords(one as Item, other as Item, keys);
  const at = items.findIndex((item, index) => items.slice(0, index).some((earlier) => isSame(earlier, item)));
  const first = items.findIndex((item) => at >= 0 && isSame(item, items[at]));
  return [at >= 0, property, `[${at}] and [${first}] name the same in two ways; leave one of them out`];
}

function isSameInOtherWords(one: Item, other: Item, keys: readonly string[]): boolean {
  const both = known(one).filter(([name]) => other[name] !== undefined && other[name] !== null);
  if (sameValue(one, other) || !both.some(([name]) => keys.includes(name))) return false;
  return both.every(([name, value]) => sameValue(value, other[name]));
}

/** An item that stands in both lists, such as an image that is asked for and left out. */
export function inBoth<Item>(
  { normalize = (item) => item }: ValueType<Item>,
  one: readonly Item[] = [],
  other: readonly Item[] = [],
): Item | undefined {
  const others = other.map((item) => normalize(item));
  return one.find((item) => others.includes(normalize(item)));
}
