import { type FindingName, findingNames } from "../model/findings.js";
import {
  listOmissions,
  nameImage,
  type Report,
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
p, caption { color: var(--quiet); margin: 0 0 .5rem; text-align: left; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th, .whole { white-space: nowrap; }
.pass { color: var(--pass); } .fail { color: var(--fail); } .error { color: var(--error); }
.pass, .fail, .error { font-weight: 600; }
figure { margin: .75rem 0; } figcaption { margin-bottom: .2rem; }
svg { display: block; width: 100%; height: 1.4rem; }
.critical { fill: #8e0f1a; background: #8e0f1a; } .high { fill: #d9480f; background: #d9480f; }
.medium { fill: #e0a100; background: #e0a100; } .low { fill: #4c78c9; background: #4c78c9; }
.viruses { fill: #6b2fa8; background: #6b2fa8; } .sensitiveData { fill: #1a8a86; background: #1a8a86; }
.none { fill: var(--line); }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
li i { display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -1px; }
`;

export function renderHtml(report: Report): string {
  const { title, at, scans, gates } = report;
  const time = new Date(at).toISOString();
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
<p>${escapeXml(summarize(report))} · <time datetime="${time}">${time}</time></p>
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
  const [, day, hour] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(time ?? "") ?? [];
  return day === undefined
    ? escapeXml(time ?? "")
    : `<span class="whole">${day}</span> <span class="whole">${hour} UTC</span>`;
}

/** Cells are HTML already. */
function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const headers = head.map((one) => `<th scope="col">${one}</th>`).join("");
  const lines = rows.map((cells) => `<tr>${cells.map((one) => `<td>${one}</td>`).join("")}</tr>`).join("\n");
  return `<table>\n<caption>${caption}</caption>\n<thead><tr>${headers}</tr></thead>\n<tbody>\n${lines}\n</tbody>\n</table>`;
}

function gateSection(gates: Report["gates"]): string {
  const classes: Readonly<Record<string, string>> = { PASS: "pass", FAIL: "fail" };
  const rows = gates.map(({ name, verdict, reason, finishedAt, expiresAt }) => [
    escapeXml(name),
    `<span class="${classes[verdict] ?? "error"}">${escapeXml(verdict)}</span>`,
    escapeXml(reason),
    renderTime(finishedAt),
    renderTime(expiresAt),
  ]);
  return section(
    "gates",
    "Gates",
    table("The verdicts that deployments check.", ["Gate", "Verdict", "Why", "Finished", "Expires"], rows),
  );
}

function scanSection(scans: readonly ReportedScan[]): string {
  const rows = scans.map((scan) => [
    `${escapeXml(scan.name)}${scan.kind === undefined ? "" : `<br><small>${escapeXml(scan.kind)}</small>`}`,
    escapeXml(scan.ids.join(", ")),
    escapeXml(scan.status ?? "not ended"),
    `<span class="${scan.outcome}">${escapeXml(describeResult(scan))}</span>`,
    escapeXml(scan.reason ?? ""),
    renderTime(scan.finishedAt),
  ]);
  return section(
    "scans",
    "Scans",
    table("How each scan ended, and its result.", ["Scan", "Task", "Status", "Result", "Why", "Finished"], rows),
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
  const empty = at === 0 ? '<rect class="none" width="0.3%" height="100%"/>' : "";
  const caption = `<figcaption>${escapeXml(name)}: ${escapeXml(label)}</figcaption>`;
  return `<figure>${caption}<svg role="img" aria-label="${escapeXml(`${name}: ${label}`)}">${parts.join("")}${empty}</svg></figure>`;
}

function vulnerabilitySection(scans: readonly ReportedScan[]): string {
  const all = worstVulnerabilities(scans);
  if (all.length === 0) return "";
  const rows = all
    .slice(0, maxVulnerabilities)
    .map(({ scan, vulnerability }) => [
      escapeXml(vulnerability.id ?? "–"),
      escapeXml(vulnerability.severity ?? "–"),
      escapeXml(scan.name),
      showCount(vulnerability.images),
      escapeXml(describePackage(vulnerability) || "–"),
      escapeXml(vulnerability.fixedVersion ?? "–"),
    ]);
  const head = ["Vulnerability", "Severity", "Scan", "Images", "Package", "Fixed in"];
  const more = all.length > rows.length ? `; and ${all.length - rows.length} more, which are not shown` : "";
  const caption = `The worst first${more}; a dash means that the cloud does not show it.`;
  return section("vulnerabilities", "Vulnerabilities", table(caption, head, rows));
}

function omissionSection(report: Report): string {
  const items = listOmissions(report).map((one) => `<li>${escapeXml(one)}</li>`);
  return items.length === 0 ? "" : section("omissions", "Not in this report", `<ul>${items.join("")}</ul>`);
}

function imageSection(report: Report): string {
  const rows = worstImages(report).map(({ scan, image }) => [
    `<span title="${escapeXml(image.digest ?? image.id ?? "")}">${escapeXml(nameImage(image))}</span>`,
    escapeXml(scan.name),
    ...findingNames.map((name) => showCount(image[name])),
  ]);
  if (rows.length === 0) return "";
  const head = ["Image", "Scan", ...findingNames.map((name) => columns[name])];
  return section("images", "Images", table("The worst first; a dash means that the number is not known.", head, rows));
}
