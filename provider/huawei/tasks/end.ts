import type { Outcome, ScanCounts } from "../../model/status.js";
import type { SentScan } from "./request.js";
import { describeImage } from "./target-images.js";
import type { ListedTask } from "./task-list.js";

// The end of an HSS task, from its row in the list.

const badEnds: Readonly<Record<number, Pick<Outcome, "status" | "reason">>> = {
  [-1]: { status: "CANCELED", reason: "the scan was stopped" },
  [-2]: { status: "TIMED_OUT", reason: "the cloud ended the scan because it took too long" },
  [-3]: { status: "FAILED", reason: "the cloud reports that the scan ended abnormally" },
};

export function isKnownEnd({ task_status = 0 }: ListedTask): boolean {
  return task_status === 100 || badEnds[task_status] !== undefined;
}

/** 100 means that the task has ended, not that its images were scanned. */
export function classifyOutcome(task: ListedTask, request: SentScan): Outcome {
  const rawStatus = String(task.task_status);
  const counts = readCounts(task);
  const bad = badEnds[task.task_status ?? 0];
  const told = task.failed_reason ? `: ${task.failed_reason}` : "";
  if (bad !== undefined) return { rawStatus, counts, ...bad, reason: `${bad.reason}${told}` };
  if (task.task_status !== 100)
    return { status: "UNKNOWN", rawStatus, counts, reason: "a status that is not documented" };
  return { rawStatus, counts, ...judgedByCounts(task, request.images?.length) };
}

function judgedByCounts(task: ListedTask, asked: number | undefined): Outcome {
  const { total_num: total, success_num: good, failed_num: failed } = task;
  if (total === 0) return { status: "FAILED", reason: "no image matched, so nothing was scanned" };
  if (isContradictory(task)) return { status: "UNKNOWN", reason: "the cloud counts more results than images" };
  if (typeof failed !== "number" && typeof good !== "number") {
    return { status: "UNKNOWN", reason: "the cloud does not show how many images were scanned" };
  }
  const wanted = Math.max(asked ?? 0, total ?? 0);
  const missing = typeof good === "number" ? wanted - good : (failed ?? 0) + wanted - (total ?? wanted);
  if ((failed ?? 0) === 0 && missing <= 0 && good !== 0) return { status: "SUCCEEDED" };
  const isPartial = typeof good === "number" ? good > 0 : missing < wanted;
  return { status: isPartial ? "PARTIAL" : "FAILED", reason: whyBad(task, Math.max(missing, failed ?? 0)) };
}

function isContradictory({ total_num, success_num = 0, failed_num = 0 }: ListedTask): boolean {
  return total_num !== undefined && success_num + failed_num > total_num;
}

function whyBad({ failed_images, failed_reason }: ListedTask, missing: number): string {
  const named = (failed_images ?? []).slice(0, 5).map((image) => {
    const name = describeImage(image);
    return image.failed_reason ? `${name} (${image.failed_reason})` : name;
  });
  if (named.length === 0) return `not scanned: ${missing} images${failed_reason ? ` (${failed_reason})` : ""}`;
  return `not scanned: ${named.join("; ")}${missing > named.length ? `; and ${missing - named.length} more` : ""}`;
}

export function readCounts({ total_num, success_num, failed_num, risky_num }: ListedTask): ScanCounts {
  const scanned = typeof success_num === "number" ? success_num + (failed_num ?? 0) : undefined;
  const counts = { total: total_num, scanned, succeeded: success_num, risky: risky_num };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === "number"));
}
