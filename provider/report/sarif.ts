import { type FindingName, findingNames } from "../model/findings.js";
import { sha256Hex } from "../transport/digest.js";
import { nameOf, type Report, type ReportedImage, type ReportedScan } from "./report.js";
import { columns } from "./words.js";

// SARIF 2.1.0: a result for each image and kind of finding, and for each vulnerability that is known by its id.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/

type Level = "error" | "warning" | "note";
const rules: Readonly<Record<FindingName, { readonly id: string; readonly level: Level; readonly score: string }>> = {
  critical: { id: "critical-vulnerabilities", level: "error", score: "9.5" },
  high: { id: "high-vulnerabilities", level: "error", score: "8.0" },
  medium: { id: "medium-vulnerabilities", level: "warning", score: "5.5" },
  low: { id: "low-vulnerabilities", level: "note", score: "2.0" },
  viruses: { id: "malicious-files", level: "error", score: "9.5" },
  sensitiveData: { id: "sensitive-data", level: "warning", score: "6.0" },
};

export function sarifOf({ scans }: Report, version: string): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "pulumi-image-scan", semanticVersion: version, rules: findingNames.map(ruleOf) } },
        invocations: scans.map(invocationOf),
        results: scans.flatMap((scan) => [...resultsOf(scan), ...vulnerabilitiesOf(scan)]),
        columnKind: "utf16CodeUnits",
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(name: FindingName): object {
  const { id, level, score } = rules[name];
  const what = name === "viruses" || name === "sensitiveData" ? columns[name] : `Vulnerabilities: ${columns[name]}`;
  return {
    id,
    shortDescription: { text: what },
    defaultConfiguration: { level },
    properties: { "security-severity": score, tags: ["security", "container-image"] },
  };
}

/** That a scan has no good end is not among its findings, and must not be missed by who reads only those. */
function invocationOf({ name, status, reason, outcome, finishedAt }: ReportedScan): object {
  const isTime = finishedAt !== undefined && !Number.isNaN(Date.parse(finishedAt));
  const text = `${name}: ${status ?? "not ended"}${reason === undefined ? "" : `: ${reason}`}`;
  return {
    executionSuccessful: status === "SUCCEEDED",
    ...(isTime ? { endTimeUtc: new Date(finishedAt).toISOString() } : {}),
    ...(outcome === "pass"
      ? {}
      : { toolExecutionNotifications: [{ level: outcome === "fail" ? "error" : "warning", message: { text } }] }),
  };
}

function resultsOf(scan: ReportedScan): object[] {
  return (scan.findings?.images ?? []).flatMap((image) =>
    findingNames
      .filter((name) => (image[name] ?? 0) > 0)
      .map((name) => {
        const text = `${columns[name]}: ${image[name]} in ${nameOf(image)}`;
        return resultOf(name, text, { scan, images: [image], of: `${image.id}` });
      }),
  );
}

function vulnerabilitiesOf(scan: ReportedScan): object[] {
  return (scan.findings?.vulnerabilities ?? []).flatMap(({ id, severity, images = 0 }) => {
    const name = findingNames.find((one) => one === severity);
    if (id === undefined || name === undefined) return [];
    const text = `${id} (${severity}) in ${images} ${images === 1 ? "image" : "images"} of ${scan.name}`;
    return [resultOf(name, text, { scan, images: scan.findings?.images ?? [], of: id })];
  });
}

function resultOf(
  name: FindingName,
  message: string,
  { scan, images, of }: { readonly scan: ReportedScan; readonly images: readonly ReportedImage[]; readonly of: string },
): object {
  const { id, level } = rules[name];
  return {
    ruleId: id,
    ruleIndex: findingNames.indexOf(name),
    level,
    message: { text: message },
    locations: images.length === 0 ? [elsewhere(scan)] : images.slice(0, 10).map(locationOf),
    // The same finding of the next scan is the same, whatever its number.
    partialFingerprints: { "imageScan/v1": sha256Hex(JSON.stringify([scan.kind, id, of])) },
  };
}

/** Some readers want a place for each result. */
function elsewhere({ name }: ReportedScan): object {
  return { logicalLocations: [{ name, kind: "resource" }] };
}

function locationOf(image: ReportedImage): object {
  const name = nameOf(image);
  const uri = name.split("/").map(encodeURIComponent).join("/");
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
    logicalLocations: [{ name, fullyQualifiedName: image.digest ?? image.id ?? name, kind: "resource" }],
  };
}
