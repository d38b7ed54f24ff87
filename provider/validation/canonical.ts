import { sha256Hex } from "../transport/digest.js";
import { writeJson } from "../transport/json.js";

/**
 * The same inputs in one form: lists that the APIs take as sets are sorted and free of duplicates,
 * so that another order is no change; what is absent is left out.
 */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = new Map(value.map((item) => [writeJson(canonical(item)), canonical(item)]));
    return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
    return Object.fromEntries(
      entries.map(([name, member]) => [name, canonical(member)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }
  return value;
}

export function sameValue(a: unknown, b: unknown): boolean {
  return writeJson(canonical(a)) === writeJson(canonical(b));
}

export function hashValue(inputs: unknown): string {
  return sha256Hex(writeJson(canonical(inputs)));
}
