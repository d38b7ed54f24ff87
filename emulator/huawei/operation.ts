import type { Rules } from "../server/parameters.js";
import type { Presets } from "../server/presets.js";
import type { HssWorld } from "./world.js";

// Common parts of the operations of HSS.

export type Values = Readonly<Record<string, unknown>>;

export interface Call {
  readonly world: HssWorld;
  readonly presets: Presets;
  readonly now: number;
  readonly path: readonly string[];
  readonly query: Values;
  readonly body: Values;
}

export interface Operation {
  readonly method: "GET" | "POST" | "PUT";
  /** After `/v5/{project_id}`; `*` is a variable part. */
  readonly path: string;
  readonly query: Rules;
  readonly body?: Rules;
  /** The answer; undefined for an answer without a body. */
  run(call: Call): object | undefined;
}

/** The default is the enterprise project 0, not all projects. */
export function readEnterprise(query: Values): string {
  return (query["enterprise_project_id"] as string | undefined) ?? "0";
}

export function isVisible({ enterprise: own }: { readonly enterprise: string }, query: Values): boolean {
  const asked = readEnterprise(query);
  return asked === "all_granted_eps" || own === asked;
}

/** One page of the rows. */
export function showPage(rows: readonly object[], query: Values): object {
  const { offset = 0, limit = 10 } = query as { offset?: number; limit?: number };
  return { total_num: rows.length, data_list: rows.slice(offset, offset + limit) };
}
