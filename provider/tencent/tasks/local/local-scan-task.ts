import type { Claims } from "../../../lifecycle/submission/ownership.js";
import {
  defineTask,
  type Observation,
  type TaskMatch,
  type TypedDriver,
  type TypedTask,
} from "../../../lifecycle/task-kind.js";
import { countThings } from "../../../model/count-things.js";
import type { CodedError } from "../../../model/error-codes.js";
import { type ImageFindings, listDetectable } from "../../../model/findings.js";
import type { Outcome, TaskIds } from "../../../model/status.js";
import { CloudError, isCloudError } from "../../../transport/errors.js";
import { text } from "../../../validation/rules.js";
import type { TencentClient } from "../../api/client.js";
import * as api from "../../api/local-images.js";
import { vulnerabilitiesIn } from "../../images/image-findings.js";
import { isLocalImageId } from "../../images/local-image-name.js";
import { pinLocalImages } from "../../images/pin-images.js";
import { type ScanMark, scannedSince } from "../../images/scan-mark.js";
import {
  allImages,
  type Case,
  classifyBadEnd,
  classifyEnd,
  countScanning,
  findLocalRefusal,
  foundIn,
  type ImageRow,
  lastRecord,
  newestLocalScan,
  readTargets,
} from "./evidence.js";
import { type LocalScanRequest, localScan } from "./request.js";

/** The state of an account's scans before the request. */
export interface LocalBaseline extends ScanMark {
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverTime: number;
  /** Id of the last one-click task, "" if there was none. */
  readonly lastTaskId: string;
}

class LocalScanDriver implements TypedDriver<LocalScanRequest, LocalBaseline> {
  readonly #client: TencentClient;

  constructor(client: TencentClient) {
    this.#client = client;
  }

