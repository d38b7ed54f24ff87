import type { Claims } from "../../lifecycle/submission/ownership.js";
import {
  defineTask,
  type Observation,
  type Submitted,
  type TaskMatch,
  type TypedDriver,
  type TypedStopContext,
  type TypedTask,
} from "../../lifecycle/task-kind.js";
import { countThings } from "../../model/count-things.js";
import { type ImageFindings, listDetectable } from "../../model/findings.js";
import type { Outcome, TaskIds } from "../../model/status.js";
import { isCloudError } from "../../transport/errors.js";
import { text } from "../../validation/rules.js";
import type { HuaweiClient, Place } from "../api/client.js";
import * as api from "../api/image-scans.js";
import type { FoundIn } from "../api/images.js";
import { hintOfMissing } from "../images/find-images.js";
import { pinImages } from "../images/pin-images.js";
import { covers, toMask } from "../images/scan-scope.js";
import { classifyOutcome, isKnownEnd, readCounts } from "./end.js";
import { findingsIn, vulnerabilitiesIn } from "./findings.js";
import { isWholeImage, type ScanRequest, type SentScan, scan, selectImageType, selectPlace } from "./request.js";
import { failedHere, touchedSince } from "./target-images.js";
import { allTasks, buildBaseline, type Fence, isRunning, type ListedTask, since } from "./task-list.js";

/** The possible difference between the times of a task and of an answer. */
const clockDifferenceMs = 1_000;

class ScanDriver implements TypedDriver<SentScan, Fence> {
  readonly #client: HuaweiClient;
  /** The parameters that name the images of the last look in the lists of findings. */
  #names: ReadonlyMap<string, FoundIn> = new Map();

  constructor(client: HuaweiClient) {
    this.#client = client;
  }

