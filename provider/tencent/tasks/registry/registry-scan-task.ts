import type { Claims } from "../../../lifecycle/submission/ownership.js";
import {
  defineTask,
  type Observation,
  type Submitted,
  type TaskMatch,
  type TypedDriver,
  type TypedStopContext,
} from "../../../lifecycle/task-kind.js";
import { countThings } from "../../../model/count-things.js";
import { CodedError } from "../../../model/error-codes.js";
import { type ImageFindings, listDetectable } from "../../../model/findings.js";
import type { TaskIds } from "../../../model/status.js";
import { isCloudError } from "../../../transport/errors.js";
import { toInteger } from "../../../transport/json.js";
import { digits } from "../../../validation/rules.js";
import type { TencentClient } from "../../api/client.js";
import * as api from "../../api/registry-images.js";
import { findEmptyQuota } from "../../images/empty-quota.js";
import { hintOfMissing } from "../../images/find-registry-images.js";
import { vulnerabilitiesIn } from "../../images/image-findings.js";
import { pinRegistryImages } from "../../images/pin-images.js";
import {
  classifyResult,
  fewImages,
  isFresh,
  isScanning,
  isTouched,
  type RegistryBaseline,
  readRegistryBaseline,
  taken,
  wasBusy,
} from "../../images/registry-evidence.js";
import {
  allImages,
  isAbsent,
  isRunningWord,
  normalizeStatus,
  type RegistryRow,
  readTargets,
} from "../../images/registry-rows.js";
import { namedEnd, type Overall, type RegistryTask, running, unnamedEnd } from "./end.js";
import { type RegistryScanRequest, registryScan, type SentRegistryScan } from "./request.js";
import { beginSync } from "./sync.js";

class RegistryScanDriver implements TypedDriver<SentRegistryScan, RegistryBaseline> {
  readonly #client: TencentClient;
  /** The international site has no TaskID in status and stop. */
  #knowsTaskId: boolean;

  constructor(client: TencentClient) {
    this.#client = client;
    this.#knowsTaskId = client.site === "cn";
  }

