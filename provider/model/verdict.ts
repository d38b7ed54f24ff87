import {
  type FindingName,
  type Findings,
  type Severity,
  severities,
  type Vulnerability,
  worstVulnerabilityFirst,
} from "./findings.js";
import type { ScanStatus } from "./status.js";
import { type Exception, judgedNames, type Thresholds } from "./thresholds.js";

/**
 * What a scan means for a release:
 * - `PASS`: the scan succeeded, and found no more than the thresholds allow.
 * - `FAIL`: the scan found more than the thresholds allow.
 * - `INCONCLUSIVE`: not known, because the scan did not succeed or a number is unknown. It never passes a gate.
 */
export type Verdict = "PASS" | "FAIL" | "INCONCLUSIVE";

/** What `judge` judges: the status and the findings of a scan. */
export interface Judged {
  /** How the scan ended. */
  readonly status: ScanStatus | undefined;
  /** What the scan found. Absent if this is not known. */
  readonly findings?: Findings | undefined;
}

/** A verdict, with its reason. */
export interface Judgement {
  /** `PASS`, `FAIL` or `INCONCLUSIVE`. */
  readonly verdict: Verdict;
  /** Why the verdict is not `PASS`, or which exceptions were used. */
  readonly reason?: string;
  /** When the verdict expires because an exception ends, in milliseconds since 1970. Absent if it does not expire. */
  readonly until?: number;
}

/** The result of one threshold. */
interface Bound {
  readonly name: FindingName;
  readonly state: "within" | "exceeded" | "unknown";
  readonly reason: string;
  readonly excepted: readonly Exception[];
}

/**
 * Gives the verdict on a scan by thresholds, at a given time. It makes no call, so the same findings can be judged again.
 *
 * @param now - Milliseconds since 1970. It decides which exceptions have ended.
 *
 * @example
 * judge({ status: "SUCCEEDED", findings }, { critical: 0 }, Date.now()).verdict
 */
export function judge(judged: Judged, thresholds: Thresholds, now: number): Judgement {
  const { status, findings } = judged;
  if (status !== "SUCCEEDED" && status !== "PARTIAL") {
    const reason = status === undefined ? "the end of the scan was not seen" : `the scan ended ${status}`;
    return { verdict: "INCONCLUSIVE", reason };
  }
  if (findings === undefined) return { verdict: "INCONCLUSIVE", reason: "the findings of the scan are not known" };
  const bounds = listBounds(findings, { thresholds, now });
  const exceeded = bounds.filter(({ state }) => state === "exceeded");
  if (exceeded.length > 0) return { verdict: "FAIL", reason: joinReasons(exceeded) };
  const unknown = bounds.filter(({ state }) => state === "unknown");
  if (unknown.length > 0) return { verdict: "INCONCLUSIVE", reason: joinReasons(unknown) };
  if (status === "PARTIAL") return { verdict: "INCONCLUSIVE", reason: "only a part of the images was scanned" };
  if (findings.total === 0) return { verdict: "INCONCLUSIVE", reason: "no image was scanned" };
  if (bounds.length === 0) return { verdict: "INCONCLUSIVE", reason: "the thresholds have no number" };
  if (findings.unconfirmed === true) {
    const reason =
      "its numbers were read only once, because the task had no thresholds then; start a new scan to judge it";
    return { verdict: "INCONCLUSIVE", reason };
  }
  const excepted = [...new Set(bounds.flatMap((bound) => bound.excepted))];
  if (excepted.length === 0) return { verdict: "PASS" };
  const reason = `excepted: ${excepted.map(({ id, expires }) => `${id} until ${expires}`).join(", ")}`;
  return { verdict: "PASS", reason, until: Math.min(...excepted.map(findLastMoment)) };
}

