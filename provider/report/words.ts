import { countThings } from "../model/count-things.js";
import type { FindingName } from "../model/findings.js";
import type { Report, ReportedScan, ReportedVulnerability } from "./report.js";

export const columns: Readonly<Record<FindingName, string>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  viruses: "Viruses",
  sensitiveData: "Sensitive data",
};

/** An unknown number is not zero. */
export function showCount(count: number | undefined): string {
  return count === undefined ? "–" : String(count);
}

/** The verdict, or the status if there is no verdict. */
export function describeResult({ verdict, status }: ReportedScan): string {
  return verdict ?? status ?? "NOT ENDED";
}

/** "openssl 1.0" */
export function describePackage({ package: name, version }: ReportedVulnerability): string {
  return [name, version].filter((part) => part !== undefined && part !== "").join(" ");
}

/** "CVE-2026-1 (critical) in openssl 1.0, fixed in 1.1" */
export function describeVulnerability(vulnerability: ReportedVulnerability): string {
  const { id = "a vulnerability without an id", severity, fixedVersion } = vulnerability;
  const inside = describePackage(vulnerability);
  const fixed = fixedVersion === undefined ? "" : `, fixed in ${fixedVersion}`;
  return `${id} (${severity ?? "unknown severity"})${inside === "" ? "" : ` in ${inside}`}${fixed}`;
}

/** "3 scans: 1 good, 1 failed, 1 not known" */
export function summarize({ scans, gates }: Report): string {
  const count = (outcome: ReportedScan["outcome"]) => scans.filter((scan) => scan.outcome === outcome).length;
  const parts = [
    [count("pass"), "good"],
    [count("fail"), "failed"],
    [count("error"), "not known"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  const judged = scans.length === 0 ? [] : [`${countThings(scans.length, "scan")}: ${told.join(", ")}`];
  return [...judged, ...gates.map(({ name, verdict }) => `gate ${name}: ${verdict}`)].join("; ");
}

export function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (one) => entities[one] ?? one);
}
