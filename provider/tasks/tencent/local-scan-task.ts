import { CloudError, isCloudError } from "../../core/errors.js";
import type {
  Found,
  Outcome,
  Sighting,
  Snapshot,
  Task,
  TaskDriver,
  TaskIds,
  TaskKind,
} from "../../lifecycle/task-kind.js";
import type { TencentClient } from "../../tencent/client.js";
import * as api from "../../tencent/local-images.js";
import { endOfRecord, judged, newestScan, type ScanMark, scannedSince, targetsOf } from "./local-scan-evidence.js";
import { createRequestOf, type LocalScanRequest, localScanInputs } from "./local-scan-request.js";

/** What an account's scans looked like before the request. */
export interface LocalBaseline extends Snapshot, ScanMark {
  /** Id of the last one-click task, "" where there was none. */
  readonly lastTaskId: string;
}

class LocalScanDriver implements TaskDriver<LocalScanRequest, LocalBaseline> {
  readonly #client: TencentClient;

  constructor(client: TencentClient) {
    this.#client = client;
  }

  async baseline(): Promise<LocalBaseline> {
    const [record, mark] = await Promise.all([api.describeAssetImageScanTask(this.#client), newestScan(this.#client)]);
    return {
      serverTime: record.serverTime,
      lastTaskId: record.response.TaskID ?? "",
      ...mark,
    };
  }

  /**
   * The API echoes nothing of a request. What there is: the id of the last one-click task, how many
   * images that task has, and whether the images asked for are being scanned or have been since.
   */
  async find(request: LocalScanRequest, baseline: LocalBaseline, isHeld: (ids: TaskIds) => boolean): Promise<Found> {
    const record = (await api.describeAssetImageScanTask(this.#client)).response;
    const taskId = record.TaskID ?? "";
    const oneClick = request.isOneClickScanningTask ?? true;
    // The record shows the newest one-click task, and ours would be one: so there is none.
    if (oneClick && taskId === baseline.lastTaskId) return { found: "none" };
    const isNew = taskId !== "" && taskId !== baseline.lastTaskId && !isHeld({ taskId });
    const candidates = isNew ? [taskId] : [];

    const targets = await targetsOf(this.#client, request);
    const touched = targets?.filter((row) => row.isScanning || scannedSince(row, baseline));
    // Images that were done before that task began were not scanned by it.
    const began = record.LastScanTime ?? "";
    const byIt = touched?.filter((row) => row.isScanning || row.scanTime >= began);
    if (touched !== undefined && touched.length === 0 && record.Status !== "READY") return { found: "none" };
    if (isNew && oneClick) {
      const total = (await api.describeAssetImageScanStatus(this.#client, taskId)).response.ImageTotal;
      const asMany = targets === undefined || (total === targets.length && byIt?.length === targets.length);
      if (asMany) return { found: "one", ids: { taskId } };
    }
    return {
      found: "unclear",
      candidates,
      why: "other scans have run since, and the API does not tell what a scan was asked for",
    };
  }

  async submit(request: LocalScanRequest) {
    const { response, serverTime } = await api.createAssetImageScanTask(this.#client, createRequestOf(request));
    if (!response.TaskID)
      throw new CloudError({
        kind: "protocol",
        action: "CreateAssetImageScanTask",
        message: "the answer has no TaskID",
      });
    return { ids: { taskId: response.TaskID }, serverTime };
  }

  async obstacle(request: LocalScanRequest): Promise<string | undefined> {
    const targets = await targetsOf(this.#client, request);
    const scanning = targets?.filter((row) => row.isScanning).length ?? 0;
    if (scanning > 0) return `an earlier scan of ${scanning} of the same images is still running`;
    const record = (await api.describeAssetImageScanTask(this.#client)).response;
    return targets === undefined && record.Status === "SCANNING"
      ? `scan task ${record.TaskID} is still running`
      : undefined;
  }

  async look(task: Task<LocalScanRequest, LocalBaseline>): Promise<Sighting> {
    const taskId = task.ids["taskId"] ?? "";
    try {
      const { response } = await api.describeAssetImageScanStatus(this.#client, taskId);
      if (response.Status === "END") return await this.#ended(task, taskId, response);
      return running(response);
    } catch (error) {
      if (isCloudError(error, "missing")) return { state: "missing" };
      throw error;
    }
  }

  /** END covers success, cancel, timeout and error; only the account's last record tells which, and only of the last task. */
  async #ended(
    task: Task<LocalScanRequest, LocalBaseline>,
    taskId: string,
    status: api.AssetImageScanStatus,
  ): Promise<Sighting> {
    const counts = countsOf(status);
    const end = (outcome: Outcome): Sighting => ({
      state: "ended",
      outcome: { rawStatus: "END", counts, ...outcome },
    });
    if (counts.total === 0)
      return end({
        status: "FAILED",
        reason: "no image matched, so nothing was scanned",
      });
    const record = (await api.describeAssetImageScanTask(this.#client)).response;
    const ours = record.TaskID === taskId;
    // Status and record are written one after the other: this one is not up to date yet.
    if (ours && record.Status && record.Status !== "END")
      return running({
        ...status,
        Status: `END, in the record ${record.Status}`,
      });
    // Records had no words for the end before 2024, and on the international site before 2026.
    const told = ours && record.SubStatus ? record.SubStatus : undefined;
    const bad = told === undefined ? undefined : endOfRecord(told);
    if (bad !== undefined) return end(bad);
    const rows = await targetsOf(this.#client, task.request);
    // Images lag behind as well, or another scan of them has begun; either way their results are not there.
    if (rows?.some((row) => row.isScanning)) return running({ ...status, Status: "END, with images still SCANNING" });
    return end(judged(rows, { counts, byRecord: told !== undefined, baseline: task.baseline }));
  }

  async isRunning(ids: TaskIds): Promise<boolean> {
    try {
      const { response } = await api.describeAssetImageScanStatus(this.#client, ids["taskId"] ?? "");
      return response.Status !== "END";
    } catch (error) {
      if (isCloudError(error, "missing")) return false;
      throw error;
    }
  }

  async stop(ids: TaskIds): Promise<void> {
    await api.modifyAssetImageScanStop(this.#client, ids["taskId"] ?? "");
  }
}

function running(status: api.AssetImageScanStatus): Sighting {
  return {
    state: "running",
    rawStatus: status.Status ?? "",
    counts: countsOf(status),
    ...(typeof status.Schedule === "number" ? { percent: status.Schedule } : {}),
    ...(typeof status.LeftSeconds === "number" ? { secondsLeft: status.LeftSeconds } : {}),
  };
}

/** SuccessCount is left out: the vendor calls it "safe" images in one language and "scanned" ones in the other. */
function countsOf({ ImageTotal: total, ImageScanCnt: scanned, RiskCount: risky }: api.AssetImageScanStatus) {
  const isNumber = ([, value]: [string, unknown]) => typeof value === "number";
  return Object.fromEntries(Object.entries({ total, scanned, risky }).filter(isNumber)) as {
    total?: number;
    scanned?: number;
    risky?: number;
  };
}

/** One scan of local images (images found on nodes) by TCSS. */
export const localScanTask: TaskKind<TencentClient, LocalScanRequest, LocalBaseline, "taskId"> = {
  token: "tencent:LocalScanTask",
  ids: ["taskId"],
  inputs: localScanInputs,
  adopted: (taskId) => ({ taskId }),
  timeoutSeconds: (request) => request.timeout,
  driver: (client) => new LocalScanDriver(client),
};
