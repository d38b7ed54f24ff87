import { findingNames, worstFirst, worstVulnerabilityFirst } from "../model/findings.js";
import type { ScanGateExport } from "../model/gate-export.js";
import { findMasked, removeMasked } from "../model/masked-secret.js";
import { gateType, readProgramType, readTaskType } from "../model/resource-types.js";
import { stackIn } from "../model/stack-name.js";
import { isExport, untimely } from "../model/why-refused.js";
import { fields, InvalidAnswerError, identity, listOf, raw, type Shaped, tally, text } from "../transport/shape.js";

// Reads scans anywhere in a stack's outputs: exported tasks and gates, results of gates, single findings.

const statuses = ["SUCCEEDED", "PARTIAL", "FAILED", "TIMED_OUT", "CANCELED", "UNKNOWN"];
/** Distinguishes the status of a scan from any other status. */
const marks = ["taskId", "localTaskId", "registryTaskId", "ids", "verdict"];
const gateParts = ["scanGate", "results"];
/** The deepest nesting that is read. No program nests its outputs deeper. */
const maxDepth = 64;
const verdicts = ["PASS", "FAIL", "INCONCLUSIVE"];

const counts = Object.fromEntries(findingNames.map((name) => [name, tally])) as Record<
  (typeof findingNames)[number],
  typeof tally
>;
const image = fields({ ...counts, id: identity, name: text, digest: text });
const findings = fields({
  ...counts,
  total: tally,
  images: listOf(image),
  vulnerabilities: listOf(
    fields({ id: text, severity: text, images: tally, package: text, version: text, fixedVersion: text }),
  ),
  unlisted: text,
});
const scan = fields({
  name: text,
  kind: text,
  urn: text,
  ids: raw,
  taskId: identity,
  localTaskId: identity,
  registryTaskId: identity,
  status: text,
  rawStatus: text,
  reason: text,
  verdict: text,
  verdictReason: text,
  findings,
  submittedAt: text,
  finishedAt: text,
});

export type ReportedFindings = Shaped<typeof findings>;
export type ReportedImage = NonNullable<ReportedFindings["images"]>[number];
export type ReportedVulnerability = NonNullable<ReportedFindings["vulnerabilities"]>[number];

/** The meaning of a scan for a decision. A scan without an end, or with an unknown result, is an error, never a pass. */
export type Outcome = "pass" | "fail" | "error";

/** One scan of a stack. */
export interface ReportedScan {
  /** The name of the resource, or of the output. */
  readonly name: string;
  /** Such as `tencent:LocalScanTask`, if known. */
  readonly kind: string | undefined;
  /** `project/stack`, if the outputs contain it. */
  readonly stack: string | undefined;
  readonly ids: readonly string[];
  readonly status: string | undefined;
  readonly verdict: string | undefined;
  readonly outcome: Outcome;
  /** Why the outcome is not `pass`. */
  readonly reason: string | undefined;
  readonly findings: ReportedFindings | undefined;
  readonly finishedAt: string | undefined;
  /** Sentences on findings that are not listed. */
  readonly omissions: readonly string[];
}

/** One gate of a stack, judged at the time of the report. */
export interface ReportedGate {
  readonly name: string;
  readonly stack: string | undefined;
  readonly verdict: string;
  readonly reason: string;
  readonly finishedAt: string | undefined;
  readonly expiresAt: string | undefined;
}

export interface Report {
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `project/stack` of the outputs, if they contain it. */
  readonly stack: string | undefined;
  readonly scans: readonly ReportedScan[];
  readonly gates: readonly ReportedGate[];
  /** Sentences on outputs that are not in the report. */
  readonly omissions: readonly string[];
}

interface Found {
  readonly scans: ReportedScan[];
  readonly gates: { readonly name: string; readonly gate: ScanGateExport }[];
}

/** Reads the outputs of a stack. Throws if they have no scan, or an unreadable one. */
export function readReport(outputs: unknown, title: string, at: number): Report {
  const found: Found = { scans: [], gates: [] };
  collect(outputs, [], found);
  const gates = keepOnce(
    found.gates,
    ({ gate }) => JSON.stringify(gate),
    () => false,
  ).map(({ name, gate }) => readGate(name, gate, at));
  const stack = findStack([...found.scans, ...gates]);
  const named = found.scans.map((one) => ({ ...one, stack: one.stack ?? stack }));
  const scans = keepOnce(named, identify, isWorse);
  const omissions = describeMasked(outputs);
  if (scans.length + gates.length > 0) return { title, at, stack, scans, gates, omissions };
  if (omissions.length > 0) throw new Error(`there is no scan to report: ${omissions.join("; ")}`);
  throw new Error(
    "there is no scan in these outputs: export a task (export const release = task), a gate, or its results, and pipe: pulumi stack output --json",
  );
}

