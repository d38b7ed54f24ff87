import type { Observation } from "../../../lifecycle/task-kind.js";
import { CodedError } from "../../../model/error-codes.js";
import { sumFindings } from "../../../model/findings.js";
import type { Outcome, ScanCounts } from "../../../model/status.js";
import { isCloudError } from "../../../transport/errors.js";
import type { TencentClient } from "../../api/client.js";
import * as api from "../../api/local-images.js";
import { type AssetFilter, assetFilters } from "../../images/asset-filter.js";
import { findEmptyQuota } from "../../images/empty-quota.js";
import { isContradictory, readNumbers } from "../../images/image-findings.js";
import { allRows, type Marked, newestScan, pageSize, type ReadPage, type ScanMark } from "../../images/scan-mark.js";
import type { LocalScanRequest } from "./request.js";

// Evidence about a scan from the state of its images, for when the API's task record says nothing.

/** One image of a request. */
export interface ImageRow {
  readonly id: string;
  /** SCANNED, SCANNING, SCAN_ERR, NOT_SCAN or another word. */
  readonly status: string;
  readonly isScanning: boolean;
  readonly scanTime: string;
  readonly errors: readonly string[];
  /** False if the cloud says that the image has no scan licence. */
  readonly licensed: boolean;
  readonly image: api.LocalImage;
  /** Sensitive information. The list and the detail use different names for it. */
  readonly sensitive?: number | undefined;
}

function listedRow(image: api.ListedImage, request: LocalScanRequest): ImageRow {
  return { ...toRow(image, request), sensitive: image.RiskCnt };
}

function toRow(image: api.LocalImage, request: LocalScanRequest): ImageRow {
  const status = image.ScanStatus ?? "";
  const errors = [
    request.scanVul ? image.ScanVulError : "",
    request.scanVirus ? image.ScanVirusError : "",
    request.scanRisk ? image.ScanRiskError : "",
  ].filter((error) => !isClean(error));
  return {
    id: image.ImageID ?? "",
    status,
    isScanning: status === "SCANNING",
    scanTime: image.ScanTime ?? "",
    errors: [...new Set(errors as string[])],
    licensed: image.IsAuthorized !== 0,
    image,
  };
}

function isClean(error: string | null | undefined): boolean {
  return error === undefined || error === null || error === "" || error === "No Error";
}

/** The account's local images, all or those that match. */
function listed(client: TencentClient, filters?: readonly AssetFilter[]): ReadPage<api.ListedImage & Marked> {
  return async (page) => {
    const query = filters === undefined ? page : { ...page, Filters: assetFilters.toWire(filters) };
    const { List, TotalCount } = (await api.describeAssetImageList(client, query)).response;
    const rows = (List ?? []).map((image) => ({ ...image, id: image.ImageID ?? "", scanTime: image.ScanTime ?? "" }));
    return { rows, total: TotalCount };
  };
}

/** The newest scan of the account's local images. */
export function newestLocalScan(client: TencentClient): Promise<ScanMark> {
  return newestScan(listed(client));
}

/** All local images of the account; undefined if there are too many. */
export async function allImages(client: TencentClient, request: LocalScanRequest): Promise<ImageRow[] | undefined> {
  return (await allRows(listed(client)))?.map((image) => listedRow(image, request));
}

/** Filters whose matches a scan changes: after it they find other images. */
const passing = ["ScanStatus", "SecurityRisk"];

/** Images that include those of the request; undefined if only the cloud knows them. */
export async function readTargets(client: TencentClient, request: LocalScanRequest): Promise<ImageRow[] | undefined> {
  const { images, filters, all, scanScope, containerRunning, excludeImageIds } = request;
  if (containerRunning === true || filters?.some(({ name }) => passing.includes(name))) return undefined;
  if (images !== undefined) return namedImages(client, images, request);
  if (filters === undefined && all !== true && scanScope !== 0) return undefined;
  const found = await allRows(listed(client, filters));
  return found
    ?.filter((image) => !excludeImageIds?.includes(image.ImageID ?? ""))
    .map((image) => listedRow(image, request));
}

