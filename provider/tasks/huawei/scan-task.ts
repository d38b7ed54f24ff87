import { isCloudError } from "../../core/errors.js";
import type { HuaweiClient } from "../../huawei/client.js";
import * as api from "../../huawei/image-scans.js";
import { text } from "../../lifecycle/check.js";
import type {
  Found,
  Outcome,
  ScanCounts,
  Sighting,
  Submitted,
  Task,
  TaskDriver,
  TaskIds,
  TaskKind,
} from "../../lifecycle/task-kind.js";
import { bodyOf, placeOf, type ScanRequest, scanInputs, typeOf } from "./scan-request.js";
import { maskOf } from "./scan-scope.js";
import { failedHere, touchedSince } from "./target-images.js";
import { allTasks, type Fence, fenceOf, isRunning, type ListedTask, since } from "./task-list.js";

class ScanDriver implements TaskDriver<ScanRequest, Fence> {
  readonly #client: HuaweiClient;

  constructor(client: HuaweiClient) {
    this.#client = client;
  }

  async baseline(scope: ScanRequest): Promise<Fence> {
    const { tasks, serverTime } = await allTasks(this.#client, scope);
    return fenceOf(tasks, serverTime, scope);
  }

  /** The one task that has come up since, and whose images do not say otherwise. */
  async find(request: ScanRequest, fence: Fence, isHeld: (ids: TaskIds) => boolean): Promise<Found> {
    const { tasks } = await allTasks(this.#client, request);
    const all = since(tasks, fence, request).filter(({ task_id }) => !isHeld({ taskId: task_id }));
    const candidates = all.length > 1 ? ofSameSize(all, request) : all;
    const [first] = candidates;
    if (first === undefined) return { found: "none" };
    const touched = await touchedSince(this.#client, request, fence.serverTime);
    if (touched === "none" || touched === "some") return judgedByEnd(candidates, request, touched);
    if (candidates.length === 1) return { found: "one", ids: { taskId: first.task_id } };
    return unclear(candidates, `${candidates.length} scans with the same scope have come up since`);
  }

  async submit(request: ScanRequest): Promise<Submitted> {
    const { serverTime } = await api.createManualImageScanTask(
      this.#client,
      placeOf(request),
      typeOf(request),
      bodyOf(request),
    );
    return { ids: {}, serverTime };
  }

  /** HSS does not refuse a scan because of another one. */
  async obstacle(): Promise<undefined> {
    return undefined;
  }

  async look({ ids, request }: Task<ScanRequest, Fence>): Promise<Sighting> {
    const task = await this.#task(ids, request);
    if (task === undefined) return { state: "missing" };
    return isRunning(task) ? running(task) : { state: "ended", outcome: outcomeOf(task) };
  }

  async #task({ taskId = "" }: TaskIds, place: ScanRequest): Promise<ListedTask | undefined> {
    try {
      const { response } = await api.listImageScanTask(this.#client, placeOf(place), { type: typeOf(place), taskId });
      return (response.data_list ?? []).find((task): task is ListedTask => task.task_id === taskId);
    } catch (error) {
      if (isCloudError(error, "missing")) return undefined;
      throw error;
    }
  }

  async isRunning(ids: TaskIds, reach: ScanRequest): Promise<boolean> {
    const task = await this.#task(ids, reach);
    return task !== undefined && isRunning(task);
  }

  async stop({ taskId = "" }: TaskIds, reach: ScanRequest): Promise<undefined> {
    await api.stopImageScanTask(this.#client, placeOf(reach), taskId);
  }
}

/** Of several, those that have as many images as the request, or do not tell how many. */
function ofSameSize(tasks: ListedTask[], { images }: ScanRequest): ListedTask[] {
  const count = images?.length;
  const same = tasks.filter(({ total_num }) => total_num === count);
  return count !== undefined && same.length > 0 ? same : tasks;
}

/** What new tasks mean for images that they have not touched, or not all: only their end tells. */
function judgedByEnd(candidates: readonly ListedTask[], request: ScanRequest, touched: "none" | "some"): Found {
  const going = candidates.find(isRunning);
  if (going !== undefined) {
    const only = candidates.length === 1 ? { ids: { taskId: going.task_id } } : {};
    return { found: "open", candidate: going.task_id, ...only };
  }
  const own = candidates.filter((task) => failedHere(task, request));
  const [first] = own;
  if (first !== undefined && own.length === 1) return { found: "one", ids: { taskId: first.task_id } };
  // They have ended, and scanned other images; where one ended otherwise, it may have failed at these.
  const scannedOthers = candidates.every(({ task_status }) => task_status === 100);
  if (touched === "none" && own.length === 0 && scannedOthers) return { found: "none" };
  return unclear(
    candidates,
    "scans with the same scope have come up since, and do not tell which images they were for",
  );
}

function unclear(candidates: readonly ListedTask[], why: string): Found {
  return { found: "unclear", candidates: candidates.map(({ task_id }) => task_id), why };
}

function running(task: ListedTask): Sighting {
  const { task_status, remain_min } = task;
  return {
    state: "running",
    rawStatus: String(task_status),
    counts: countsOf(task),
    ...(typeof task_status === "number" ? { percent: task_status } : {}),
    ...(typeof remain_min === "number" ? { secondsLeft: remain_min * 60 } : {}),
  };
}

const badEnds: Readonly<Record<number, Pick<Outcome, "status" | "reason">>> = {
  [-1]: { status: "CANCELED", reason: "the scan was stopped" },
  [-2]: { status: "TIMED_OUT", reason: "the cloud ended the scan because it took too long" },
  [-3]: { status: "FAILED", reason: "the cloud reports that the scan ended abnormally" },
};

/** 100 says that the task is over, not that its images were scanned. */
function outcomeOf(task: ListedTask): Outcome {
  const rawStatus = String(task.task_status);
  const counts = countsOf(task);
  const bad = badEnds[task.task_status ?? 0];
  const told = task.failed_reason ? `: ${task.failed_reason}` : "";
  if (bad !== undefined) return { rawStatus, counts, ...bad, reason: `${bad.reason}${told}` };
  if (task.task_status !== 100)
    return { status: "UNKNOWN", rawStatus, counts, reason: "a status that is not documented" };
  return { rawStatus, counts, ...judgedByCounts(task) };
}

function judgedByCounts(task: ListedTask): Outcome {
  const { total_num: total, success_num: good, failed_num: failed } = task;
  if (total === 0) return { status: "FAILED", reason: "no image matched, so nothing was scanned" };
  if (typeof failed !== "number" && typeof good !== "number") {
    return { status: "UNKNOWN", reason: "the cloud does not tell how many images were scanned" };
  }
  const missing = typeof total === "number" && typeof good === "number" ? total - good : (failed ?? 0);
  if ((failed ?? 0) === 0 && missing <= 0) return { status: "SUCCEEDED" };
  const isPartial = typeof good === "number" ? good > 0 : (failed ?? 0) < (total ?? Number.POSITIVE_INFINITY);
  return { status: isPartial ? "PARTIAL" : "FAILED", reason: whyBad(task, missing) };
}

function whyBad({ failed_images, failed_reason }: ListedTask, missing: number): string {
  const named = (failed_images ?? []).slice(0, 5).map((image) => {
    const name = `${image.namespace ? `${image.namespace}/` : ""}${image.image_name ?? image.id}:${image.image_version ?? ""}`;
    return image.failed_reason ? `${name} (${image.failed_reason})` : name;
  });
  if (named.length === 0) return `not scanned: ${missing} images${failed_reason ? ` (${failed_reason})` : ""}`;
  return `not scanned: ${named.join("; ")}${missing > named.length ? `; and ${missing - named.length} more` : ""}`;
}

function countsOf({ total_num, success_num, failed_num, risky_num }: ListedTask): ScanCounts {
  const scanned = typeof success_num === "number" ? success_num + (failed_num ?? 0) : undefined;
  const counts = { total: total_num, scanned, succeeded: success_num, risky: risky_num };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === "number"));
}

/** One scan of images by HSS. */
export const scanTask: TaskKind<HuaweiClient, ScanRequest, Fence, "taskId"> = {
  token: "huawei:ScanTask",
  ids: ["taskId"],
  inputs: scanInputs,
  sent: (request) => {
    const { projectId, enterpriseProjectId } = request;
    return { projectId, enterpriseProjectId, globalImageType: typeOf(request), body: bodyOf(request) };
  },
  adoptable: text,
  adopted: (taskId) => ({ taskId }),
  isUnnamed: true,
  scope: ({ projectId, enterpriseProjectId, region, globalImageType, scanScope, rateLimit, isAll }) =>
    withoutUndefined({
      projectId,
      enterpriseProjectId,
      region,
      globalImageType,
      rateLimit,
      isAll,
      scanScope: scanScope === undefined ? undefined : maskOf(scanScope),
    }),
  reach: ({ projectId, enterpriseProjectId, region, globalImageType }) =>
    withoutUndefined({ projectId, enterpriseProjectId, region, globalImageType }),
  timeoutSeconds: () => undefined,
  driver: (client) => new ScanDriver(client),
};

function withoutUndefined(fields: { [Name in keyof ScanRequest]: ScanRequest[Name] | undefined }): ScanRequest {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
