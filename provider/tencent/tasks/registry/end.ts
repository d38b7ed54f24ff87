import type { Observation, TypedTask } from "../../../lifecycle/task-kind.js";
import { type Findings, sumFindings } from "../../../model/findings.js";
import type { Outcome, ScanCounts } from "../../../model/status.js";
import type * as api from "../../api/registry-images.js";
import { isContradictory } from "../../images/image-findings.js";
import { badEnd, classifyResult, imageFindings, type RegistryBaseline, taken } from "../../images/registry-evidence.js";
import { normalizeStatus, type RegistryRow } from "../../images/registry-rows.js";
import type { SentRegistryScan } from "./request.js";

// The end of a scan of registry images.

export type RegistryTask = TypedTask<SentRegistryScan, RegistryBaseline>;

/** The cloud's status of a whole scan, and whether it is of this task: without an id it is of the images. */
export interface Overall {
  readonly status: api.RegistryScanStatus;
  readonly byTask: boolean;
}

/** The findings in the images that have a result. */
function foundIn(
  rows: readonly RegistryRow[],
  since: RegistryBaseline | undefined,
  asked: SentRegistryScan["scanTypes"],
): { readonly findings: Findings; readonly settling: boolean } {
  const settling = rows.some(({ image }) => isContradictory(image));
  return { findings: sumFindings(rows.map((row) => imageFindings(row, since, asked))), settling };
}

/** An accepted scan may be queued for this long before its images show it. */
const patienceSeconds = 300;

const badWords: Readonly<Record<string, Outcome>> = {
  SCAN_TIMEOUT: { status: "TIMED_OUT", reason: "the cloud ended the scan at its timeout" },
  CANCELED: { status: "CANCELED", reason: "the scan was stopped" },
};

function readEnd({ status, byTask }: Overall): Outcome | undefined {
  const word = normalizeStatus(status.Status);
  return byTask && Object.hasOwn(badWords, word) ? badWords[word] : undefined;
}

/** If the images are known, each image and each scan type must have a result. */
export function namedEnd(targets: readonly RegistryRow[], overall: Overall, task: RegistryTask): Observation {
  const { status, byTask } = overall;
  const { scanTypes } = task.request;
  const rows = taken(targets, task.request, task.baseline);
  // An adopted task has all its results, also those from before the adoption.
  const since = task.adopted && byTask ? undefined : task.baseline;
  const results = rows.map((row) => classifyResult(row, since, scanTypes));
  const good = results.filter((result) => result === "complete").length;
  const counts = { ...readCounts(status), total: rows.length, succeeded: good };
  const told = { rawStatus: status.Status ?? "", counts };
  if (rows.length === 0) return notYet({ status: "FAILED", ...told, reason: "no image matched" });
  const found = foundIn(rows, since, scanTypes);
  if (good === rows.length) return { ...completeEnd(rows, { targets, overall, told }), ...found };
  const bad = rows.filter((_, at) => results[at] !== "complete");
  const said = readEnd(overall);
  const outcome = said ?? badEnd(bad, good > 0 || results.includes("partial"), scanTypes);
  const whole: Outcome = { ...told, ...outcome };
  if (task.adopted && !byTask) {
    const reason = "the task was adopted, and its images do not show which results are from it";
    return notYet({ ...told, status: "UNKNOWN", reason });
  }
  // An image without a new result may be scanned soon: the cloud takes a moment to begin.
  return said === undefined && results.includes("stale") ? notYet(whole) : { ...ended(whole), ...found };
}

interface Completion {
  readonly targets: readonly RegistryRow[];
  readonly overall: Overall;
  readonly told: Pick<Outcome, "rawStatus" | "counts">;
}

function completeEnd(rows: readonly RegistryRow[], { targets, overall, told }: Completion): Observation {
  const { ImageTotal } = overall.status;
  if (overall.byTask && targets.length > rows.length && (ImageTotal ?? 0) > rows.length) {
    const reason = `the cloud counts ${ImageTotal} images, and ${rows.length} of them have a result`;
    return notYet({ ...told, status: "PARTIAL", reason });
  }
  return ended({ ...told, status: "SUCCEEDED", ...remarks(rows, targets.length) });
}

/** For a scan whose images only the cloud knows: exactly as many as it counts have a new result, and all are complete. */
export function unnamedEnd(fresh: readonly RegistryRow[], overall: Overall, task: RegistryTask): Observation {
  const { status, byTask } = overall;
  const { scanTypes } = task.request;
  const results = fresh.map((row) => classifyResult(row, task.baseline, scanTypes));
  const good = results.filter((result) => result === "complete").length;
  const counts: ScanCounts = { ...readCounts(status), succeeded: good };
  const told = { rawStatus: status.Status ?? "", counts };
  const said = readEnd(overall);
  if (said !== undefined) return ended({ ...told, ...said });
  const { total } = counts;
  if (!byTask || total === undefined || fresh.length > total) {
    const reason = "only the cloud knows which images it scanned, and its API does not show how the scan ended";
    return notYet({ ...told, status: "UNKNOWN", reason });
  }
  if (total === 0) return ended({ ...told, status: "FAILED", reason: "no image matched" });
  const isDone = normalizeStatus(status.Status) === "SCANNED";
  if (good === total && isDone) {
    const outcome = { ...told, status: "SUCCEEDED", ...remarks(fresh, fresh.length) } as const;
    return { ...ended(outcome), ...foundIn(fresh, task.baseline, scanTypes) };
  }
  const bad = fresh.filter((_, at) => results[at] !== "complete");
  return notYet({ ...told, ...badEnd(bad, good > 0, scanTypes) });
}

function ended(outcome: Outcome): Observation {
  return { state: "ended", outcome };
}

function notYet(outcome: Outcome): Observation {
  return { state: "missing", outcome, patienceSeconds };
}

function remarks(rows: readonly RegistryRow[], matched: number): { reason?: string } {
  const told = [...new Set(rows.flatMap((row) => row.remarks))].slice(0, 5);
  const facts = [
    ...(told.length === 0 ? [] : [`scanned, with remarks from the cloud: ${told.join(", ")}`]),
    ...(matched > rows.length
      ? [`${matched - rows.length} matching images have no scan licence, and were left out`]
      : []),
  ];
  return facts.length === 0 ? {} : { reason: facts.join("; ") };
}

export function running(status: api.RegistryScanStatus): Observation {
  return {
    state: "running",
    rawStatus: status.Status ?? "",
    counts: readCounts(status),
    ...(typeof status.Schedule === "number" ? { percent: status.Schedule } : {}),
    ...(typeof status.ScanRemainTime === "number" ? { secondsLeft: status.ScanRemainTime } : {}),
  };
}

/** SuccessCount and RiskCount are left out: the vendor's texts and examples contradict each other on both. */
function readCounts({ ImageTotal, ImageScanCnt }: api.RegistryScanStatus): ScanCounts {
  return {
    ...(typeof ImageTotal === "number" ? { total: ImageTotal } : {}),
    ...(typeof ImageScanCnt === "number" ? { scanned: ImageScanCnt } : {}),
  };
}