async function namedImages(
  client: TencentClient,
  images: readonly string[],
  request: LocalScanRequest,
): Promise<ImageRow[]> {
  const rows = new Map<string, ImageRow>();
  const wanted = [...new Set(images)];
  for (let at = 0; at < wanted.length; at += pageSize) {
    const some = wanted.slice(at, at + pageSize);
    const query = {
      Limit: pageSize,
      Offset: 0,
      Filters: [{ Name: "ImageID", Values: some }],
    };
    for (const image of (await api.describeAssetImageList(client, query)).response.List ?? []) {
      if (some.includes(image.ImageID ?? "")) rows.set(image.ImageID ?? "", listedRow(image, request));
    }
  }
  for (const id of wanted) {
    if (!rows.has(id)) rows.set(id, await imageDetail(client, id, request));
  }
  return [...rows.values()];
}

const absent = "not in the account's images";

/** Why no scan of this request can start: the account has none of its images, or can pay no scan. */
export async function findLocalRefusal(
  client: TencentClient,
  request: LocalScanRequest,
): Promise<CodedError | undefined> {
  const { images } = request;
  const rows = images === undefined ? [] : await namedImages(client, images, request);
  if (rows.length === 0 || rows.some(({ status }) => status !== absent)) return findEmptyQuota(client);
  return new CodedError("IS-MISSING", `nothing was submitted: the account has no image ${images?.join(", ")}`);
}

async function imageDetail(client: TencentClient, id: string, request: LocalScanRequest): Promise<ImageRow> {
  try {
    const { response } = await api.describeAssetImageDetail(client, id);
    return { ...toRow({ ...response, ImageID: id }, request), sensitive: response.SensitiveInfoCnt };
  } catch (error) {
    if (!isCloudError(error, "missing")) throw error;
    return {
      id,
      status: absent,
      isScanning: false,
      scanTime: "",
      errors: [],
      licensed: true,
      image: { ImageID: id },
    };
  }
}

/** The number of the account's images that any scan is scanning. */
export async function countScanning(client: TencentClient): Promise<number> {
  const filter = { Name: "ScanStatus", Values: ["scanning"] };
  return (
    (await api.describeAssetImageList(client, { Limit: 1, Offset: 0, Filters: [filter] })).response.TotalCount ?? 0
  );
}

/** The account's record of its last one-click scan; empty if there is none. */
export async function lastRecord(
  client: TencentClient,
): Promise<{ record: api.AssetImageScanTask; serverTime: number }> {
  try {
    const { response, serverTime } = await api.describeAssetImageScanTask(client);
    return { record: response, serverTime };
  } catch (error) {
    if (isCloudError(error, "missing")) return { record: {}, serverTime: error.serverTime ?? 0 };
    throw error;
  }
}

const badEnds: Readonly<Record<string, Outcome>> = {
  Timeout: { status: "TIMED_OUT", reason: "the cloud ended the scan at its timeout" },
  Cancel: { status: "CANCELED", reason: "the scan was stopped" },
  Error: { status: "FAILED", reason: "the cloud reports an error of the scan" },
};

/** The bad end that the account's task record shows; undefined for any other word. */
export function classifyBadEnd(subStatus: string): Outcome | undefined {
  const end = Object.hasOwn(badEnds, subStatus) ? badEnds[subStatus] : undefined;
  return end === undefined ? undefined : { ...end, rawStatus: `END/${subStatus}` };
}

export interface Case {
  readonly counts: ScanCounts;
  /** Images that the cloud counts as success, or as risky. An image may count in both or in neither. */
  readonly accounted: number | undefined;
  /** Whether the account's record is of this task and says Success. */
  readonly byRecord: boolean;
  /** Whether the request names its images one by one. */
  readonly named: boolean;
  /** Whether we submitted the task. An adopted task may be of another request. */
  readonly own: boolean;
  /** Whether an image has been scanned since the task began; undefined if unknown. */
  readonly isFresh: ((row: ImageRow) => boolean) | undefined;
}

/** The images with a result of this scan. */
function selectScanned(rows: readonly ImageRow[], situation: Case): ImageRow[] {
  const { isFresh } = situation;
  return rows.filter((row) =>
    row.status === "SCANNED" ? isProven(rows, situation) || isFresh?.(row) : row.isScanning && isFresh?.(row),
  );
}

/** Named images need no other proof if the record counts as many successes. */
function isProven(rows: readonly ImageRow[], { byRecord, named, own, counts }: Case): boolean {
  return byRecord && named && own && counts.total === rows.length;
}

