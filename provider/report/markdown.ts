import { findingNames } from "../model/findings.js";
import { nameOf, type Report, worstImages } from "./report.js";
import { columns, resultOf, shown, summaryOf } from "./words.js";

// For a comment on a pull request, which may have 65,536 characters.

const maxRows = 50;
const maxText = 200;
const marks = { pass: "✅", fail: "❌", error: "⚠️" } as const;

export function markdownOf(report: Report): string {
  const { title, at, scans, gates } = report;
  const worst = worstImages(report);
  return [
    `## ${cell(title)}`,
    "",
    `${cell(summaryOf(report))}.`,
    "",
    ...gates.flatMap(({ name, verdict, reason }) => [`**Gate ${cell(name)}: ${verdict}** ${cell(reason)}`, ""]),
    ...table(
      ["Scan", "Task", "Status", "Result", "Why"],
      scans.map((scan) => [
        scan.name,
        scan.ids.join(", "),
        scan.status ?? "not ended",
        `${marks[scan.outcome]} ${resultOf(scan)}`,
        scan.reason ?? "",
      ]),
    ),
    ...table(
      ["Image", "Scan", ...findingNames.map((name) => columns[name])],
      worst.map(({ scan, image }) => [nameOf(image), scan.name, ...findingNames.map((name) => shown(image[name]))]),
    ),
    `<sub>${new Date(at).toISOString()} · a dash is a number that is not known</sub>`,
    "",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  const more = rows.length > maxRows ? [`… and ${rows.length - maxRows} more`, ""] : [];
  return [line(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.slice(0, maxRows).map(line), "", ...more];
}

/** Text from elsewhere, as text: no link, no mention, no HTML, no end of the cell. */
function cell(text: string): string {
  const short = text.length > maxText ? `${text.slice(0, maxText)}…` : text;
  return short
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#~&]/g, (one) => `&#${one.charCodeAt(0)};`)
    .replace(/@|(?<=https?):/g, (one) => `${one}&#8203;`);
}