const maxNamed = 5;

function describeMasked(outputs: unknown): string[] {
  const paths = findMasked(outputs).map((path) => path || "the output itself");
  if (paths.length === 0) return [];
  const more = paths.length > maxNamed ? ` and ${paths.length - maxNamed} more` : "";
  const named = `${paths.slice(0, maxNamed).join(", ")}${more}`;
  return [
    `secret outputs are not read: ${named}; if they contain scans, use: pulumi stack output --json --show-secrets`,
  ];
}

/** All outputs are of one stack. If some name it, the others belong to the same one. */
function findStack(all: readonly { readonly stack: string | undefined }[]): string | undefined {
  const [stack, ...others] = new Set(all.flatMap((one) => one.stack ?? []));
  return others.length === 0 ? stack : undefined;
}

function collect(value: unknown, path: readonly string[], found: Found): void {
  if (typeof value !== "object" || value === null || path.length > maxDepth) return;
  if (isExport(value)) found.gates.push({ name: nameGate(path), gate: value });
  else if (isScan(value)) found.scans.push(readScan(value, path));
  for (const [name, member] of listMembers(value)) collect(member, [...path, name], found);
}

/** The members that may hold scans. */
function listMembers(value: object): [name: string, member: unknown][] {
  const isGate = "urn" in value && readProgramType(readUrn(String(value.urn)).type) === gateType;
  // Only these two members of an exported gate are useful here.
  return Object.entries(value).filter(([name]) => (isGate ? gateParts.includes(name) : name !== "findings"));
}

/** The name of the output that holds the gate, unless it only repeats the kind. */
function nameGate(path: readonly string[]): string {
  return path.filter((name) => name !== "scanGate").join(".") || path.join(".");
}

/** An expired verdict does not count: a reader must not rely on it. */
function readGate(
  name: string,
  { verdict, reason = "", stack, finishedAt, expiresAt }: ScanGateExport,
  now: number,
): ReportedGate {
  const isPass = verdict === "PASS";
  const isOver = isPass && untimely({ finishedAt, expiresAt }, { now }).length > 0;
  const told = isOver ? `its PASS is no longer valid: finished at ${finishedAt}, expired at ${expiresAt}` : reason;
  const known = verdicts.includes(verdict) ? verdict : "INCONCLUSIVE";
  return { name, stack, verdict: isOver ? "INCONCLUSIVE" : known, reason: told, finishedAt, expiresAt };
}

/** The type and the name of a resource. */
function readUrn(urn: string): { readonly type: string; readonly name: string } {
  const [, type = "", name = ""] = /^urn:pulumi:.*?::.*?::(?:.*\$)?(.*?)::(.*)$/s.exec(urn) ?? [];
  return { type, name };
}

/** Whether it is the type of a task, or of the submission of a task with `wait: false`. */
function isTaskType(type: string): boolean {
  const step = readTaskType(type)?.step;
  return step === "wait" || step === "submission";
}

function isScan(value: object): boolean {
  const { status, findings: found, urn } = value as Record<string, unknown>;
  if (typeof urn === "string") return isTaskType(readUrn(urn).type);
  if (typeof found === "object" && found !== null && "images" in found && "total" in found) return true;
  return typeof status === "string" && statuses.includes(status) && marks.some((name) => name in value);
}

function readScan(value: object, path: readonly string[]): ReportedScan {
  const read = readFields(value, path);
  const { urn = "" } = read;
  const { type, name: nameInUrn } = readUrn(urn);
  const byGate = typeof read.ids === "object" && read.ids !== null ? Object.values(read.ids) : [];
  const ids = [read.taskId, read.localTaskId, read.registryTaskId, ...byGate].filter((id) => typeof id === "string");
  return {
    name: read.name || nameInUrn || path.join(".") || "scan",
    kind: read.kind ?? readTaskType(type)?.token,
    stack: stackIn(urn),
    ids,
    ...readResult(value, read),
    findings: read.findings,
    finishedAt: read.finishedAt,
    omissions: describeOmissions(read.findings),
  };
}

