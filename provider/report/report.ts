import { findingNames, worstFirst } from "../model/findings.js";
import { isExport, type ScanGateExport, untimely } from "../model/gate-export.js";
import { fields, InvalidAnswerError, identity, listOf, raw, type Shaped, tally, text } from "../transport/shape.js";

// What a stack's outputs tell of scans, wherever in them: exported tasks and gates, results of gates, single findings.

const statuses = ["SUCCEEDED", "PARTIAL", "FAILED", "TIMED_OUT", "CANCELED", "UNKNOWN"];
/** What tells the status of a scan from another status. */
const marks = ["taskId", "localTaskId", "registryTaskId", "ids", "verdict"];
const gateParts = ["scanGate", "results"];
const maxDepth = 8;
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
  vulnerabilities: listOf(fields({ id: text, severity: text, images: tally })),
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

/**
 * What became of a scan, for who has to decide by it: nobody takes one that has not ended, or of which nobody knows how
 * it did, for a success.
 */
export type Outcome = "pass" | "fail" | "error";

/** One scan of a stack. */
export interface ReportedScan {
  /** That of the resource, or of the output. */
  readonly name: string;
  /** Such as `tencent:LocalScanTask`, where it is known. */
  readonly kind: string | undefined;
  readonly ids: readonly string[];
  readonly status: string | undefined;
  readonly verdict: string | undefined;
  readonly outcome: Outcome;
  /** Why the outcome is not `pass`. */
  readonly reason: string | undefined;
  readonly findings: ReportedFindings | undefined;
  readonly finishedAt: string | undefined;
}

/** One gate of a stack, as it counts at the time of the report. */
export interface ReportedGate {
  readonly name: string;
  readonly verdict: string;
  readonly reason: string;
  readonly finishedAt: string | undefined;
  readonly expiresAt: string | undefined;
}

export interface Report {
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly scans: readonly ReportedScan[];
  readonly gates: readonly ReportedGate[];
}

interface Found {
  readonly scans: ReportedScan[];
  readonly gates: { readonly name: string; readonly gate: ScanGateExport }[];
}

/** Reads the outputs of a stack. Throws where nothing in them is of a scan, and where something is that cannot be read. */
export function reportOf(outputs: unknown, title: string, at: number): Report {
  const found: Found = { scans: [], gates: [] };
  collect(outputs, [], found);
  const scans = once(found.scans, keyOf);
  const gates = once(found.gates, ({ gate }) => JSON.stringify(gate)).map(({ name, gate }) => gateOf(name, gate, at));
  if (scans.length + gates.length > 0) return { title, at, scans, gates };
  throw new Error(
    "there is no scan in these outputs: export a task (export const release = task), a gate, or its results, and pipe: pulumi stack output --json",
  );
}

function collect(value: unknown, path: readonly string[], found: Found): void {
  if (typeof value !== "object" || value === null || path.length > maxDepth) return;
  if (isExport(value)) found.gates.push({ name: gateName(path), gate: value });
  else if (isScan(value)) found.scans.push(scanOf(value, path));
  for (const [name, member] of membersOf(value)) collect(member, [...path, name], found);
}

/** Where there may be more. */
function membersOf(value: object): [name: string, member: unknown][] {
  const isGate = "urn" in value && /[:/]image-scan:ScanGate::/.test(String(value.urn));
  // A gate that was exported as a whole holds what is of use in these two.
  return Object.entries(value).filter(([name]) => (isGate ? gateParts.includes(name) : name !== "findings"));
}

/** That of the output which holds the gate, as far as it says more than its kind. */
function gateName(path: readonly string[]): string {
  return path.filter((name) => name !== "scanGate").join(".") || path.join(".");
}

/** An old verdict is none: whoever reads the report must not go by it. */
function gateOf(
  name: string,
  { verdict, reason = "", finishedAt, expiresAt }: ScanGateExport,
  now: number,
): ReportedGate {
  const isPass = verdict === "PASS";
  const isOver = isPass && untimely({ finishedAt, expiresAt }, { now }).length > 0;
  const told = isOver ? `its PASS does not hold any more: finished at ${finishedAt}, expired at ${expiresAt}` : reason;
  const known = verdicts.includes(verdict) ? verdict : "INCONCLUSIVE";
  return { name, verdict: isOver ? "INCONCLUSIVE" : known, reason: told, finishedAt, expiresAt };
}

