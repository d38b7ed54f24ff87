import type { Result } from "./benchmark.js";
import { shown } from "./measure.js";

const heads = ["name", "ours", "reference", "ratio", "unit", "goal", ""];

/** The results for a reader, one line each. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map(({ name, what, ours, reference, ratio, unit, goal, reached }) => [
    what === undefined ? name : `${name}: ${what}`,
    ...[ours, reference, ratio].map(shown),
    unit,
    goal,
    goal === "" || reached ? "" : "MISSED",
  ]);
  const widths = heads.map((_, at) => Math.max(...[heads, ...rows].map((row) => (row[at] ?? "").length)));
  const isNumber = (at: number) => at >= 1 && at <= 3;
  return [heads, ...rows]
    .map((row) =>
      row.map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}
