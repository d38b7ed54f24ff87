import { findingNames } from "../model/findings.js";
import { listOmissions, nameImage, type Report, worstImages, worstVulnerabilities } from "./report.js";
import { columns, describePackage, describeResult, showCount, summarize } from "./words.js";

/** A comment on a pull request of GitHub may have 65,536 characters. */
const maxLength = 65_000;
/** The most rows of each table that fit. */
const rowLimits = [50, 20, 8, 3];
const maxText = 200;
const marks = { pass: "✅", fail: "❌", error: "⚠️" } as const;

export function renderMarkdown(report: Report): string {
  const texts = rowLimits.map((rows) => render(report, rows));
  return texts.find(({ length }) => length <= maxLength) ?? (texts.at(-1) as string);
}

function render(report: Report, rows: number): string {
  const { title, at, scans, gates } = report;
  const gateLines = gates.map(({ name, verdict, reason }) => `**Gate ${cell(name)}: ${verdict}** ${cell(reason)}`);
  return [
    `## ${cell(title)}`,
    "",
    `${cell(summarize(report), 4 * maxText)}.`,
    "",
    ...cut(gateLines, rows).flatMap((line) => [line, ""]),
    ...table(
      ["Scan", "Task", "Status", "Result", "Why"],
      scans.map((scan) => [
        scan.name,
        scan.ids.join(", "),
        scan.status ?? "not ended",
        `${marks[scan.outcome]} ${describeResult(scan)}`,
        scan.reason ?? "",
      ]),
      rows,
    ),
    ...table(
      ["Vulnerability", "Severity", "Scan", "Images", "Package", "Fixed in"],
      worstVulnerabilities(scans).map(({ scan, vulnerability }) => [
        vulnerability.id ?? "–",
        vulnerability.severity ?? "–",
        scan.name,
        showCount(vulnerability.images),
        describePackage(vulnerability) || "–",
        vulnerability.fixedVersion ?? "–",
      ]),
      rows,
    ),
    ...table(
      ["Image", "Scan", ...findingNames.map((name) => columns[name])],
      worstImages(report).map(({ scan, image }) => [
        nameImage(image),
        scan.name,
        ...findingNames.map((name) => showCount(image[name])),
      ]),
      rows,
    ),
    ...cut(
      listOmissions(report).map((one) => `- ${cell(one)}`),
      rows,
    ),
    "",
    `<sub>${new Date(at).toISOString()} · a dash means that something is not known</sub>`,
    "",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[], most: number): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((one) => cell(one)).join(" | ")} |`;
  const more = rows.length > most ? [`… and ${rows.length - most} more`, ""] : [];
  return [line(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.slice(0, most).map(line), "", ...more];
}

function cut(lines: readonly string[], most: number): readonly string[] {
  return lines.length > most ? [...lines.slice(0, most), `… and ${lines.length - most} more`] : lines;
}

/** Escapes foreign text: it must not make a link, a mention, HTML or the end of the cell. */
function cell(text: string, most = maxText): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  return short
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]<>|#~&]/g, (one) => `&#${one.charCodeAt(0)};`)
    .replace(/@|(?<=https?):/g, (one) => `${one}&#8203;`);
}
