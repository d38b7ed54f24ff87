import { isCloudError } from "../../core/errors.js";
import { integerOf } from "../../core/json.js";
import type { Outcome, ScanStatus } from "../../lifecycle/task-kind.js";
import type { TencentClient } from "../../tencent/client.js";
import type { AssetFilters } from "../../tencent/local-images.js";
import * as api from "../../tencent/registry-images.js";
import { wireFilter } from "./asset-filter.js";
import type { RegistryImageName } from "./registry-image-name.js";
import type { RegistryScanRequest, RegistryScanType } from "./registry-scan-request.js";
import { allRows, type Marked, newestScan, pageSize, type ReadPage, type ScanMark, scannedSince } from "./scan-mark.js";

// What the state of the images themselves tells about a scan: of registry images it is what counts, since the
// status of a task calls a scan a success whose virus part has failed.

/** One image of a request. */
export interface RegistryRow extends Marked {
  /** `namespace/name:tag` */
  readonly name: string;
  readonly status: string;
  /** Status of each scan type. */
  readonly types: Readonly<Record<RegistryScanType, string>>;
  readonly remarks: readonly string[];
  readonly licensed: boolean;
  readonly image: api.RegistryImage;
}

const everyType = ["CVE", "VIRUS", "RISK"] as const;
const running = ["SCANNING", "WAIT_SCAN", "WAITSCAN", "READY"];
const noRemark = ["", "No Error", "MessageRegistryScan"];

function rowOf(image: api.RegistryImage): RegistryRow {
  const time = image.ScanTime ?? "";
  const errors = [image.ScanVulError, image.ScanVirusError, image.ScanRiskError, image.Reason, image.Solution];
  return {
    id: String(image.Id ?? ""),
    name: `${image.Namespace ?? ""}/${image.ImageName ?? ""}:${image.ImageTag ?? ""}`,
    status: image.ScanStatus ?? "",
    // The year 1900 stands for never.
    scanTime: /^(1900|0001)/.test(time) ? "" : time,
    types: { CVE: image.CveStatus ?? "", VIRUS: image.VirusStatus ?? "", RISK: image.RiskStatus ?? "" },
    remarks: [...new Set(errors.map((error) => error ?? ""))].filter((error) => !noRemark.includes(error)),
    licensed: image.IsAuthorized !== 0,
    image,
  };
}

/** The account's images of registries, all or those that match. */
function listed(client: TencentClient, filters?: readonly AssetFilters[]): ReadPage<RegistryRow> {
  return async (page) => {
    const query = filters === undefined ? page : { ...page, Filters: [...filters] };
    const { List, TotalCount } = (await api.describeAssetImageRegistryList(client, query)).response;
    return { rows: (List ?? []).map(rowOf), total: TotalCount ?? 0 };
  };
}

/** The newest scan of the account's images of registries. */
export function newestRegistryScan(client: TencentClient): Promise<ScanMark> {
  return newestScan(listed(client));
}

/** All images of registries; nothing where there are too many. */
export function allImages(client: TencentClient): Promise<RegistryRow[] | undefined> {
  return allRows(listed(client));
}

/** Filters that say the same before and after a scan. */
const lasting = ["ImageAssetIds", "Namespace", "ImageName", "ImageTag", "InstanceName", "RegistryType"];

/** The images of a request, or nothing where only the cloud knows them. */
export async function targetsOf(
  client: TencentClient,
  request: RegistryScanRequest,
): Promise<RegistryRow[] | undefined> {
  const { ids, images, filters, containerRunning, scanScope } = request;
  if (containerRunning === true || scanScope === 2) return undefined;
  if (ids !== undefined) return imagesById(client, ids);
  if (images !== undefined) return imagesByName(client, images);
  if (filters?.some(({ name }) => !lasting.includes(name))) return undefined;
  const excluded = [...(request.excludeImageIds ?? []), ...(request.excludeIds ?? [])];
  const found = await allRows(listed(client, filters?.map(wireFilter)));
  return found?.filter(({ id, image }) => !excluded.includes(id) && isWanted(image, request));
}

function isWanted(image: api.RegistryImage, { registryTypes, namespaces, ...only }: RegistryScanRequest): boolean {
  if (registryTypes !== undefined && !registryTypes.includes(image.RegistryType ?? "")) return false;
  if (namespaces !== undefined && !namespaces.includes(image.Namespace ?? "")) return false;
  return (only.isLatest !== true && only.onlyScanLatest !== true) || image.IsLatestImage === true;
}

/** By pages of the list, and one by one where the list does not know them by their ids. */
export async function imagesById(client: TencentClient, ids: readonly string[]): Promise<RegistryRow[]> {
  const rows = new Map<string, RegistryRow>();
  const wanted = [...new Set(ids)];
  for (let at = 0; at < wanted.length; at += pageSize) {
    const some = wanted.slice(at, at + pageSize);
    for (const row of await filteredOrNone(client, { Name: "ImageAssetIds", Values: some })) {
      if (some.includes(row.id)) rows.set(row.id, row);
    }
  }
  for (const id of wanted) {
    if (!rows.has(id)) rows.set(id, await imageDetail(client, id));
  }
  return [...rows.values()];
}

/** Which filters the list knows is not documented. */
async function filteredOrNone(client: TencentClient, filter: AssetFilters): Promise<readonly RegistryRow[]> {
  try {
    return (await allRows(listed(client, [filter]))) ?? [];
  } catch (error) {
    if (isCloudError(error, "rejected")) return [];
    throw error;
  }
}