  async pinImages({ images = [] }: RegistryScanRequest): Promise<SentRegistryScan> {
    // The list is up to date, because the kind's preparation came before.
    return { ids: await pinRegistryImages(this.#client, images), sync: false };
  }

  async readBaseline(scope: SentRegistryScan): Promise<RegistryBaseline> {
    const isTold = Object.keys(scope).length > 0;
    return readRegistryBaseline(this.#client, isTold ? await readTargets(this.#client, scope) : undefined);
  }

  /** No answer shows the id of a scan that began earlier. Only its images show that it began. */
  async findTask(request: SentRegistryScan, baseline: RegistryBaseline, claims: Claims): Promise<TaskMatch> {
    const targets = await readTargets(this.#client, request);
    const rows = targets ?? (await allImages(this.#client));
    if (rows === undefined) return unclear("the account has too many images to read");
    const touched = rows.filter((row) => isTouched(row, baseline, request.scanTypes));
    if (touched.length === 0) return { match: "none" };
    if (targets === undefined)
      return unclear("images have been scanned since, and only the cloud knows which images this request takes");
    const scanning = touched.find((row) => isScanning(row, request.scanTypes));
    const foreign = touched.some((row) => wasBusy(row, baseline));
    const isShared = listContestedImages(request).some((one) => claims.isContested(one));
    const wanted = taken(rows, request, baseline);
    if (touched.length === wanted.length && !foreign && !isShared) return { match: "one", ids: {} };
    if (scanning !== undefined && !isShared) return { match: "pending", candidate: `of ${scanning.name}` };
    if (isShared) return unclear("another task of this stack scans the same images");
    return unclear(`${touched.length} of its ${wanted.length} images have been scanned since`);
  }

  async prepare({ sync }: SentRegistryScan): Promise<() => Promise<string | undefined>> {
    if (sync === undefined || sync === false) return async () => undefined;
    return beginSync(this.#client, sync);
  }

  /** An image that a sync brings is not listed yet. */
  async findRefusal(request: SentRegistryScan): Promise<CodedError | undefined> {
    const { ids = [], images = [], sync } = request;
    const isNamed = ids.length + images.length > 0;
    const targets = isNamed && !sync ? await readTargets(this.#client, request) : undefined;
    if (targets?.every(isAbsent) !== true) return findEmptyQuota(this.#client);
    const hint = (await hintOfMissing(this.#client, images)) ?? `the account has no image ${ids.join(", ")}`;
    return new CodedError("IS-MISSING", `nothing was submitted: ${hint}`);
  }

  async submit(request: SentRegistryScan): Promise<Submitted> {
    const create =
      request.mode === "oneClick" ? api.createAssetImageRegistryScanTaskOneKey : api.createAssetImageRegistryScanTask;
    const created = create(this.#client, registryScan.toWire(request));
    const { response, serverTime } = await created.catch((error: unknown) => this.#explain(error, request));
    const id = response.TaskID;
    return { ids: id === undefined || id === null || String(id) === "0" ? {} : { taskId: String(id) }, serverTime };
  }

  /** Says which images come close where the cloud knows none of a name. */
  async #explain(error: unknown, { images = [] }: SentRegistryScan): Promise<never> {
    if (!isCloudError(error, "missing")) throw error;
    const hint = await hintOfMissing(this.#client, images);
    if (hint !== undefined) error.message = `${error.message}; ${hint}`;
    throw error;
  }

  async findObstacle(request: SentRegistryScan): Promise<string | undefined> {
    const targets = await readTargets(this.#client, request);
    const scanning = targets?.filter((row) => isScanning(row, undefined)).length ?? 0;
    if (scanning > 0) return `an earlier scan of ${scanning} of the same images is still running`;
    if (targets !== undefined) return undefined;
    const { response } = await api.describeAssetImageRegistryScanStatusOneKey(this.#client, { All: true });
    return isRunningWord(normalizeStatus(response.Status))
      ? "a scan of the account's images is still running"
      : undefined;
  }

  async observe(task: RegistryTask): Promise<Observation> {
    const { ids, request, baseline } = task;
    const early = await this.#early(task);
    if (early !== undefined && isRunningWord(normalizeStatus(early.status.Status))) return running(early.status);
    const targets = await readTargets(this.#client, request);
    const overall = early ?? (await this.#overall(ids, targets));
    if (overall === undefined) return { state: "missing" };
    const rows = targets ?? (await allImages(this.#client))?.filter((row) => isFresh(row, baseline)) ?? [];
    if (isUnfinished(rows, overall, { task, isUnnamed: targets === undefined })) return running(overall.status);
    return targets === undefined ? unnamedEnd(rows, overall, task) : namedEnd(rows, overall, task);
  }

  listVulnerabilities(image: ImageFindings) {
    return vulnerabilitiesIn(this.#client, image);
  }

  /** The cloud's status of the scan, if it can be read without the images. While the scan runs, the images are not needed. */
  async #early({ ids, request }: RegistryTask): Promise<Overall | undefined> {
    const byTask = await this.#statusByTask(ids);
    if (byTask !== undefined && byTask !== "unknown task") return { status: byTask, byTask: true };
    return request.ids === undefined ? undefined : this.#byImages({ Id: request.ids.map(toInteger) });
  }

  /** By the task's id if the site has one, else by the images. */
  async #overall(ids: TaskIds, targets: readonly RegistryRow[] | undefined): Promise<Overall | undefined> {
    const byTask = await this.#statusByTask(ids);
    if (byTask !== undefined && byTask !== "unknown task") return { status: byTask, byTask: true };
    if (byTask === "unknown task" && targets === undefined) return undefined;
    // There is no subject for a status query. The images show enough.
    return targets?.length === 0 ? { status: {}, byTask: false } : this.#byImages(chooseSelector(targets));
  }

  async #byImages(selector: api.RegistryScanSelector): Promise<Overall> {
    try {
      const { response } = await api.describeAssetImageRegistryScanStatusOneKey(this.#client, selector);
      return { status: response, byTask: false };
    } catch (error) {
      if (isCloudError(error, "missing")) return { status: {}, byTask: false };
      throw error;
    }
  }

  /** Undefined if the site does not know the id of any task. */
  async #statusByTask(ids: TaskIds): Promise<api.RegistryScanStatus | "unknown task" | undefined> {
    if (!this.isNamed(ids)) return undefined;
    try {
      const selector = { TaskID: toInteger(ids["taskId"] ?? "") };
      return (await api.describeAssetImageRegistryScanStatusOneKey(this.#client, selector)).response;
    } catch (error) {
      if (isCloudError(error, "missing")) return "unknown task";
      if (!isCloudError(error, "rejected") || error.code !== "UnknownParameter") throw error;
      this.#knowsTaskId = false;
      return undefined;
    }
  }

  isNamed({ taskId }: TaskIds): boolean {
    return this.#knowsTaskId && taskId !== undefined;
  }

  async isRunning(
    ids: TaskIds,
    { scope, baseline }: TypedStopContext<SentRegistryScan, RegistryBaseline>,
  ): Promise<boolean | undefined> {
    const targets = await readTargets(this.#client, scope);
    const overall = await this.#overall(ids, targets);
    const word = normalizeStatus(overall?.status.Status);
    if (overall?.byTask === true || targets === undefined) return isTold(word) ? isRunningWord(word) : undefined;
    // Images that do not show the scan may be queued.
    if (!targets.some((row) => isScanning(row, scope.scanTypes)))
      return baseline !== undefined && targets.some((row) => !isFresh(row, baseline)) ? undefined : false;
    // If each image has its result, a running scan is another one.
    return baseline === undefined || targets.some((row) => !isFresh(row, baseline));
  }

  async stop(
    ids: TaskIds,
    { scope }: TypedStopContext<SentRegistryScan, RegistryBaseline>,
  ): Promise<string | undefined> {
    const selector = this.isNamed(ids) ? { TaskID: toInteger(ids["taskId"] ?? "") } : chooseStopSelector(scope);
    if (selector === undefined) return "the API needs a TaskID to stop a scan whose images only the cloud knows";
    if (scope.mode === "oneClick") await api.modifyAssetImageRegistryScanStopOneKey(this.#client, selector);
    else await api.modifyAssetImageRegistryScanStop(this.#client, selector);
    return undefined;
  }
}

/** For a known task the cloud says NOT_SCAN before it begins. */
function isTold(word: string): boolean {
  return word !== "" && word !== "NOT_SCAN";
}

function isUnfinished(
  rows: readonly RegistryRow[],
  { status, byTask }: Overall,
  { task, isUnnamed }: { readonly task: RegistryTask; readonly isUnnamed: boolean },
): boolean {
  const { scanTypes } = task.request;
  if (rows.some((row) => isScanning(row, scanTypes))) return true;
  const word = normalizeStatus(status.Status);
  if (isRunningWord(word) || (byTask && !isTold(word))) {
    return byTask || isUnnamed || rows.some((row) => classifyResult(row, task.baseline, scanTypes) === "stale");
  }
  return false;
}

/** The subject of a status query without a task id. */
function chooseSelector(targets: readonly RegistryRow[] | undefined): api.RegistryScanSelector {
  if (targets === undefined) return { All: true };
  return { Id: targets.map((row) => row.image.Id).filter((id) => id !== undefined && id !== null) };
}

/** The images that a stop names: never more than the request named. */
function chooseStopSelector({ ids, images, all, filters, ...more }: SentRegistryScan): object | undefined {
  if (ids !== undefined) return registryScan.toWire({ ids });
  if (images !== undefined) return registryScan.toWire({ images });
  if (all === true) return registryScan.toWire({ all });
  if (filters === undefined) return undefined;
  const { excludeImageIds, onlyScanLatest } = more;
  return registryScan.toWire({ filters, excludeImageIds, onlyScanLatest });
}

function listContestedImages({ ids, images }: SentRegistryScan): readonly string[] {
  if (ids !== undefined) return ids.map(String);
  return images?.map(({ namespace, imageName, imageTag }) => `${namespace}/${imageName}:${imageTag}`) ?? ["*"];
}

function unclear(why: string): TaskMatch {
  return { match: "unclear", candidates: [], why };
}

/** One scan of images of registries by TCSS. */
export const registryScanTask = defineTask<TencentClient, SentRegistryScan, RegistryBaseline>({
  token: "tencent:RegistryScanTask",
  ids: ["taskId"],
  inputs: registryScan,
  needsPins: ({ images }: RegistryScanRequest) => images?.some((image) => typeof image === "string") === true,
  createPayload: (request) => ({ mode: request.mode ?? "ids", body: registryScan.toWire(request) }),
  adoptable: digits,
  parseAdoptedId: (taskId) => ({ taskId: String(taskId) }),
  comparesWithBaseline: true,
  contestedImages: listContestedImages,
  describeImages: ({ ids, images, filters, scanScope }) => {
    const named = ids ?? images;
    if (named !== undefined) return countThings(named.length, "image");
    if (filters !== undefined) return "the images that match filters";
    return scanScope === 2 ? "the recommended images" : "all images";
  },
  detectableFindings: ({ scanTypes }) => {
    if (scanTypes === undefined) return undefined;
    return listDetectable(scanTypes.includes("CVE"), scanTypes.includes("VIRUS"), scanTypes.includes("RISK"));
  },
  namesContent: ({ ids }) => ids !== undefined,
  timeoutSeconds: (request) => request.timeout,
  baselineScope: ({ sync: _, timeout: __, ...selectors }) =>
    (selectors.ids ?? selectors.images ?? []).length > fewImages ? {} : selectors,
  stopScope: ({ sync: _, timeout: __, ...selectors }) => selectors,
  driver: (client) => new RegistryScanDriver(client),
});