/** A task, or with `wait: false` its submission. */
const taskUrn = /[:$]pulumi-nodejs:dynamic\/(\w+:\w+Task)(?:Submission)?::(.*)$/;

function isScan(value: object): boolean {
  const { status, findings: found, urn } = value as Record<string, unknown>;
  if (typeof urn === "string") return taskUrn.test(urn);
  if (typeof found === "object" && found !== null && "images" in found && "total" in found) return true;
  return typeof status === "string" && statuses.includes(status) && marks.some((name) => name in value);
}

function scanOf(value: object, path: readonly string[]): ReportedScan {
  let read: Shaped<typeof scan>;
  try {
    read = scan(value, path.join(".")) as Shaped<typeof scan>;
  } catch (error) {
    if (!(error instanceof InvalidAnswerError)) throw error;
    throw new Error(`the outputs cannot be read: ${error.message}`);
  }
  const { urn = "", status, verdict } = read;
  const [, ofUrn, nameOfUrn] = taskUrn.exec(urn) ?? [];
  const byGate = typeof read.ids === "object" && read.ids !== null ? Object.values(read.ids) : [];
  const ids = [read.taskId, read.localTaskId, read.registryTaskId, ...byGate].filter((id) => typeof id === "string");
  return {
    name: read.name || nameOfUrn || path.join(".") || "scan",
    kind: read.kind ?? ofUrn,
    ids,
    status: status === undefined || statuses.includes(status) ? status : "UNKNOWN",
    verdict: verdict === undefined || verdicts.includes(verdict) ? verdict : "INCONCLUSIVE",
    ...outcomeOf(read),
    findings: read.findings,
    finishedAt: read.finishedAt,
  };
}

function outcomeOf({
  status,
  reason,
  verdict,
  verdictReason,
}: Shaped<typeof scan>): Pick<ReportedScan, "outcome" | "reason"> {
  if (status === undefined && verdict === undefined)
    return { outcome: "error", reason: "it has not ended, or nobody has waited for its end" };
  const why = verdictReason ?? reason;
  if (verdict === "PASS" && status === "SUCCEEDED") return { outcome: "pass", reason: undefined };
  if (verdict === "PASS") return { outcome: "error", reason: why ?? "a PASS without the end of a scan" };
  if (verdict !== undefined) return { outcome: verdict === "FAIL" ? "fail" : "error", reason: why ?? verdict };
  if (status === "SUCCEEDED") return { outcome: "pass", reason: undefined };
  const isUnknown = status === undefined || status === "UNKNOWN" || !statuses.includes(status);
  return { outcome: isUnknown ? "error" : "fail", reason: why ?? status };
}

/** The same scan may be exported by itself and by its gate. */
function keyOf({ name, kind, ids }: ReportedScan): string {
  return JSON.stringify(ids.length === 0 ? [kind, name] : [kind, ids]);
}

/** Of those with the same key, the one that has a status; a gate knows it of tasks that do not wait. */
function once<T extends object>(all: readonly T[], key: (one: T) => string): T[] {
  const kept = new Map<string, T>();
  for (const one of all) {
    const known = kept.get(key(one));
    const isBetter = known === undefined || ("status" in known && known.status === undefined);
    if (isBetter) kept.set(key(one), one);
  }
  return [...kept.values()];
}

/** The images of all scans, the worst first. */
export function worstImages({ scans }: Report): { readonly scan: ReportedScan; readonly image: ReportedImage }[] {
  const all = scans.flatMap((scan) => (scan.findings?.images ?? []).map((image) => ({ scan, image })));
  return all.sort((a, b) => worstFirst(a.image, b.image));
}

/** What an image is called, and what tells it from others. */
export function nameOf({ name, id }: ReportedImage): string {
  return name ?? id ?? "an image";
}