async function imageDetail(client: TencentClient, id: string): Promise<RegistryRow> {
  try {
    return rowOf({
      ...(await api.describeAssetImageRegistryDetail(client, integerOf(id))).response,
      Id: integerOf(id),
    });
  } catch (error) {
    if (!isCloudError(error, "missing")) throw error;
    return { ...rowOf({ Id: integerOf(id) }), status: "not in the account's images" };
  }
}

async function imagesByName(client: TencentClient, images: readonly RegistryImageName[]): Promise<RegistryRow[]> {
  const namespaces = [...new Set(images.map(({ namespace }) => namespace))];
  const some = await filteredOrNone(client, { Name: "Namespace", Values: namespaces });
  const found = (rows: readonly RegistryRow[]) => images.map((name) => rows.find(({ image }) => isNamed(image, name)));
  let rows = found(some);
  if (rows.includes(undefined)) rows = found((await allRows(listed(client))) ?? []);
  return rows.map((row, at) => row ?? unknownImage(images[at] as RegistryImageName));
}

function isNamed(image: api.RegistryImage, name: RegistryImageName): boolean {
  const same = (told: string | null | undefined, asked: string | undefined) => asked === undefined || told === asked;
  return (
    same(image.InstanceName, name.instanceName) &&
    same(image.Namespace, name.namespace) &&
    same(image.ImageName, name.imageName) &&
    same(image.ImageTag, name.imageTag) &&
    same(image.ImageDigest, name.imageDigest) &&
    same(image.InstanceId, name.instanceId)
  );
}

function unknownImage({ namespace, imageName, imageTag }: RegistryImageName): RegistryRow {
  const row = rowOf({ Namespace: namespace, ImageName: imageName, ImageTag: imageTag });
  return { ...row, id: row.name, status: "not in the account's images" };
}

/** Of images that a request does not name one by one, the cloud takes those with a licence, and maybe others. */
export function taken(
  rows: readonly RegistryRow[],
  { ids, images, scanTypes }: RegistryScanRequest,
  mark: ScanMark,
): readonly RegistryRow[] {
  if (ids !== undefined || images !== undefined) return rows;
  return rows.filter((row) => row.licensed || isTouched(row, mark, scanTypes));
}

/** The status of each scan type that was asked for; where none was named, of each that was not left out. */
function statusesOf(row: RegistryRow, asked: RegistryScanRequest["scanTypes"]): string[] {
  if (asked !== undefined) return [...new Set(asked)].map((type) => row.types[type]);
  return [row.status, ...everyType.map((type) => row.types[type]).filter((one) => one !== "" && one !== "NOT_SCAN")];
}

export function isScanning(row: RegistryRow, asked: RegistryScanRequest["scanTypes"]): boolean {
  return [row.status, ...statusesOf(row, asked)].some((status) => running.includes(status));
}

/** Whether a scan of these types has touched the image since the mark: it is under way, or there is a result. */
export function isTouched(row: RegistryRow, mark: ScanMark, asked: RegistryScanRequest["scanTypes"]): boolean {
  return isScanning(row, asked) || (scannedSince(row, mark) && !statusesOf(row, asked).includes("NOT_SCAN"));
}

/** How far the scan of one image has come: done with all types, with some, with none, or not shown yet. */
export function resultOf(row: RegistryRow, mark: ScanMark, asked: RegistryScanRequest["scanTypes"]) {
  if (!scannedSince(row, mark)) return "stale";
  const done = statusesOf(row, asked).map((status) => status === "SCANNED");
  if (!done.includes(false)) return "complete";
  return done.includes(true) ? "partial" : "failed";
}

/** How a scan ended of which these images have no complete result. */
export function badEnd(bad: readonly RegistryRow[], isPartial: boolean, asked: RegistryScanRequest["scanTypes"]) {
  const words = bad.map((row) => [row.status, ...statusesOf(row, asked)]);
  const allSay = (word: RegExp) => words.length > 0 && words.every((one) => one.some((status) => word.test(status)));
  const status: ScanStatus = isPartial
    ? "PARTIAL"
    : allSay(/TIMEOUT/)
      ? "TIMED_OUT"
      : allSay(/CANCEL/)
        ? "CANCELED"
        : "FAILED";
  return { status, reason: `not scanned: ${namesOf(bad, asked)}` } satisfies Outcome;
}

function namesOf(bad: readonly RegistryRow[], asked: RegistryScanRequest["scanTypes"]): string {
  const more = bad.length > 5 ? `; and ${bad.length - 5} more` : "";
  return bad.length === 0
    ? "images that the cloud does not name"
    : bad
        .slice(0, 5)
        .map((row) => whyBad(row, asked))
        .join("; ") + more;
}

function whyBad(row: RegistryRow, asked: RegistryScanRequest["scanTypes"]): string {
  const types = (asked ?? everyType)
    .filter((type) => row.types[type] !== "")
    .map((type) => `${type} ${row.types[type]}`);
  const facts = [row.status, ...types, ...row.remarks, ...(row.licensed ? [] : ["no scan licence"])];
  return `${row.id === row.name ? "" : `${row.id} `}${row.name} (${facts.filter((fact) => fact !== "").join(", ")})`;
}