/** Whether only vulnerabilities exceed thresholds, so that exceptions could change the verdict. */
export function couldBeExcepted(judged: Judged, thresholds: Thresholds, now: number): boolean {
  const exceeded = exceededWithoutExceptions(judged, thresholds, now);
  return exceeded.length > 0 && exceeded.every(isSeverity);
}

/** Whether vulnerabilities exceed a threshold, so that their ids are worth reading. */
export function hasTooManyVulnerabilities(judged: Judged, thresholds: Thresholds, now: number): boolean {
  return exceededWithoutExceptions(judged, thresholds, now).some(isSeverity);
}

function exceededWithoutExceptions(judged: Judged, thresholds: Thresholds, now: number): readonly FindingName[] {
  const { findings } = judged;
  const strict = { ...thresholds, exceptions: [] };
  if (findings === undefined || judge(judged, strict, now).verdict !== "FAIL") return [];
  const bounds = listBounds(findings, { thresholds: strict, now });
  return bounds.filter(({ state }) => state === "exceeded").map(({ name }) => name);
}

/** The severities that these thresholds judge. */
export function judgedSeverities(thresholds: Thresholds, known: readonly Severity[] = severities): Severity[] {
  const judged = judgedNames(thresholds)
    .filter(isSeverity)
    .flatMap((name) => countedFor(name, thresholds, known));
  return severities.filter((severity) => judged.includes(severity));
}

function joinReasons(bounds: readonly Bound[]): string {
  return bounds.map(({ reason }) => reason).join("; ");
}

function isSeverity(name: FindingName): name is Severity {
  return (severities as readonly string[]).includes(name);
}

/**
 * The severities that count for a threshold: its own, and those above it without a threshold. A severity that the
 * cloud does not have is replaced by the next lower one.
 */
function countedFor(name: Severity, thresholds: Thresholds, known: readonly Severity[]): Severity[] {
  const at = severities.indexOf(name);
  const above = severities.slice(0, at).findLastIndex((one) => typeof thresholds[one] === "number");
  const meant = severities.slice(above + 1, at + 1);
  const had = meant.map((one) => severities.slice(severities.indexOf(one)).find((other) => known.includes(other)));
  return [...new Set(had)].filter((one) => one !== undefined);
}

interface By {
  readonly thresholds: Thresholds;
  readonly now: number;
}

function listBounds(findings: Findings, by: By): Bound[] {
  return judgedNames(by.thresholds).map((name) => findBound(name, findings, by));
}

function findBound(name: FindingName, findings: Findings, { thresholds, now }: By): Bound {
  const limit = thresholds[name] ?? 0;
  const counted: readonly FindingName[] = isSeverity(name)
    ? countedFor(name, thresholds, findings.severities ?? severities)
    : [name];
  const least = counted.map((one) => findings[one] ?? sumKnown(findings, one)).reduce((a, b) => a + b, 0);
  const untold = counted.filter((one) => findings[one] === undefined);
  const found = `${untold.length > 0 ? "at least " : ""}${describeFinding(name, counted, findings)}, and ${limit} allowed`;
  const within = (excepted: readonly Exception[]): Bound =>
    untold.length === 0
      ? { name, state: "within", reason: "", excepted }
      : { name, state: "unknown", reason: `the number of ${untold.join(" and ")} is not known`, excepted: [] };
  if (least <= limit) return within([]);
  const exceptions = isSeverity(name) ? (thresholds.exceptions ?? []) : [];
  const { rest, used, worst, unmet, unknown } = except(findings, { counted, least, exceptions, now });
  if (unknown !== undefined) return { name, state: "unknown", reason: `${found}; ${unknown}`, excepted: [] };
  if (rest <= limit) return within(used);
  const left = used.length === 0 ? "" : `, of which ${least - rest} are excepted`;
  return { name, state: "exceeded", reason: `${found}${left}${nameWorst(worst)}${unmet}`, excepted: [] };
}

