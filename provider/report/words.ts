import type { FindingName } from "../model/findings.js";
import type { Report, ReportedScan } from "./report.js";

// What all forms of a report say in the same words.

export const columns: Readonly<Record<FindingName, string>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  viruses: "Viruses",
  sensitiveData: "Sensitive data",
};

/** A number that is not known is not zero. */
export function shown(count: number | undefined): string {
  return count === undefined ? "–" : String(count);
}

/** The verdict, or where nobody judged, the status. */
export function resultOf({ verdict, status }: ReportedScan): string {
  return verdict ?? status ?? "NOT ENDED";
}

/** "3 scans: 1 good, 1 failed, 1 not known" */
export function summaryOf({ scans, gates }: Report): string {
  const of = (outcome: ReportedScan["outcome"]) => scans.filter((scan) => scan.outcome === outcome).length;
  const parts = [
    [of("pass"), "good"],
    [of("fail"), "failed"],
    [of("error"), "not known"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const ofScans =
    scans.length === 0 ? [] : [`${scans.length} ${scans.length === 1 ? "scan" : "scans"}: ${told.join(", ")}`];
  return [...ofScans, ...gates.map(({ name, verdict }) => `gate ${name}: ${verdict}`)].join("; ");
}

export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (one) => entities[one] ?? one);
}