/** The findings of an ended scan in these images. An image without a result has no numbers. */
export function foundIn(
  rows: readonly ImageRow[],
  situation: Case,
  { scanVul, scanVirus, scanRisk }: LocalScanRequest,
): Pick<Extract<Observation, { state: "ended" }>, "findings" | "settling"> {
  const { named, counts, isFresh } = situation;
  const good = selectScanned(rows, situation);
  const isWhole = !named && good.length >= (counts.total ?? rows.length);
  const shown = isWhole ? good : rows.filter((row) => good.includes(row) || named || row.status !== "NOT_SCAN");
  // Numbers of an older result belong to another scan. While the next scan runs, numbers may belong to that one.
  const hasOwn = (row: ImageRow) => !row.isScanning && isFresh?.(row) === true;
  const images = shown.map((row) => {
    const { image, sensitive } = row;
    const isTold = good.includes(row) && hasOwn(row);
    const parts = {
      CVE: isTold && scanVul === true && isClean(image.ScanVulError),
      VIRUS: isTold && scanVirus === true && isClean(image.ScanVirusError),
      RISK: isTold && scanRisk === true && isClean(image.ScanRiskError),
    };
    const name = image.ImageName && !image.ImageName.startsWith("<none>") ? { name: image.ImageName } : {};
    return { id: row.id, ...name, digest: row.id, ...readNumbers(image, sensitive, parts) };
  });
  return { findings: sumFindings(images), settling: good.some((row) => !hasOwn(row) || isContradictory(row.image)) };
}

/** Success and failure by the images, for a task that has ended. */
export function classifyEnd(rows: readonly ImageRow[] | undefined, situation: Case): Outcome {
  const { counts, byRecord, named, isFresh } = situation;
  const rawStatus = byRecord ? "END/Success" : "END";
  const { total } = counts;
  const unseen = rows === undefined || (!named && isFresh === undefined);
  if (byRecord && unseen) return judgedByCounts(situation, rawStatus);
  if (rows === undefined || (isFresh === undefined && !isProven(rows, situation))) {
    const reason =
      "the result is unknown: the account's record shows only the last scan, and the images do not show how this one ended";
    return { status: "UNKNOWN", rawStatus, reason };
  }
  const good = selectScanned(rows, situation);
  const result = { rawStatus, counts: { ...counts, succeeded: good.length } };
  // If the request names no images, the cloud chooses them. It skips images without a licence, for example.
  const wanted = named ? rows.length : (total ?? rows.length);
  if (good.length >= wanted && wanted > 0) return { ...result, status: "SUCCEEDED", ...remarks(good) };
  const bad = rows.filter((row) => !good.includes(row) && (named || row.status !== "NOT_SCAN"));
  return { ...result, status: good.length === 0 ? "FAILED" : "PARTIAL", reason: `not scanned: ${listNames(bad)}` };
}

function remarks(rows: readonly ImageRow[]): { reason?: string } {
  const errors = [...new Set(rows.flatMap((row) => row.errors))];
  return errors.length === 0 ? {} : { reason: `scanned, with remarks from the cloud: ${errors.join(", ")}` };
}

function listNames(bad: readonly ImageRow[]): string {
  const more = bad.length > 5 ? `; and ${bad.length - 5} more` : "";
  return bad.length === 0 ? "images that the cloud does not name" : bad.slice(0, 5).map(whyBad).join("; ") + more;
}

/**
 * For a task whose record says Success and whose images only the cloud knows. Its counters cannot prove a
 * success, but they can disprove one: SuccessCount may mean scanned images or harmless ones, but together with the risky
 * images it must cover all.
 */
function judgedByCounts({ counts, accounted }: Case, rawStatus: string): Outcome {
  const { total, scanned } = counts;
  const least = Math.min(scanned ?? Number.POSITIVE_INFINITY, accounted ?? Number.POSITIVE_INFINITY);
  if (total === undefined || least >= total) return { status: "SUCCEEDED", rawStatus };
  const reason = `the cloud shows a result for only ${least} of ${total} images`;
  return { status: least === 0 ? "FAILED" : "PARTIAL", rawStatus, reason };
}

function whyBad(row: ImageRow): string {
  const state = row.status === "SCANNED" ? "no result since the scan was started" : row.status;
  return `${row.id} (${[state, ...row.errors].join(", ")})`;
}
