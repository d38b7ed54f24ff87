import { isCloudError } from "../../core/errors.js";
import { integerOf } from "../../core/json.js";
import { digits } from "../../lifecycle/check.js";
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
import type { TencentClient } from "../../tencent/client.js";
import * as api from "../../tencent/registry-images.js";
import { wireFilter } from "./asset-filter.js";
import { wireImageName } from "./registry-image-name.js";
import {
  allImages,
  badEnd,
  isScanning,
  isTouched,
  newestRegistryScan,
  type RegistryRow,
  resultOf,
  taken,
  targetsOf,
} from "./registry-scan-evidence.js";
import { createRequestOf, type RegistryScanRequest, registryScanInputs } from "./registry-scan-request.js";
import { beginSync } from "./registry-sync.js";
import { type ScanMark, scannedSince } from "./scan-mark.js";
import { absentLeftOut, idsOf } from "./wire.js";

type RegistryTask = Task<RegistryScanRequest, ScanMark>;

const runningWords = ["SCANNING", "WAIT_SCAN", "READY"];
const badWords: Readonly<Record<string, Outcome>> = {
  SCAN_TIMEOUT: { status: "TIMED_OUT", reason: "the cloud ended the scan at its timeout" },
  CANCELED: { status: "CANCELED", reason: "the scan was stopped" },
};

/** What the cloud says of a whole scan, and whether of this very task: without an id it speaks of the images. */
interface Overall {
  readonly status: api.RegistryScanStatus;
  readonly byTask: boolean;
}

class RegistryScanDriver implements TaskDriver<RegistryScanRequest, ScanMark> {
  readonly #client: TencentClient;
  /** The international site has no TaskID in status and stop. */
  #knowsTaskId: boolean;

  constructor(client: TencentClient) {
    this.#client = client;
    this.#knowsTaskId = client.site === "cn";
  }

