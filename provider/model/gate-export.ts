import {
  type FindingCounts,
  type FindingName,
  type Findings,
  findingNames,
  knownCounts,
  severities,
  sumOf,
} from "./findings.js";
import type { ScanStatus, TaskIds } from "./status.js";
import type { Verdict } from "./verdict.js";

/**
 * What a gate tells others: other stacks, other languages, a shell. Its form is that of
 * `scan-gate.schema.json` in this package; a release that changes it gives it another `schema`.
 */
export interface ScanGateExport {
  /** The form of this export. */
  readonly schema: 1;
  /** `PASS` only where every scan of the gate has it. */
  readonly verdict: Verdict;
  /** Why it is what it is. */
  readonly reason: string;
  /** The stack that scans, as `project/stack`. */
  readonly stack?: string;
  /** How the scans ended, all together. Absent while one has not been seen to end. */
  readonly status?: ScanStatus;
  /** The cloud's ids of the scans; a scan may have none, or two. */
  readonly taskIds: readonly string[];
  /** What was scanned. */
  readonly subject: {
    /** How many images. */
    readonly total: number;
    /** Their digests, sorted; of local images their ids. At most 500. */
    readonly digests: readonly string[];
    /**
     * How many images are not named in `digests`: beyond those 500, beyond the 100 images that the findings of a scan
     * name, or without a digest that the cloud tells. Absent where all are named.
     */
    readonly digestsOmitted?: number;
  };
  /** What was found in all of them; what one scan does not tell is absent. */
  readonly counts: FindingCounts;
  /**
   * When the scan that ended first did (ISO 8601): when its end was seen, or of one that had ended before, when it was
   * submitted. Absent while one has not been seen to end, or where nobody knows.
   */
  readonly finishedAt?: string;
  /** From when on the verdict no longer holds (ISO 8601): by the gate's `maxAge`, or because an exception ends. */
  readonly expiresAt?: string;
  /** Digest of what was asked for and what it was judged by. */
  readonly inputsHash: string;
  /**
   * Only with `PASS`: each digest by itself, for languages that cannot compare. To ask for a member of what is not
   * there is an error in all of them.
   */
  readonly approved?: Readonly<Record<string, ApprovedDigest>>;
}

/** One of the digests that a gate lets pass. */
export interface ApprovedDigest {
  /** It itself: `sha256:…`. */
  readonly digest: string;
}

const maxDigests = 500;

/** One scan of a gate, as it ended. */
export interface GateResult {
  /** The task's name in the program. */
  readonly name: string;
  /** Its kind, such as `tencent:LocalScanTask`. */
  readonly kind: string;
  /** The cloud's ids of the task. */
  readonly ids: TaskIds;
  /** How it ended. Absent while it has not been seen to end. */
  readonly status?: ScanStatus | undefined;
  /** The cloud's own words for the end. */
  readonly rawStatus?: string | undefined;
  /** Why the status is not `SUCCEEDED`, or why there is none. */
  readonly reason?: string | undefined;
  /** What was found, where that can be told. */
  readonly findings?: Findings | undefined;
  /** What it means by the thresholds of this moment. */
  readonly verdict: Verdict;
  /** Why the verdict is what it is. */
  readonly verdictReason?: string | undefined;
  /** When its end was seen, or when it was submitted where it had ended before (ISO 8601). */
  readonly finishedAt?: string | undefined;
  /** A newer scan of the same content, which still runs; until it has ended this one counts. */
  readonly running?: string | undefined;
}

