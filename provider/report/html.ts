import { type FindingName, findingNames, severities } from "../model/findings.js";
import {
  listOmissions,
  nameImage,
  type Report,
  type ReportedImage,
  type ReportedScan,
  worstImages,
  worstVulnerabilities,
} from "./report.js";
import { columns, describePackage, describeResult, escapeXml, showCount, summarize } from "./words.js";

// The page must work alone: no script, nothing from the network.

const maxVulnerabilities = 200;

const style = `
:root { color-scheme: light dark; --ground: light-dark(#fff, #14181f); --text: light-dark(#171b22, #e8ecf3);
  --line: light-dark(#d5d9e0, #3a4150); --quiet: light-dark(#505a6b, #aab4c5); --pass: light-dark(#11692f, #6fdc93);
  --fail: light-dark(#a8141f, #ff9a9f); --error: light-dark(#7a4b00, #f2c063);
  background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem 1.25rem 3rem; }
h1 { margin: 0; } h2 { margin: 2rem 0 .25rem; font-size: 1.15rem; }
p, caption, small, th, td::before { color: var(--quiet); } p, caption { margin: 0 0 .5rem; text-align: left; }
table { border-collapse: collapse; width: 100%; } small { display: block; font-size: .83em; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem 1rem .4rem 0; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th { font-size: .87em; } th, .whole, .pass, .fail, .error { white-space: nowrap; }
.id { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere; } small .id { word-break: break-all; }
.pass { color: var(--pass); } .fail { color: var(--fail); } .error { color: var(--error); }
td > b { overflow-wrap: anywhere; } td > b, .pass, .fail, .error { font-weight: 600; }
figure { margin: .75rem 0; } figcaption { margin-bottom: .2rem; }
svg { display: block; width: 100%; height: 1.4rem; }
.critical { fill: #8e0f1a; background: #8e0f1a; } .high { fill: #d9480f; background: #d9480f; }
.medium { fill: #e0a100; background: #e0a100; } .low { fill: #4c78c9; background: #4c78c9; }
.viruses { fill: #6b2fa8; background: #6b2fa8; } .sensitiveData { fill: #1a8a86; background: #1a8a86; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
i { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -1px; }
/* On a narrow page each row is a card, and each cell tells its column. */
@media (max-width: 58rem) {
  table, caption, tbody, tr { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  td { border: 0; display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0 .75rem; padding: .1rem 0; }
  td > * { grid-column: 2; } td:empty { display: none; }
  td::before { content: attr(data-column); grid-column: 1; font-size: .87em; line-height: 1.75; }
  td:first-child { display: block; } td:first-child::before { content: none; }
  .numbers tr { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); }
  .numbers td { grid-column: 1 / -1; } .numbers td:nth-child(n + 3) { display: block; grid-column: span 2; }
  .numbers td:nth-child(n + 3)::before { margin-right: .5rem; }
}
`;

export function renderHtml(report: Report): string {
  const { title, at, scans, gates } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml(summarize(report))}</p>
<p>Written on ${renderTime(new Date(at).toISOString())}</p>
</header>
<main>
${gates.length === 0 ? "" : gateSection(gates)}
${scans.length === 0 ? "" : `${scanSection(scans)}${chartSection(scans)}`}
${vulnerabilitySection(scans)}
${imageSection(report)}
${omissionSection(report)}
</main>
</body>
</html>
`;
}

function section(id: string, heading: string, content: string): string {
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${heading}</h2>\n${content}\n</section>\n`;
}

/** A time in two pieces that do not break; any other text as it is. */
function renderTime(time: string | undefined): string {
  if (time === undefined) return "";
  const [, day, hour] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(time) ?? [];
  if (day === undefined) return escapeXml(time);
  return `<time datetime="${time}"><span class="whole">${day}</span> <span class="whole">${hour} UTC</span></time>`;
}

interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** Cells are HTML already. */
  readonly rows: readonly (readonly string[])[];
  /** Whether all columns after the second one are numbers. */
  readonly hasNumbers?: boolean;
}

function renderTable({ caption, head, rows, hasNumbers = false }: Table): string {
  const headers = head.map((one) => `<th scope="col">${one}</th>`).join("");
  const cells = (row: readonly string[]) => row.map((one, at) => `<td data-column="${head[at]}">${one}</td>`).join("");
  const lines = rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n");
  return `<table${hasNumbers ? ' class="numbers"' : ""}>\n<caption>${caption}</caption>\n<thead><tr>${headers}</tr></thead>\n<tbody>\n${lines}\n</tbody>\n</table>`;
}

/** The first cell of a row: a name, and smaller texts below it. */
function renderTitle(name: string, ...below: readonly string[]): string {
  return `<b>${escapeXml(name)}</b>${below.join("")}`;
}

function gateSection(gates: Report["gates"]): string {
  const classes: Readonly<Record<string, string>> = { PASS: "pass", FAIL: "fail" };
  const rows = gates.map(({ name, verdict, reason, finishedAt, expiresAt }) => [
    renderTitle(name),
    `<span class="${classes[verdict] ?? "error"}">${escapeXml(verdict)}</span>`,
    escapeXml(reason),
    renderTime(finishedAt),
    renderTime(expiresAt),
  ]);
  return section(
    "gates",
    "Gates",
    renderTable({
      caption: "The verdicts that deployments check.",
      head: ["Gate", "Verdict", "Why", "Finished", "Expires"],
      rows,
    }),
  );
}