  async pinImages({ images = [] }: LocalScanRequest): Promise<LocalScanRequest> {
    return { images: await pinLocalImages(this.#client, images) };
  }

  async readBaseline(): Promise<LocalBaseline> {
    const [{ record, serverTime }, mark] = await Promise.all([lastRecord(this.#client), newestLocalScan(this.#client)]);
    return { serverTime, lastTaskId: record.TaskID ?? "", ...mark };
  }

  /**
   * The API echoes nothing of a request. It shows only the id of the last one-click task, how many
   * images that task has, and for each image its status and the time of its last scan.
   */
  async findTask(request: LocalScanRequest, baseline: LocalBaseline, claims: Claims): Promise<TaskMatch> {
    const { record } = await lastRecord(this.#client);
    const taskId = record.TaskID ?? "";
    const oneClick = request.isOneClickScanningTask ?? true;
    const targets = await readTargets(this.#client, request);
    const touched = targets?.filter((row) => row.isScanning || scannedSince(row, baseline));
    // The record shows the newest one-click task, and ours is one. If the record is late or has expired, the images decide.
    if (oneClick && taskId === baseline.lastTaskId && targets === undefined) return { match: "none" };
    if (taskId === "" || taskId === baseline.lastTaskId || claims.isClaimed({ taskId })) {
      return touched?.length === 0 ? { match: "none" } : unclear([]);
    }
    const total = (await this.#statusOf({ taskId }))?.ImageTotal ?? undefined;
    const isOfThisSize = targets !== undefined && listSizes(request, targets).includes(total ?? 0);
    if (oneClick && isOfThisSize && total && doneBy(record, touched) === total)
      return { match: "one", ids: { taskId } };
    return touched?.length === 0 ? untouched(record, isOfThisSize) : unclear([taskId]);
  }

  findRefusal(request: LocalScanRequest): Promise<CodedError | undefined> {
    return findLocalRefusal(this.#client, request);
  }

  async submit(request: LocalScanRequest) {
    const { response, serverTime } = await api.createAssetImageScanTask(this.#client, localScan.toWire(request));
    if (!response.TaskID) {
      const action = "CreateAssetImageScanTask";
      throw new CloudError({ kind: "protocol", action, message: "the answer has no TaskID" });
    }
    return { ids: { taskId: response.TaskID }, serverTime };
  }

  async findObstacle(request: LocalScanRequest): Promise<string | undefined> {
    const targets = await readTargets(this.#client, request);
    const scanning = targets?.filter((row) => row.isScanning).length ?? 0;
    if (scanning > 0) return `an earlier scan of ${scanning} of the same images is still running`;
    if (targets !== undefined) return undefined;
    const others = await countScanning(this.#client);
    return others === 0 ? undefined : `a scan of ${others} images of the account is still running`;
  }

  async observe(task: TypedTask<LocalScanRequest, LocalBaseline>): Promise<Observation> {
    const status = await this.#statusOf(task.ids);
    if (status === undefined) return { state: "missing" };
    return status.Status === "END" ? this.#ended(task, status) : running(status);
  }

  /** END covers success, cancel, timeout and error. Only the account's record shows which, and only for the last task. */
  async #ended(
    task: TypedTask<LocalScanRequest, LocalBaseline>,
    status: api.AssetImageScanStatus,
  ): Promise<Observation> {
    const counts = readCounts(status);
    const end = (outcome: Outcome): Observation => ({
      state: "ended",
      outcome: { rawStatus: "END", counts, ...outcome },
    });
    if (counts.total === 0) return end({ status: "FAILED", reason: "no image matched, so nothing was scanned" });
    const { record } = await lastRecord(this.#client);
    const ours = record.TaskID === task.ids["taskId"];
    // The cloud writes the status before the record, so this record is not up to date yet.
    if (ours && record.Status && record.Status !== "END") return running({ ...status, Status: `END/${record.Status}` });
    // Records have had words for the end since 2024, on the international site since 2026.
    const word = ours && record.SubStatus ? record.SubStatus : undefined;
    const bad = word === undefined ? undefined : classifyBadEnd(word);
    if (bad !== undefined) return end(bad);
    if (word !== undefined && word !== "Success") return running({ ...status, Status: `END/${word}` });
    const rows = await readTargets(this.#client, task.request);
    const named = task.request.images !== undefined;
    const isFresh = freshness(task, ours, record);
    // Images lag too. An image that has a result of this scan may already be in the next scan.
    const waiting = rows?.some((row) => row.isScanning && isFresh?.(row) !== true) === true;
    if (waiting) return running({ ...status, Status: "END, with images still SCANNING" });
    const { SuccessCount, RiskCount } = status;
    const accounted =
      typeof SuccessCount === "number" && typeof RiskCount === "number" ? SuccessCount + RiskCount : undefined;
    const byRecord = word !== undefined;
    const situation: Case = { accounted, counts, byRecord, named, own: !task.adopted, isFresh };
    const sighting = end(classifyEnd(rows, situation));
    const images = rows ?? (await this.#imagesOf(task.request, situation));
    return images === undefined ? sighting : { ...sighting, ...foundIn(images, situation, task.request) };
  }

  /** The images of a scan that only the cloud knows. They are known only if as many as it counts have a new result. */
  async #imagesOf(request: LocalScanRequest, { isFresh, counts }: Case): Promise<ImageRow[] | undefined> {
    if (isFresh === undefined) return undefined;
    const fresh = (await allImages(this.#client, request))?.filter(isFresh);
    return fresh?.length === counts.total ? fresh : undefined;
  }

  listVulnerabilities(image: ImageFindings) {
    return vulnerabilitiesIn(this.#client, image);
  }

  async #statusOf(ids: TaskIds): Promise<api.AssetImageScanStatus | undefined> {
    try {
      return (await api.describeAssetImageScanStatus(this.#client, ids["taskId"] ?? "")).response;
    } catch (error) {
      if (isCloudError(error, "missing")) return undefined;
      throw error;
    }
  }

  async isRunning(ids: TaskIds): Promise<boolean | undefined> {
    const status = await this.#statusOf(ids);
    return status === undefined ? undefined : status.Status !== "END";
  }

  async stop(ids: TaskIds): Promise<undefined> {
    await api.modifyAssetImageScanStop(this.#client, ids["taskId"] ?? "");
  }
}

/** The number of these images that the recorded task may have scanned: those not done before it began. */
function doneBy(record: api.AssetImageScanTask, touched: readonly ImageRow[] | undefined): number | undefined {
  const began = record.LastScanTime ?? "";
  return touched?.filter((row) => row.isScanning || row.scanTime >= began).length;
}

/** The meaning of a newer task for images that it has not touched so far. */
function untouched({ TaskID, Status, SubStatus }: api.AssetImageScanTask, isOfThisSize: boolean): TaskMatch {
  if (!isOfThisSize) return { match: "none" };
  if (Status !== "END") return { match: "pending", candidate: TaskID ?? "" };
  // A success means that it scanned other images. Otherwise it may have failed on these.
  return SubStatus === "Success" ? { match: "none" } : unclear([TaskID ?? ""]);
}

function unclear(candidates: readonly string[]): TaskMatch {
  return {
    match: "unclear",
    candidates,
    why: "other scans have run since, and the API does not show which images a scan was for",
  };
}

/** The possible image counts of a task of this request: all matches, or only those with a licence. */
function listSizes(request: LocalScanRequest, targets: readonly ImageRow[]): readonly number[] {
  return request.images === undefined
    ? [targets.length, targets.filter((row) => row.licensed).length]
    : [targets.length];
}

/** The test that an image was scanned since this task began: by the baseline, or for an adopted task by its start time. */
function freshness(
  task: TypedTask<LocalScanRequest, LocalBaseline>,
  ours: boolean,
  record: api.AssetImageScanTask,
): Case["isFresh"] {
  if (!task.adopted) {
    return task.baseline.newestScanTime === undefined ? undefined : (row) => scannedSince(row, task.baseline);
  }
  const began = ours ? record.LastScanTime : undefined;
  return began ? (row) => row.scanTime >= began : undefined;
}

function running(status: api.AssetImageScanStatus): Observation {
  return {
    state: "running",
    rawStatus: status.Status ?? "",
    counts: readCounts(status),
    ...(typeof status.Schedule === "number" ? { percent: status.Schedule } : {}),
    ...(typeof status.LeftSeconds === "number" ? { secondsLeft: status.LeftSeconds } : {}),
  };
}

/** SuccessCount is left out: the vendor calls it "safe" images in one language and "scanned" ones in the other. */
function readCounts({ ImageTotal: total, ImageScanCnt: scanned, RiskCount: risky }: api.AssetImageScanStatus) {
  const isNumber = ([, value]: [string, unknown]) => typeof value === "number";
  return Object.fromEntries(Object.entries({ total, scanned, risky }).filter(isNumber)) as {
    total?: number;
    scanned?: number;
    risky?: number;
  };
}

/** One scan of local images (images found on nodes) by TCSS. */
export const localScanTask = defineTask<TencentClient, LocalScanRequest, LocalBaseline>({
  token: "tencent:LocalScanTask",
  ids: ["taskId"],
  inputs: localScan,
  needsPins: ({ images = [] }) => !images.every(isLocalImageId),
  createPayload: (request) => localScan.toWire(request),
  adoptable: text,
  parseAdoptedId: (taskId) => ({ taskId }),
  describeImages: ({ images, clusterIds, filters, scanScope }) => {
    if (images !== undefined) return countThings(images.length, "image");
    if (clusterIds !== undefined) return `the images of ${countThings(clusterIds.length, "cluster")}`;
    if (filters !== undefined) return "the images that match filters";
    return scanScope === 2 ? "the recommended images" : "all licensed images";
  },
  detectableFindings: ({ scanVul, scanVirus, scanRisk }) =>
    listDetectable(scanVul === true, scanVirus === true, scanRisk === true),
  namesContent: ({ images }) => images !== undefined,
  timeoutSeconds: (request) => request.timeout,
  driver: (client) => new LocalScanDriver(client),
});