  async pinImages(request: ScanRequest): Promise<SentScan> {
    return { images: await pinImages(this.#client, request) };
  }

  async readBaseline(scope: SentScan): Promise<Fence> {
    const place = await this.#client.resolvePlace(selectPlace(scope));
    const { tasks, serverTime } = await allTasks(this.#client, place, selectImageType(scope));
    return buildBaseline({ tasks, serverTime, place });
  }

  /** The only new task that could be of this request, unless its images contradict that. */
  async findTask(request: SentScan, fence: Fence, claims: Claims): Promise<TaskMatch> {
    const { tasks } = await allTasks(this.#client, fence.place, selectImageType(request));
    const all = since(tasks, fence, request).filter(({ task_id }) => !claims.isClaimed({ taskId: task_id }));
    const candidates = ofSameSize(all, request);
    const [first] = candidates;
    if (first === undefined) return { match: "none" };
    const touched = await touchedSince(this.#client, request, fence);
    if (touched === "none" || touched === "some") return judgedByEnd(candidates, request);
    if (candidates.length === 1) return { match: "one", ids: { taskId: first.task_id } };
    return unclear(candidates, `${candidates.length} scans with the same scope have been created since`);
  }

  async submit(request: SentScan, { place }: Fence): Promise<Submitted> {
    const here = { ...place, region: request.region };
    const { serverTime } = await api.createManualImageScanTask(
      this.#client,
      here,
      selectImageType(request),
      scan.toWire(request),
    );
    return { ids: {}, serverTime };
  }

  /** HSS never refuses a scan because of another one. */
  async findObstacle(): Promise<undefined> {
    return undefined;
  }

  async observe({ ids, request, baseline, adopted }: TypedTask<SentScan, Fence>): Promise<Observation> {
    const task = await this.#task(ids, baseline.place, selectImageType(request));
    if (task === undefined) return { state: "missing" };
    if (isRunning(task)) return running(task);
    const outcome = classifyOutcome(task, adopted ? {} : request);
    const isRead = outcome.status === "SUCCEEDED" || outcome.status === "PARTIAL";
    if (isRead) return this.#found(task, { request, baseline, adopted }, outcome);
    const isUnmatched = outcome.status === "FAILED" && task.total_num === 0 && !adopted;
    const hint = isUnmatched ? await hintOfMissing(this.#client, request) : undefined;
    return {
      state: "ended",
      outcome: hint === undefined ? outcome : { ...outcome, reason: `${outcome.reason}; ${hint}` },
    };
  }

  /** The findings of an ended scan. Its end is known even if the findings cannot be read. */
  async #found(
    task: ListedTask,
    { request, baseline, adopted }: Omit<TypedTask<SentScan, Fence>, "ids">,
    outcome: Outcome,
  ): Promise<Observation> {
    const asked = request.scanScope === undefined ? undefined : toMask(request.scanScope);
    try {
      const found = await findingsIn(this.#client, {
        place: baseline.place,
        type: selectImageType(request),
        // The program may adopt a task without naming its images.
        images: adopted ? undefined : request.images,
        scope: task.scan_scope ?? asked,
        begun: findBeginning(task, adopted ? undefined : baseline.serverTime),
        succeeded: task.success_num ?? undefined,
      });
      this.#names = found?.names ?? new Map();
      return { state: "ended", outcome, ...(found === undefined ? {} : { findings: found.findings }) };
    } catch (error) {
      if (!isCloudError(error, "rejected", "missing", "auth", "quota", "busy")) throw error;
      const unread = `its findings cannot be read: ${error.message}`;
      return {
        state: "ended",
        outcome: { ...outcome, reason: outcome.reason ? `${outcome.reason}; ${unread}` : unread },
      };
    }
  }

  async listVulnerabilities({ id }: ImageFindings, { baseline }: TypedTask<SentScan, Fence>) {
    const image = this.#names.get(id);
    if (image === undefined) throw new Error("HSS lists vulnerabilities only for images of registries");
    return vulnerabilitiesIn(this.#client, baseline.place, image);
  }

  /** By the filter of the list. If the list ignores the filter, all of it is searched. */
  async #task({ taskId = "" }: TaskIds, place: Place, type: api.GlobalImageType): Promise<ListedTask | undefined> {
    const isIt = (task: api.ImageScanTask): task is ListedTask => task.task_id === taskId;
    try {
      const { data_list, total_num } = (await api.listImageScanTask(this.#client, place, { type, taskId })).response;
      const found = data_list?.find(isIt);
      if (found !== undefined || (total_num ?? 0) <= (data_list?.length ?? 0)) return found;
    } catch (error) {
      if (isCloudError(error, "missing")) return undefined;
      throw error;
    }
    return (await allTasks(this.#client, place, type)).tasks.find(isIt);
  }

  async isRunning(ids: TaskIds, { scope }: TypedStopContext<SentScan, Fence>): Promise<boolean | undefined> {
    const task = await this.#task(ids, selectPlace(scope), selectImageType(scope));
    // An undocumented status does not count as an end.
    return task === undefined ? undefined : isRunning(task) || !isKnownEnd(task);
  }

  async stop({ taskId = "" }: TaskIds, { scope }: TypedStopContext<SentScan, Fence>): Promise<undefined> {
    await api.stopImageScanTask(this.#client, selectPlace(scope), taskId);
  }
}

/** Results after this time are the task's. Its start time may be a placeholder, such as the year 1, so the time is never before the request. */
function findBeginning({ begin_time: told = 0 }: ListedTask, asked: number | undefined): number {
  if (asked === undefined) return told > 0 ? told : Number.POSITIVE_INFINITY;
  return Math.max(told, asked - clockDifferenceMs);
}

/** Tasks with as many images as the request, or with an unknown number. A task of another size is of another request. */
function ofSameSize(tasks: readonly ListedTask[], { images }: SentScan): ListedTask[] {
  const count = images?.length;
  const isUntold = ({ total_num, ...task }: ListedTask) =>
    typeof total_num !== "number" || (total_num === 0 && isRunning(task));
  return tasks.filter((task) => count === undefined || isUntold(task) || task.total_num === count);
}

/**
 * The meaning of new tasks for images that they have not all touched. This does not prove that none of them is the
 * request's own: the cloud may show images late, and a scan may fail before it touches them.
 */
function judgedByEnd(candidates: readonly ListedTask[], request: SentScan): TaskMatch {
  const going = candidates.find(isRunning);
  if (going !== undefined) {
    const only = candidates.length === 1 ? { ids: { taskId: going.task_id } } : {};
    return { match: "pending", candidate: going.task_id, ...only };
  }
  const own = candidates.filter((task) => failedHere(task, request));
  const [first] = own;
  if (first !== undefined && own.length === 1) return { match: "one", ids: { taskId: first.task_id } };
  return unclear(
    candidates,
    "scans with the same scope have been created since, and the images of this request do not show which scan was for them",
  );
}

function unclear(candidates: readonly ListedTask[], why: string): TaskMatch {
  return { match: "unclear", candidates: candidates.map(({ task_id }) => task_id), why };
}

function running(task: ListedTask): Observation {
  const { task_status, remain_min } = task;
  return {
    state: "running",
    rawStatus: String(task_status),
    counts: readCounts(task),
    ...(typeof task_status === "number" ? { percent: task_status } : {}),
    // The last minute is too short to show anything.
    ...(typeof remain_min === "number" && remain_min > 1 ? { secondsLeft: remain_min * 60 } : {}),
  };
}

/** One scan of images by HSS. */
export const scanTask = defineTask<HuaweiClient, SentScan, Fence>({
  token: "huawei:ScanTask",
  ids: ["taskId"],
  inputs: scan,
  needsPins: (request: ScanRequest) =>
    request.images?.every((image) => isWholeImage(image, selectImageType(request))) === false,
  createPayload: (request) => {
    const { projectId, enterpriseProjectId } = request;
    return { projectId, enterpriseProjectId, globalImageType: selectImageType(request), body: scan.toWire(request) };
  },
  adoptable: text,
  parseAdoptedId: (taskId) => ({ taskId }),
  discovery: (request, { place }) => ({
    queueKey: [place.projectId, place.enterpriseProjectId || "0", selectImageType(request)].join(" "),
    ambiguityKey: String(request.isAll ?? false),
  }),
  baselineScope: ({ projectId, enterpriseProjectId, globalImageType, scanScope, isAll, queryInfo }) =>
    withoutUndefined({
      projectId,
      enterpriseProjectId,
      globalImageType,
      isAll,
      scanScope: scanScope === undefined ? undefined : toMask(scanScope),
      queryInfo: queryInfo === undefined ? undefined : {},
    }),
  stopScope: ({ region, globalImageType }, { place }) =>
    withoutUndefined({
      projectId: place.projectId,
      enterpriseProjectId: place.enterpriseProjectId,
      region,
      globalImageType,
    }),
  describeImages: ({ images, queryInfo, isAll }) => {
    if (images !== undefined) return countThings(images.length, "image");
    if (isAll !== true) return "the images that match queryInfo";
    return queryInfo?.imageType === undefined ? "all images" : `all images of ${queryInfo.imageType}`;
  },
  detectableFindings: ({ scanScope }) => {
    // Without a mask the cloud decides, so it is unknown which numbers count.
    const mask = scanScope === undefined ? 0 : toMask(scanScope);
    const has = (kind: Parameters<typeof covers>[1]) => covers(mask, kind);
    return listDetectable(has("vulnerabilities"), has("maliciousFiles"), has("sensitiveInformation"));
  },
  namesContent: ({ images }) => images?.every(({ imageDigest }) => imageDigest !== undefined) === true,
  timeoutSeconds: () => undefined,
  driver: (client) => new ScanDriver(client),
});

function withoutUndefined(fields: { [Name in keyof SentScan]: SentScan[Name] | undefined }): SentScan {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