  baseline(): Promise<ScanMark> {
    return newestRegistryScan(this.#client);
  }

  /** No answer tells the id of a scan that was begun earlier; what tells that it was begun are its images. */
  async find(request: RegistryScanRequest, baseline: ScanMark): Promise<Found> {
    const targets = await targetsOf(this.#client, request);
    const rows = targets ?? (await allImages(this.#client));
    if (rows === undefined) return unclear("the account has more images than can be looked through");
    const touched = rows.filter((row) => isTouched(row, baseline, request.scanTypes));
    const wanted = taken(rows, request, baseline);
    if (touched.length === 0) return { found: "none" };
    if (targets === undefined)
      return unclear("images have been scanned since, and only the cloud knows which it takes");
    if (touched.length === wanted.length) return { found: "one", ids: {} };
    const scanning = touched.filter((row) => isScanning(row, request.scanTypes));
    if (scanning.length > 0) return { found: "open", candidate: `of ${scanning[0]?.name}` };
    return unclear(`${touched.length} of its ${wanted.length} images have been scanned since`);
  }

  async prepare({ sync }: RegistryScanRequest): Promise<() => Promise<string | undefined>> {
    if (sync === undefined || sync === false) return async () => undefined;
    return beginSync(this.#client, sync);
  }

  async submit(request: RegistryScanRequest): Promise<Submitted> {
    const { action, body } = createRequestOf(request);
    const { response, serverTime } =
      action === "CreateAssetImageRegistryScanTask"
        ? await api.createAssetImageRegistryScanTask(this.#client, body)
        : await api.createAssetImageRegistryScanTaskOneKey(this.#client, body);
    const id = response.TaskID;
    return { ids: id === undefined || id === null || String(id) === "0" ? {} : { taskId: String(id) }, serverTime };
  }

  async obstacle(request: RegistryScanRequest): Promise<string | undefined> {
    const targets = await targetsOf(this.#client, request);
    const scanning = targets?.filter((row) => isScanning(row, request.scanTypes)).length ?? 0;
    if (scanning > 0) return `an earlier scan of ${scanning} of the same images is still running`;
    if (targets !== undefined) return undefined;
    const { response } = await api.describeAssetImageRegistryScanStatusOneKey(this.#client, { All: true });
    return runningWords.includes(response.Status ?? "") ? "a scan of the account's images is still running" : undefined;
  }

  async look(task: RegistryTask): Promise<Sighting> {
    const { request, baseline } = task;
    const targets = await targetsOf(this.#client, request);
    const overall = await this.#overall(task.ids, request, targets);
    if (overall === undefined) return { state: "missing" };
    const rows = targets ?? (await allImages(this.#client))?.filter((row) => scannedSince(row, baseline)) ?? [];
    const unfinished = rows.some((row) => isScanning(row, request.scanTypes));
    const word = overall.status.Status ?? "";
    if (unfinished || (overall.byTask && runningWords.includes(word))) return running(overall.status);
    if (targets === undefined && runningWords.includes(word)) return running(overall.status);
    return targets === undefined ? unnamedEnd(rows, overall, task) : namedEnd(rows, overall, task);
  }

  /** By the task's id where the site knows it, else by the images. */
  async #overall(
    ids: TaskIds,
    request: RegistryScanRequest,
    targets: readonly RegistryRow[] | undefined,
  ): Promise<Overall | undefined> {
    const { taskId } = ids;
    if (taskId !== undefined && this.#knowsTaskId) {
      try {
        const { response } = await api.describeAssetImageRegistryScanStatusOneKey(this.#client, {
          TaskID: integerOf(taskId),
        });
        return { status: response, byTask: true };
      } catch (error) {
        if (isCloudError(error, "missing")) return undefined;
        if (!isCloudError(error, "rejected") || error.code !== "UnknownParameter") throw error;
        this.#knowsTaskId = false;
      }
    }
    try {
      const selector = selectorOf(request, targets);
      const { response } = await api.describeAssetImageRegistryScanStatusOneKey(this.#client, selector);
      return { status: response, byTask: false };
    } catch (error) {
      // The images themselves tell enough.
      if (isCloudError(error, "missing")) return { status: {}, byTask: false };
      throw error;
    }
  }

  async isRunning(ids: TaskIds, reach: RegistryScanRequest): Promise<boolean> {
    const targets = await targetsOf(this.#client, reach);
    const overall = await this.#overall(ids, reach, targets);
    if (overall?.byTask === true || targets === undefined) return runningWords.includes(overall?.status.Status ?? "");
    return targets.some((row) => isScanning(row, reach.scanTypes));
  }

  async stop(ids: TaskIds, reach: RegistryScanRequest): Promise<string | undefined> {
    const { taskId } = ids;
    const selector = this.#knowsTaskId && taskId !== undefined ? { TaskID: integerOf(taskId) } : stopSelectorOf(reach);
    if (selector === undefined) return "without a TaskID the API cannot stop a scan whose images only the cloud knows";
    if (reach.mode === "oneClick") await api.modifyAssetImageRegistryScanStopOneKey(this.#client, selector);
    else await api.modifyAssetImageRegistryScanStop(this.#client, selector);
    return undefined;
  }
}

/** What a status is asked for, where it cannot be a task's id. */
function selectorOf(
  { images }: RegistryScanRequest,
  targets: readonly RegistryRow[] | undefined,
): api.RegistryScanSelector {
  if (targets === undefined) return { All: true };
  const ids = targets.map((row) => row.image.Id).filter((id) => id !== undefined && id !== null);
  return ids.length === 0 && images !== undefined ? { Images: images.map(wireImageName) } : { Id: ids };
}

/** What a stop names; never more than the request has asked for. */
function stopSelectorOf(request: RegistryScanRequest): api.ModifyAssetImageRegistryScanStopRequest | undefined {
  const { ids, images, all, filters, excludeImageIds, onlyScanLatest } = request;
  if (ids !== undefined) return absentLeftOut({ Id: idsOf(ids) });
  if (images !== undefined) return { Images: images.map(wireImageName) };
  if (all === true) return { All: true };
  if (filters === undefined) return undefined;
  return absentLeftOut({
    Filters: filters.map(wireFilter),
    ExcludeImageList: idsOf(excludeImageIds),
    OnlyScanLatest: onlyScanLatest,
  });
}

/** The end of a scan whose images are known: what counts is each image and each scan type. */
function namedEnd(targets: readonly RegistryRow[], { status, byTask }: Overall, task: RegistryTask): Sighting {
  const { scanTypes } = task.request;
  const rows = taken(targets, task.request, task.baseline);
  const results = rows.map((row) => resultOf(row, task.baseline, scanTypes));
  const good = results.filter((result) => result === "complete").length;
  const counts = { ...countsOf(status), total: rows.length, succeeded: good };
  const rawStatus = status.Status ?? "";
  if (rows.length === 0) return ended({ status: "FAILED", rawStatus, counts, reason: "no image matched" });
  if (good === rows.length) return ended({ status: "SUCCEEDED", rawStatus, counts, ...remarks(rows, targets.length) });
  const bad = rows.filter((_, at) => results[at] !== "complete");
  const said = byTask && Object.hasOwn(badWords, rawStatus) ? badWords[rawStatus] : undefined;
  const outcome = said ?? badEnd(bad, good > 0 || results.includes("partial"), scanTypes);
  const whole = { rawStatus, counts, ...outcome };
  // An image without a new result may be about to be scanned: the cloud takes a moment to begin.
  return said === undefined && results.includes("stale") ? { state: "missing", outcome: whole } : ended(whole);
}

/** The end of a scan whose images only the cloud knows: as many as it says must have a new result. */
function unnamedEnd(fresh: readonly RegistryRow[], { status, byTask }: Overall, task: RegistryTask): Sighting {
  const { scanTypes } = task.request;
  const results = fresh.map((row) => resultOf(row, task.baseline, scanTypes));
  const good = results.filter((result) => result === "complete").length;
  const counts: ScanCounts = { ...countsOf(status), succeeded: good };
  const rawStatus = status.Status ?? "";
  const said = byTask && Object.hasOwn(badWords, rawStatus) ? badWords[rawStatus] : undefined;
  if (said !== undefined) return ended({ rawStatus, counts, ...said });
  if (!byTask || counts.total === undefined) {
    const reason = "only the cloud knows which images it took, and its API does not tell how their scan ended";
    return { state: "missing", outcome: { status: "UNKNOWN", rawStatus, counts, reason } };
  }
  if (counts.total === 0) return ended({ status: "FAILED", rawStatus, counts, reason: "no image matched" });
  if (good >= counts.total) return ended({ status: "SUCCEEDED", rawStatus, counts, ...remarks(fresh, fresh.length) });
  const bad = fresh.filter((_, at) => results[at] !== "complete");
  return { state: "missing", outcome: { rawStatus, counts, ...badEnd(bad, good > 0, scanTypes) } };
}

function ended(outcome: Outcome): Sighting {
  return { state: "ended", outcome };
}

function remarks(rows: readonly RegistryRow[], matched: number): { reason?: string } {
  const told = [...new Set(rows.flatMap((row) => row.remarks))].slice(0, 5);
  const facts = [
    ...(told.length === 0 ? [] : [`scanned, with remarks of the cloud: ${told.join(", ")}`]),
    ...(matched > rows.length
      ? [`${matched - rows.length} matching images have no scan licence, and were left out`]
      : []),
  ];
  return facts.length === 0 ? {} : { reason: facts.join("; ") };
}

function running(status: api.RegistryScanStatus): Sighting {
  return {
    state: "running",
    rawStatus: status.Status ?? "",
    counts: countsOf(status),
    ...(typeof status.Schedule === "number" ? { percent: status.Schedule } : {}),
    ...(typeof status.ScanRemainTime === "number" ? { secondsLeft: status.ScanRemainTime } : {}),
  };
}

/** SuccessCount and RiskCount are left out: the vendor's texts and examples contradict each other on both. */
function countsOf({ ImageTotal, ImageScanCnt }: api.RegistryScanStatus): ScanCounts {
  return {
    ...(typeof ImageTotal === "number" ? { total: ImageTotal } : {}),
    ...(typeof ImageScanCnt === "number" ? { scanned: ImageScanCnt } : {}),
  };
}

function unclear(why: string): Found {
  return { found: "unclear", candidates: [], why };
}

/** One scan of images of registries by TCSS. */
export const registryScanTask: TaskKind<TencentClient, RegistryScanRequest, ScanMark, "taskId"> = {
  token: "tencent:RegistryScanTask",
  ids: ["taskId"],
  inputs: registryScanInputs,
  sent: (request) => {
    const { action, body } = createRequestOf(request);
    return { [action]: body };
  },
  adoptable: digits,
  adopted: (taskId) => ({ taskId }),
  timeoutSeconds: (request) => request.timeout,
  reach: ({ sync: _, timeout: __, ...selectors }) => selectors,
  driver: (client) => new RegistryScanDriver(client),
};