function readResult(
  value: object,
  read: Shaped<typeof scan>,
): Pick<ReportedScan, "status" | "verdict" | "outcome" | "reason"> {
  const { status, verdict } = read;
  const masked = findMasked(value).filter((name) => name === "status" || name === "verdict");
  const known = {
    status: status === undefined || statuses.includes(status) ? status : "UNKNOWN",
    verdict: verdict === undefined || verdicts.includes(verdict) ? verdict : "INCONCLUSIVE",
  };
  if (masked.length === 0) return { ...known, ...classify(read) };
  return {
    status: masked.includes("status") ? "UNKNOWN" : known.status,
    verdict: masked.includes("verdict") ? "INCONCLUSIVE" : known.verdict,
    outcome: "error",
    reason: `its ${masked.join(" and ")} cannot be read, because it is secret`,
  };
}

function readFields(value: object, path: readonly string[]): Shaped<typeof scan> {
  try {
    return scan(removeMasked(value), path.join(".")) as Shaped<typeof scan>;
  } catch (error) {
    if (!(error instanceof InvalidAnswerError)) throw error;
    throw new Error(`the outputs cannot be read: ${error.message}`);
  }
}

function describeOmissions(found: ReportedFindings | undefined): string[] {
  const { total = 0, images = [], unlisted } = found ?? {};
  return [
    ...(total > images.length ? [`only ${images.length} of its ${total} images are listed`] : []),
    ...(unlisted === undefined ? [] : [`not all ids of its vulnerabilities are listed: ${unlisted}`]),
  ];
}

function classify({
  status,
  reason,
  verdict,
  verdictReason,
}: Shaped<typeof scan>): Pick<ReportedScan, "outcome" | "reason"> {
  if (status === undefined && verdict === undefined)
    return { outcome: "error", reason: "it has not ended, or nothing waited for its end" };
  const why = verdictReason ?? reason;
  if (verdict === "PASS" && status === "SUCCEEDED") return { outcome: "pass", reason: undefined };
  if (verdict === "PASS") return { outcome: "error", reason: why ?? "a PASS without the end time of a scan" };
  if (verdict !== undefined) return { outcome: verdict === "FAIL" ? "fail" : "error", reason: why ?? verdict };
  if (status === "SUCCEEDED") return { outcome: "pass", reason: undefined };
  const isUnknown = status === undefined || status === "UNKNOWN" || !statuses.includes(status);
  return { outcome: isUnknown ? "error" : "fail", reason: why ?? status };
}

/** A program may export the same scan directly and through its gate. */
function identify({ name, kind, stack, ids }: ReportedScan): string {
  return JSON.stringify(ids.length === 0 ? [kind, stack, name] : [kind, ids]);
}

/** A gate knows the status of tasks that do not wait. Of two results, the better one must not hide the worse one. */
function isWorse(one: ReportedScan, known: ReportedScan): boolean {
  if (one.status === undefined || known.status === undefined) return one.status !== undefined;
  const rank = ["pass", "error", "fail"];
  return rank.indexOf(one.outcome) > rank.indexOf(known.outcome);
}

/** One item for each key: the first, unless a later one replaces it. */
function keepOnce<T>(all: readonly T[], key: (one: T) => string, replaces: (one: T, known: T) => boolean): T[] {
  const kept = new Map<string, T>();
  for (const one of all) {
    const known = kept.get(key(one));
    if (known === undefined || replaces(one, known)) kept.set(key(one), one);
  }
  return [...kept.values()];
}

/** The images of all scans, the worst first. */
export function worstImages({ scans }: Report): { readonly scan: ReportedScan; readonly image: ReportedImage }[] {
  const all = scans.flatMap((scan) => (scan.findings?.images ?? []).map((image) => ({ scan, image })));
  return all.sort((a, b) => worstFirst(a.image, b.image));
}

/** The vulnerabilities of these scans that are known by their ids, the worst first. */
export function worstVulnerabilities(
  scans: readonly ReportedScan[],
): { readonly scan: ReportedScan; readonly vulnerability: ReportedVulnerability }[] {
  const all = scans.flatMap((scan) =>
    (scan.findings?.vulnerabilities ?? []).map((vulnerability) => ({ scan, vulnerability })),
  );
  return all.sort((a, b) => worstVulnerabilityFirst(a.vulnerability, b.vulnerability));
}

/** All sentences on parts that are not in the report. */
export function listOmissions({ scans, omissions }: Report): string[] {
  return [...omissions, ...scans.flatMap((scan) => scan.omissions.map((one) => `${scan.name}: ${one}`))];
}

/** The name of an image, or its id if it has no name. */
export function nameImage({ name, id }: ReportedImage): string {
  return name ?? id ?? "an image";
}
