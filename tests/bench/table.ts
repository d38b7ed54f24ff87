import type { Result } from "./benchmark.js";
import { shown } from "./measure.js";

const heads = ["name", "ours", "reference", "ratio", "spread", "unit", "goal", ""];
const numbers: readonly string[] = ["ours", "reference", "ratio", "spread"];

function cellsOf({ name, what, ours, reference, ratio, spread, unit, goal, reached }: Result): string[] {
  return [
    what === undefined ? name : `${name}: ${what}`,
    ...[ours, reference, ratio].map(shown),
    spread === undefined ? "" : spread.map(shown).join("–"),
    unit,
    goal,
    goal === "" || reached ? "" : "MISSED",
  ];
}

/** The results for a reader, one line each. */
export function tableOf(results: readonly Result[]): string {
  const rows = [heads, ...results.map(cellsOf)];
  const widths = heads.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => padded(cell, at, widths))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function padded(cell: string, at: number, widths: readonly number[]): string {
  const width = widths[at] ?? 0;
  return numbers.includes(heads[at] ?? "") ? cell.padStart(width) : cell.padEnd(width);
}

/** The same in Markdown, for docs/performance.md. */
export function markdownOf(results: readonly Result[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const names = [...heads.slice(0, -1), "reached"];
  const cells = results.map((result) => {
    const goal = result.goal === "" ? "" : result.reached ? "yes" : "no";
    return [...cellsOf(result).slice(0, -1), goal];
  });
  return [names, names.map(() => "---"), ...cells].map(row).join("\n");
}
