import { gzipSync } from "node:zlib";
import { countThings } from "../model/count-things.js";
import { type FindingName, findingNames } from "../model/findings.js";
import { sha256Hex } from "../transport/digest.js";
import { nameImage, type Report, type ReportedImage, type ReportedScan } from "./report.js";
import { columns, describeVulnerability } from "./words.js";

// SARIF 2.1.0: a result for each image and kind of finding, and for each vulnerability with a known id.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/

// GitHub's code scanning refuses a file of more than 10 MB after gzip, 20 runs, and of each run 25,000 results or rules,
// of each result 1,000 locations, of each rule 20 tags. It keeps 5,000 results, 100 locations and 10 tags.
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
// https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
const maxResults = 25_000;
const keptResults = 5_000;
const maxLocations = 100;
const maxBytes = 10_000_000;

type Level = "error" | "warning" | "note";

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly level: Level;
  readonly score: string;
  readonly short: string;
  readonly full: string;
  readonly help: string;
}

const rules: Readonly<Record<FindingName, Rule>> = {
  critical: describeSeverity("critical", "error", "9.5"),
  high: describeSeverity("high", "error", "8.0"),
  medium: describeSeverity("medium", "warning", "5.5"),
  low: describeSeverity("low", "note", "2.0"),
  viruses: {
    id: "malicious-files",
    name: "MaliciousFiles",
    level: "error",
    score: "9.5",
    short: "Viruses",
    full: "The cloud's scan has found viruses, trojans or other malicious files in a container image.",
    help: "Do not run the image. Find out how the file got into it, and rebuild the image from sources that you trust.",
  },
  sensitiveData: {
    id: "sensitive-data",
    name: "SensitiveData",
    level: "warning",
    score: "6.0",
    short: "Sensitive data",
    full: "The cloud's scan has found sensitive information, such as keys or passwords, in a container image.",
    help: "Revoke the leaked keys and passwords, and rebuild the image without them: a later layer that deletes a file does not remove it from the image.",
  },
};

function describeSeverity(severity: "critical" | "high" | "medium" | "low", level: Level, score: string): Rule {
  return {
    id: `${severity}-vulnerabilities`,
    name: `${columns[severity]}Vulnerabilities`,
    level,
    score,
    short: `Vulnerabilities: ${columns[severity]}`,
    full: `The cloud's scan has found vulnerabilities of severity ${severity} in a container image.`,
    help: "Update the affected packages or the base image, rebuild the image, and scan the new image.",
  };
}

/** The order of importance: results at the end are left out first. */
const worstFirst: readonly FindingName[] = ["viruses", "critical", "high", "sensitiveData", "medium", "low"];

interface Finding {
  readonly name: FindingName;
  /** The number of occurrences, or of images. */
  readonly count: number;
  readonly isNamed: boolean;
  readonly message: string;
  readonly scan: ReportedScan;
  readonly images: readonly ReportedImage[];
  /** Identifies the finding within its rule, in this scan and in later ones. */
  readonly identity: readonly (string | undefined)[];
}

export interface Sarif {
  readonly content: string;
  /** Sentences on results that are left out because of GitHub's limits. */
  readonly omission: string | undefined;
}

export function renderSarif(report: Report, version: string): Sarif {
  const all = report.scans.flatMap((scan) => [...listImages(scan), ...listVulnerabilities(scan)]).sort(compare);
  let kept = all.slice(0, maxResults);
  for (;;) {
    const omission = describeOmission(all.length, kept.length);
    const content = render(report, { version, kept, omission });
    const fits = content.length <= maxBytes / 4 || gzipSync(content).length <= maxBytes;
    if (fits || kept.length === 0) return { content, omission };
    kept = kept.slice(0, Math.floor(kept.length / 2));
  }
}

function compare(a: Finding, b: Finding): number {
  const rank = worstFirst.indexOf(a.name) - worstFirst.indexOf(b.name);
  return rank || Number(b.isNamed) - Number(a.isNamed) || b.count - a.count;
}

function describeOmission(all: number, kept: number): string | undefined {
  if (kept < all)
    return `${all - kept} of ${all} results are left out of the SARIF file, the least severe ones: GitHub takes at most ${maxResults} results and 10 MB`;
  return all > keptResults
    ? `the SARIF file has ${all} results, the worst first; GitHub shows ${keptResults} of them`
    : undefined;
}

interface Content {
  readonly version: string;
  readonly kept: readonly Finding[];
  readonly omission: string | undefined;
}