export interface GateTerms {
  readonly stack?: string | undefined;
  readonly inputsHash: string;
  readonly maxAgeSeconds: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The verdict on all scans, and when it ends. */
export function exportOf(
  results: readonly (GateResult & { readonly until?: number | undefined })[],
  { stack, inputsHash, maxAgeSeconds, now }: GateTerms,
): ScanGateExport {
  const subject = subjectOf(results);
  const ends = results.map(({ finishedAt }) => timeOf(finishedAt));
  const finished = Math.min(...ends);
  const last = Math.min(
    ...results.map(({ until }) => until ?? Number.POSITIVE_INFINITY),
    maxAgeSeconds === undefined ? Number.POSITIVE_INFINITY : finished + maxAgeSeconds * 1000,
  );
  const isOver = last <= now;
  const { verdict, reason } = isOver ? expired(last) : verdictOf(results);
  const status = statusOf(results.map((result) => result.status));
  return {
    schema: 1,
    verdict,
    reason,
    ...(stack === undefined ? {} : { stack }),
    ...(status === undefined ? {} : { status }),
    taskIds: results.flatMap(({ ids }) => Object.values(ids)),
    subject,
    counts: countsOf(results.map(({ findings }) => findings)),
    ...(Number.isFinite(finished) ? { finishedAt: new Date(finished).toISOString() } : {}),
    ...(Number.isFinite(last) ? { expiresAt: new Date(last).toISOString() } : {}),
    inputsHash,
    ...(verdict === "PASS"
      ? { approved: Object.fromEntries(subject.digests.map((digest) => [digest, { digest }])) }
      : {}),
  };
}

function subjectOf(results: readonly GateResult[]): ScanGateExport["subject"] {
  const total = results.reduce((sum, { findings }) => sum + (findings?.total ?? 0), 0);
  const named = results.flatMap(({ findings }) => (findings?.images ?? []).flatMap(({ digest }) => digest ?? []));
  const all = [...new Set(named)].sort();
  const digests = all.slice(0, maxDigests);
  const omitted = total - named.length + all.length - digests.length;
  return { total, digests, ...(omitted > 0 ? { digestsOmitted: omitted } : {}) };
}

/** A verdict that no longer holds is none, for those as well who do not look at its expiry. */
function expired(last: number): { verdict: Verdict; reason: string } {
  const reason = `the verdict expired at ${new Date(last).toISOString()}; new triggers scan anew`;
  return { verdict: "INCONCLUSIVE", reason };
}

function verdictOf(results: readonly GateResult[]): { verdict: Verdict; reason: string } {
  const worst = (["FAIL", "INCONCLUSIVE"] as const).find((one) => results.some(({ verdict }) => verdict === one));
  const told = results.filter(({ verdict }) => verdict === (worst ?? "PASS"));
  const reasons = told.flatMap(({ name, verdictReason, running }) => [
    ...(verdictReason === undefined ? [] : [`${name}: ${verdictReason}`]),
    ...(running === undefined ? [] : [`${name}: ${running} still runs; until it has ended, the scan before it counts`]),
  ]);
  const more = reasons.length > 5 ? `; and ${reasons.length - 5} more` : "";
  const all = results.length === 1 ? "the scan is" : `all ${results.length} scans are`;
  const reason = reasons.length === 0 ? `${all} within the thresholds` : `${reasons.slice(0, 5).join("; ")}${more}`;
  return { verdict: results.length === 0 ? "INCONCLUSIVE" : (worst ?? "PASS"), reason };
}

function statusOf(statuses: readonly (ScanStatus | undefined)[]): ScanStatus | undefined {
  if (statuses.includes(undefined)) return undefined;
  const all = [...new Set(statuses)];
  if (all.length === 1) return all[0];
  return all.some((status) => status === "SUCCEEDED" || status === "PARTIAL") ? "PARTIAL" : "FAILED";
}

/** A cloud that has no such severity adds nothing to it. */
function countsOf(all: readonly (Findings | undefined)[]): FindingCounts {
  const has = (findings: Findings | undefined, name: FindingName) =>
    !(severities as readonly string[]).includes(name) ||
    (findings?.severities as readonly string[] | undefined)?.includes(name) !== false;
  const sums = findingNames.map((name) => {
    const told = all.filter((findings) => has(findings, name)).map((findings) => findings?.[name]);
    return [name, sumOf(told)] as const;
  });
  return knownCounts(Object.fromEntries(sums));
}

/** Milliseconds since 1970 of an ISO 8601 time with an offset; not a number for anything else, which JavaScript may take. */
export function timeOf(text: unknown): number {
  const isTime = typeof text === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  return isTime ? Date.parse(text) : Number.NaN;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of a text such as `24h`; nothing where it is none. */
export function secondsOf(text: string): number | undefined {
  const [, count, unit = ""] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (units[unit] as number);
}