/** The rest of a number after the exceptions. */
interface Rest {
  readonly rest: number;
  readonly used: readonly Exception[];
  /** The vulnerabilities that still count, as far as they are known. */
  readonly worst: readonly Vulnerability[];
  /** Which exceptions change nothing, and why. */
  readonly unmet: string;
  /** Why the exceptions cannot be applied. */
  readonly unknown?: string;
}

function except(
  findings: Findings,
  {
    counted,
    least,
    exceptions,
    now,
  }: {
    readonly counted: readonly FindingName[];
    readonly least: number;
    readonly exceptions: readonly Exception[];
    readonly now: number;
  },
): Rest {
  const ended = exceptions.filter((one) => now >= findLastMoment(one));
  const over = ended.map(({ id, expires }) => `; the exception for ${id} ended on ${expires}`).join("");
  const valid = exceptions.filter((one) => !ended.includes(one));
  const listed = findings.vulnerabilities?.filter(({ severity }) => counted.includes(severity)) ?? [];
  if (valid.length === 0) return { rest: least, used: [], worst: listed, unmet: over };
  if (!counted.every((one) => (findings.listed as readonly FindingName[] | undefined)?.includes(one))) {
    const why = findings.unlisted ?? `no list of ${counted.join(" and ")} vulnerabilities was read when the scan ended`;
    return { rest: least, used: [], worst: [], unmet: "", unknown: `exceptions cannot be applied: ${why}` };
  }
  const used = valid.filter(({ id }) => listed.some((one) => sameId(one.id, id)));
  const left = listed.filter(({ id }) => !used.some((one) => sameId(one.id, id)));
  const sum = (all: readonly Vulnerability[]) => all.reduce((total, { images, rows = images }) => total + rows, 0);
  // If list and number differ, the vulnerabilities that the list leaves out count.
  const rest = Math.max(least, sum(listed)) - sum(listed) + sum(left);
  const missed = valid
    .filter((one) => !used.includes(one))
    .map(({ id }) => `; the exception for ${id} matches no vulnerability`);
  return { rest, used, worst: left, unmet: `${missed.join("")}${over}` };
}

const maxNamed = 5;

/** " (CVE-2026-1, CVE-2026-2 and 3 more)". Empty if no ids are known. */
function nameWorst(vulnerabilities: readonly Vulnerability[]): string {
  if (vulnerabilities.length === 0) return "";
  const ids = [...new Set([...vulnerabilities].sort(worstVulnerabilityFirst).map(({ id }) => id))];
  const more = ids.length > maxNamed ? ` and ${ids.length - maxNamed} more` : "";
  return ` (${ids.slice(0, maxNamed).join(", ")}${more})`;
}

/** "2 medium, 5 low in shop/web:1.4.2" */
function describeFinding(name: FindingName, counted: readonly FindingName[], findings: Findings): string {
  const numbers = counted.map((one) => [one, findings[one] ?? sumKnown(findings, one)] as const);
  const told = numbers.filter(([, count]) => count > 0).map(([one, count]) => `${count} ${one}`);
  const meant = counted.includes(name) ? "" : ` (for ${name})`;
  const images = findings.images.filter((image) => counted.some((one) => (image[one] ?? 0) > 0));
  const names = images.flatMap((image) => image.name ?? []).slice(0, 3);
  // The list may leave out the images with the fewest findings.
  const atLeast = findings.total > findings.images.length ? "at least " : "";
  const more = images.length > names.length ? ` and ${atLeast}${images.length - names.length} more` : "";
  return `${told.join(", ")}${meant}${names.length === 0 ? "" : ` in ${names.join(", ")}${more}`}`;
}

/** The sum of the known numbers of single images, for a total that is not known. */
function sumKnown(findings: Findings, name: FindingName): number {
  return findings.images.reduce((sum, image) => sum + (image[name] ?? 0), 0);
}

function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The end of the last day of an exception. */
function findLastMoment({ expires }: Exception): number {
  return Date.parse(expires) + 86_400_000;
}