function scanSection(scans: readonly ReportedScan[]): string {
  const rows = scans.map((scan) => [
    renderTitle(scan.name, ...(scan.kind === undefined ? [] : [`<small>${escapeXml(scan.kind)}</small>`])),
    scan.ids.map((id) => `<div class="id">${escapeXml(id)}</div>`).join(""),
    escapeXml(scan.status ?? "not ended"),
    `<span class="${scan.outcome}">${escapeXml(describeResult(scan))}</span>`,
    escapeXml(scan.reason ?? ""),
    renderTime(scan.finishedAt),
  ]);
  return section(
    "scans",
    "Scans",
    renderTable({
      caption: "The end and the result of each scan.",
      head: ["Scan", "Task", "Status", "Result", "Why", "Finished"],
      rows,
    }),
  );
}

function chartSection(scans: readonly ReportedScan[]): string {
  const totals = scans.map(({ findings }) => findingNames.reduce((sum, name) => sum + (findings?.[name] ?? 0), 0));
  const most = Math.max(1, ...totals);
  const legend = findingNames.map((name) => `<li><i class="${name}"></i>${columns[name]}</li>`).join("");
  const charts = scans.map((scan) => renderChart(scan, most)).join("\n");
  return section("charts", "Findings of each scan", `<ul class="legend" aria-hidden="true">${legend}</ul>\n${charts}`);
}

/** The bar of one scan. Its length is relative to the scan with the most findings. */
function renderChart({ name, findings }: ReportedScan, most: number): string {
  const told = findingNames.filter((one) => findings?.[one] !== undefined);
  const numbers = told.map((one) => `${columns[one].toLowerCase()} ${findings?.[one]}`).join(", ");
  const label = told.length === 0 ? "not known" : numbers;
  let at = 0;
  const parts = told.map((one: FindingName) => {
    const width = (100 * (findings?.[one] ?? 0)) / most;
    const part =
      width === 0 ? "" : `<rect class="${one}" x="${at.toFixed(2)}%" width="${width.toFixed(2)}%" height="100%"/>`;
    at += width;
    return part;
  });
  const caption = `<figcaption>${escapeXml(name)}: ${escapeXml(label)}</figcaption>`;
  const bar = `<svg role="img" aria-label="${escapeXml(`${name}: ${label}`)}">${parts.join("")}</svg>`;
  return `<figure>${caption}${at === 0 ? "" : bar}</figure>`;
}

function vulnerabilitySection(scans: readonly ReportedScan[]): string {
  const all = worstVulnerabilities(scans);
  if (all.length === 0) return "";
  const rows = all
    .slice(0, maxVulnerabilities)
    .map(({ scan, vulnerability }) => [
      `<b class="whole">${escapeXml(vulnerability.id ?? "–")}</b>`,
      renderSeverity(vulnerability.severity),
      escapeXml(scan.name),
      showCount(vulnerability.images),
      escapeXml(describePackage(vulnerability) || "–"),
      escapeXml(vulnerability.fixedVersion ?? "–"),
    ]);
  const head = ["Vulnerability", "Severity", "Scan", "Images", "Package", "Fixed in"];
  const more = all.length > rows.length ? ` ${all.length - rows.length} more are not shown.` : "";
  const caption = `The worst first.${more} A dash means that the cloud does not show the value.`;
  return section("vulnerabilities", "Vulnerabilities", renderTable({ caption, head, rows }));
}

/** With the color that the severity has in the bars. */
function renderSeverity(severity = "–"): string {
  const isKnown = severities.some((one) => one === severity);
  return `<span>${isKnown ? `<i class="${severity}"></i>` : ""}${escapeXml(severity)}</span>`;
}

function omissionSection(report: Report): string {
  const items = listOmissions(report).map((one) => `<li>${escapeXml(one)}</li>`);
  return items.length === 0 ? "" : section("omissions", "Not in this report", `<ul>${items.join("")}</ul>`);
}

function imageSection(report: Report): string {
  const rows = worstImages(report).map(({ scan, image }) => [
    renderTitle(nameImage(image), ...renderIds(image)),
    escapeXml(scan.name),
    ...findingNames.map((name) => showCount(image[name])),
  ]);
  if (rows.length === 0) return "";
  const head = ["Image", "Scan", ...findingNames.map((name) => columns[name])];
  const caption = "The worst first. A dash means that the number is not known.";
  return section("images", "Images", renderTable({ caption, head, rows, hasNumbers: true }));
}

/** The id and the digest, if the title does not show them already. They are the same for a local image. */
function renderIds({ name, id, digest }: ReportedImage): string[] {
  const ids = [
    ["id", name === undefined ? undefined : id],
    ["digest", digest === id ? undefined : digest],
  ] as const;
  return ids.flatMap(([word, value]) =>
    value === undefined ? [] : [`<small>${word} <span class="id">${escapeXml(value)}</span></small>`],
  );
}