function render({ title, stack = title, scans, omissions }: Report, { version, kept, omission }: Content): string {
  const notes = [...omissions, ...(omission === undefined ? [] : [omission])];
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "pulumi-image-scan", semanticVersion: version, rules: findingNames.map(renderRule) } },
        // GitHub's category. Of two files of a commit with the same category, GitHub keeps only the second.
        automationDetails: { id: `pulumi-image-scan/${stack}/` },
        invocations: [...scans.map(renderInvocation), ...(notes.length === 0 ? [] : [renderNotes(notes)])],
        results: kept.map(renderResult),
        columnKind: "utf16CodeUnits",
        ...(notes.length === 0 ? {} : { properties: { omissions: notes } }),
      },
    ],
  };
  return `${JSON.stringify(log)}\n`;
}

function renderRule(finding: FindingName): object {
  const { id, name, level, score, short, full, help } = rules[finding];
  return {
    id,
    name,
    shortDescription: { text: short },
    fullDescription: { text: full },
    help: { text: help, markdown: `**${short}**\n\n${help}` },
    defaultConfiguration: { level },
    properties: { "security-severity": score, tags: ["security", "container-image"] },
  };
}

/** A reader who sees only the results must also see that a scan did not succeed. */
function renderInvocation({ name, status, reason, outcome, finishedAt, omissions }: ReportedScan): object {
  const isTime = finishedAt !== undefined && !Number.isNaN(Date.parse(finishedAt));
  const text = `${name}: ${status ?? "not ended"}${reason === undefined ? "" : `: ${reason}`}`;
  const ended = outcome === "pass" ? [] : [{ level: outcome === "fail" ? "error" : "warning", message: { text } }];
  const notifications = [
    ...ended,
    ...omissions.map((one) => ({ level: "note", message: { text: `${name}: ${one}` } })),
  ];
  return {
    executionSuccessful: status === "SUCCEEDED",
    ...(isTime ? { endTimeUtc: new Date(finishedAt).toISOString() } : {}),
    ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
  };
}

function renderNotes(notes: readonly string[]): object {
  return {
    executionSuccessful: true,
    toolExecutionNotifications: notes.map((text) => ({ level: "warning", message: { text } })),
  };
}

function listImages(scan: ReportedScan): Finding[] {
  return (scan.findings?.images ?? []).flatMap((image) =>
    findingNames
      .filter((name) => (image[name] ?? 0) > 0)
      .map((name) => ({
        name,
        count: image[name] ?? 0,
        isNamed: false,
        message: `${columns[name]}: ${image[name]} in ${nameImage(image)}`,
        scan,
        images: [image],
        identity: [image.id ?? image.digest ?? image.name],
      })),
  );
}

function listVulnerabilities(scan: ReportedScan): Finding[] {
  return (scan.findings?.vulnerabilities ?? []).flatMap((vulnerability) => {
    const { id, severity, images = 0 } = vulnerability;
    const name = findingNames.find((one) => one === severity);
    if (id === undefined || name === undefined) return [];
    // The state does not show which images have it. Images without findings of its severity do not.
    const possible = (scan.findings?.images ?? []).filter((image) => image[name] !== 0);
    const message = `${describeVulnerability(vulnerability)}; in ${countThings(images, "image")} of ${scan.name}`;
    return [{ name, count: images, isNamed: true, message, scan, images: possible, identity: [scan.name, id] }];
  });
}

function renderResult({ name, message, scan, images, identity }: Finding): object {
  const { id, level } = rules[name];
  const fingerprint = sha256Hex(JSON.stringify([scan.kind, id, ...identity]));
  return {
    ruleId: id,
    ruleIndex: findingNames.indexOf(name),
    level,
    message: { text: message },
    locations: images.length === 0 ? [renderScanLocation(scan)] : images.slice(0, maxLocations).map(renderLocation),
    // The same finding in the next scan must have the same fingerprint, whatever its number. GitHub uses only this name.
    partialFingerprints: { primaryLocationLineHash: `${fingerprint}:1` },
  };
}

/** Some readers require a place for each result. */
function renderScanLocation({ name }: ReportedScan): object {
  return { logicalLocations: [{ name, kind: "resource" }] };
}

function renderLocation(image: ReportedImage): object {
  const name = nameImage(image);
  return {
    physicalLocation: { artifactLocation: { uri: toUri(image) }, region: { startLine: 1 } },
    logicalLocations: [{ name, fullyQualifiedName: image.digest ?? image.id ?? name, kind: "resource" }],
  };
}

/** A relative URI: without a scheme, and without segments that a reader would resolve or take for a host. */
function toUri(image: ReportedImage): string {
  const segments = [nameImage(image), image.id ?? ""].map((text) =>
    text.split("/").filter((segment) => !["", ".", ".."].includes(segment.trim())),
  );
  const used = segments.find((all) => all.length > 0) ?? ["unnamed-image"];
  return used.map((segment) => encodeURIComponent(segment.replace(/\p{Surrogate}/gu, " "))).join("/");
}
