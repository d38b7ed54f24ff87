import {
  addUp,
  type FindingCounts,
  type FindingName,
  type Findings,
  findingNames,
  knownCounts,
  severities,
} from "./findings.js";
import type { ScanStatus, TaskIds } from "./status.js";
import type { Verdict } from "./verdict.js";

/**
 * The verdict of a gate as plain data, for other stacks, other languages and a shell. Its form is in
 * `scan-gate.schema.json` of this package. A release that changes the form changes `schema`.
 */
export interface ScanGateExport {
  /** Version of the form of this export. */
  readonly schema: 1;
  /** `PASS` if each scan of the gate has `PASS`; `FAIL` if one has `FAIL`; else `INCONCLUSIVE`. */
  readonly verdict: Verdict;
  /** Why the verdict is `PASS`, `FAIL` or `INCONCLUSIVE`. */
  readonly reason: string;
  /** The stack that scans: `project/stack`. */
  readonly stack?: string;
  /** How the scans ended, all together. Absent until all have ended. */
  readonly status?: ScanStatus;
  /** The cloud's ids of the scans. A scan can have no id, or two. */
  readonly taskIds: readonly string[];
  /** What was scanned. */
  readonly subject: {
    /** Number of images. */
    readonly total: number;
    /** Digests of the images, sorted; for local images their ids. At most 500. */
    readonly digests: readonly string[];
    /**
     * Number of images that `digests` does not name. Absent if it names all. Reasons: more than 500 digests, more than
     * 100 images in one scan, or an image whose digest the cloud does not show.
     */
    readonly digestsOmitted?: number;
  };
  /** Findings in all images together. A number is absent if it is unknown for one scan. */
  readonly counts: FindingCounts;
  /**
   * End of the scan that ended first (ISO 8601): when its end was seen. If it had ended before the first look, when it
   * was submitted. Absent until all scans have ended, and if an end is not known.
   */
  readonly finishedAt?: string;
  /**
   * When the verdict expires (ISO 8601), because of the gate's `maxAge` or an exception. Absent if it does not expire.
   */
  readonly expiresAt?: string;
  /** Digest of the requests and the thresholds. */
  readonly inputsHash: string;
  /**
   * Only with `PASS`: an entry for each digest. It is for languages that cannot compare values: there, reading a missing
   * entry is an error.
   */
  readonly approved?: Readonly<Record<string, ApprovedDigest>>;
}

/** A digest that the gate has approved. */
export interface ApprovedDigest {
  /** The digest: `sha256:…`. */
  readonly digest: string;
}

const maxDigests = 500;

/** The result of one scan of a gate. */
export interface GateResult {
  /** Name of the task in the program. */
  readonly name: string;
  /** Kind of the task, such as `tencent:LocalScanTask`. */
  readonly kind: string;
  /** The cloud's ids of the task. */
  readonly ids: TaskIds;
  /** How the scan ended. Absent until its end was seen. */
  readonly status?: ScanStatus | undefined;
  /** The cloud's own word for the end. */
  readonly rawStatus?: string | undefined;
  /** Why the status is not `SUCCEEDED`, or why there is none. */
  readonly reason?: string | undefined;
  /** Findings of the scan. Absent if they are not known. */
  readonly findings?: Findings | undefined;
  /** Verdict by the present thresholds. */
  readonly verdict: Verdict;
  /** Why the verdict is what it is. */
  readonly verdictReason?: string | undefined;
  /** Time at which its end was seen (ISO 8601). If it had ended before the first look: time of the submission. */
  readonly finishedAt?: string | undefined;
  /** A newer scan of the same content, which still runs. Until its end, this result counts. */
  readonly running?: string | undefined;
}

export interface GateTerms {
  readonly stack?: string | undefined;
  readonly inputsHash: string;
  readonly maxAgeSeconds: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The verdict on all scans, and when it expires. */
export function buildExport(
  results: readonly (GateResult & { readonly until?: number | undefined })[],
  { stack, inputsHash, maxAgeSeconds, now }: GateTerms,
): ScanGateExport {
  const subject = buildSubject(results);
  const ends = results.map(({ finishedAt }) => parseTime(finishedAt));
  const finished = Math.min(...ends);
  const last = Math.min(
    ...results.map(({ until }) => until ?? Number.POSITIVE_INFINITY),
    maxAgeSeconds === undefined ? Number.POSITIVE_INFINITY : finished + maxAgeSeconds * 1000,
  );
  const isOver = last <= now;
  const { verdict, reason } = isOver ? expired(last) : combineVerdicts(results);
  const status = combineStatuses(results.map((result) => result.status));
  return {
    schema: 1,
    verdict,
    reason,
    ...(stack === undefined ? {} : { stack }),
    ...(status === undefined ? {} : { status }),
    taskIds: results.flatMap(({ ids }) => Object.values(ids)),
    subject,
    counts: sumCounts(results.map(({ findings }) => findings)),
    ...(Number.isFinite(finished) ? { finishedAt: new Date(finished).toISOString() } : {}),
    ...(Number.isFinite(last) ? { expiresAt: new Date(last).toISOString() } : {}),
    inputsHash,
    ...(verdict === "PASS"
      ? { approved: Object.fromEntries(subject.digests.map((digest) => [digest, { digest }])) }
      : {}),
  };
}

function buildSubject(results: readonly GateResult[]): ScanGateExport["subject"] {
  const total = results.reduce((sum, { findings }) => sum + (findings?.total ?? 0), 0);
  const named = results.flatMap(({ findings }) => (findings?.images ?? []).flatMap(({ digest }) => digest ?? []));
  const all = [...new Set(named)].sort();
  const digests = all.slice(0, maxDigests);
  const omitted = total - named.length + all.length - digests.length;
  return { total, digests, ...(omitted > 0 ? { digestsOmitted: omitted } : {}) };
}

/** An expired verdict is INCONCLUSIVE, also for readers that do not check `expiresAt`. */
function expired(last: number): { verdict: Verdict; reason: string } {
  const reason = `the verdict expired at ${new Date(last).toISOString()}; set new triggers to scan again`;
  return { verdict: "INCONCLUSIVE", reason };
}

function combineVerdicts(results: readonly GateResult[]): { verdict: Verdict; reason: string } {
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

function combineStatuses(statuses: readonly (ScanStatus | undefined)[]): ScanStatus | undefined {
  if (statuses.includes(undefined)) return undefined;
  const all = [...new Set(statuses)];
  if (all.length === 1) return all[0];
  return all.some((status) => status === "SUCCEEDED" || status === "PARTIAL") ? "PARTIAL" : "FAILED";
}

/** The sums of all scans. A cloud without a severity adds nothing to it. */
function sumCounts(all: readonly (Findings | undefined)[]): FindingCounts {
  const has = (findings: Findings | undefined, name: FindingName) =>
    !(severities as readonly string[]).includes(name) ||
    (findings?.severities as readonly string[] | undefined)?.includes(name) !== false;
  const sums = findingNames.map((name) => {
    const told = all.filter((findings) => has(findings, name)).map((findings) => findings?.[name]);
    return [name, addUp(told)] as const;
  });
  return knownCounts(Object.fromEntries(sums));
}

/**
 * Milliseconds since 1970 of an ISO 8601 time with an offset. NaN for any other text, also if `Date.parse` accepts it.
 */
export function parseTime(text: unknown): number {
  const isTime = typeof text === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  return isTime ? Date.parse(text) : Number.NaN;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of a text such as `24h`. Undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ""] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (units[unit] as number);
}
