import { isCloudError } from "../../transport/errors.js";
import { toInteger } from "../../transport/json.js";
import type { TencentClient } from "../api/client.js";
import * as api from "../api/registry-images.js";
import type { SentRegistryScan } from "../tasks/registry/request.js";
import { type AssetFilter, assetFilters } from "./asset-filter.js";
import type { RegistryImageName } from "./registry-image-name.js";
import type { RegistryScanType } from "./registry-scan-type.js";
import { allRows, type Marked, pageSize, type ReadPage } from "./scan-mark.js";

// The images of registries, and the selection that a request makes among them.

/** One image. */
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

const noRemark = ["", "No Error", "MessageRegistryScan"];
/** Other spellings of the same words in the vendor's actions. */
const spellings: Readonly<Record<string, string>> = {
  NOTSCAN: "NOT_SCAN",
  WAITSCAN: "WAIT_SCAN",
  SCANERR: "SCAN_ERR",
  SCANTIMEOUT: "SCAN_TIMEOUT",
  TIMEOUT: "SCAN_TIMEOUT",
  FAILED: "SCAN_ERR",
  CANCELLED: "CANCELED",
  FINISHED: "SCANNED",
};

/** A status word in one spelling. The documents use several spellings, and do not list them. */
export function normalizeStatus(status: string | null | undefined): string {
  const word = (status ?? "").toUpperCase();
  return spellings[word.replaceAll("_", "")] ?? word;
}

const settled = ["", "NOT_SCAN", "SCANNED", "SCAN_ERR", "SCAN_TIMEOUT", "CANCELED"];

/** An undocumented word does not count as an end. */
export function isRunningWord(word: string): boolean {
  return !settled.includes(word);
}

function toRow(image: api.RegistryImage): RegistryRow {
  const time = image.ScanTime ?? "";
  const errors = [image.ScanVulError, image.ScanVirusError, image.ScanRiskError, image.Reason, image.Solution];
  return {
    id: String(image.Id ?? ""),
    name: `${image.Namespace ?? ""}/${image.ImageName ?? ""}:${image.ImageTag ?? ""}`,
    status: normalizeStatus(image.ScanStatus),
    // The year 1900 means never.
    scanTime: /^(1900|0001)/.test(time) ? "" : time,
    types: {
      CVE: normalizeStatus(image.CveStatus),
      VIRUS: normalizeStatus(image.VirusStatus),
      RISK: normalizeStatus(image.RiskStatus),
    },
    remarks: [...new Set(errors.map((error) => error ?? ""))].filter((error) => !noRemark.includes(error)),
    licensed: image.IsAuthorized !== 0,
    image,
  };
}

/** The account's images of registries, all or those that match. */
export function listed(client: TencentClient, filters?: readonly AssetFilter[]): ReadPage<RegistryRow> {
  return async (page) => {
    const query = filters === undefined ? page : { ...page, Filters: assetFilters.toWire(filters) };
    const { List, TotalCount } = (await api.describeAssetImageRegistryList(client, query)).response;
    return { rows: (List ?? []).map(toRow), total: TotalCount };
  };
}

/** All images of registries; undefined if there are too many. */
export function allImages(client: TencentClient): Promise<RegistryRow[] | undefined> {
  return allRows(listed(client));
}

/** Filters whose matches a scan does not change, and the text that each compares. */
const lasting: Readonly<Record<string, (image: api.RegistryImage) => string>> = {
  ImageAssetIds: ({ Id }) => String(Id),
  Namespace: ({ Namespace }) => Namespace ?? "",
  ImageName: ({ ImageName }) => ImageName ?? "",
  ImageTag: ({ ImageTag }) => ImageTag ?? "",
  InstanceName: ({ InstanceName }) => InstanceName ?? "",
  RegistryType: ({ RegistryType }) => RegistryType ?? "",
};

/** The images of a request; undefined if only the cloud knows them. */
export async function readTargets(
  client: TencentClient,
  request: SentRegistryScan,
): Promise<RegistryRow[] | undefined> {
  const { ids, images, filters, containerRunning, scanScope } = request;
  if (containerRunning === true || scanScope === 2) return undefined;
  if (filters?.some(({ name }) => !Object.hasOwn(lasting, name))) return undefined;
  const found =
    ids !== undefined
      ? await imagesById(client, ids)
      : images !== undefined
        ? await imagesByName(client, images)
        : await matching(client, filters);
  const excluded = [...(request.excludeImageIds ?? []), ...(request.excludeIds ?? [])].map(String);
  return found?.filter(({ id, image }) => !excluded.includes(id) && isWanted(image, request));
}

function isWanted(image: api.RegistryImage, { registryTypes, namespaces, ...only }: SentRegistryScan): boolean {
  if (registryTypes !== undefined && !registryTypes.includes(image.RegistryType ?? "")) return false;
  if (namespaces !== undefined && !namespaces.includes(image.Namespace ?? "")) return false;
  return (only.isLatest !== true && only.onlyScanLatest !== true) || image.IsLatestImage === true;
}

/** The list's filters are not documented. A filter that the list refuses or ignores is applied here. */
async function matching(
  client: TencentClient,
  filters: readonly AssetFilter[] | undefined,
): Promise<RegistryRow[] | undefined> {
  let rows: RegistryRow[] | undefined;
  try {
    rows = await allRows(listed(client, filters));
  } catch (error) {
    if (filters === undefined || !isCloudError(error, "rejected")) throw error;
    rows = await allImages(client);
  }
  // The documents do not say whether the server compares whole texts or parts.
  const isMatch =
    (row: RegistryRow) =>
    ({ name, values }: AssetFilter) =>
      values.some((value) => (lasting[name]?.(row.image) ?? "").includes(value));
  return rows?.filter((row) => (filters ?? []).every(isMatch(row)));
}

/** The number of pages of the whole list to read if its filter by ids does not work. */
const fewPages = 20;

/**
 * Reads pages of the list, filtered by ids, or the whole list if it ignores that filter. Images in no page are read
 * one by one; the detail of an image has no numbers of vulnerabilities by level.
 */
export async function imagesById(client: TencentClient, ids: readonly (string | number)[]): Promise<RegistryRow[]> {
  const wanted = [...new Set(ids.map(String))];
  const found = await byFilter(client, wanted);
  const listed = found.size > 0 ? found : await inTheList(client, wanted);
  const rows: RegistryRow[] = [];
  for (const id of wanted) rows.push(listed.get(id) ?? (await imageDetail(client, id)));
  return rows;
}

async function byFilter(client: TencentClient, wanted: readonly string[]): Promise<Map<string, RegistryRow>> {
  const rows = new Map<string, RegistryRow>();
  for (let at = 0; at < wanted.length; at += pageSize) {
    const some = wanted.slice(at, at + pageSize);
    for (const row of (await onePage(client, { name: "ImageAssetIds", values: some })) ?? []) {
      if (some.includes(row.id)) rows.set(row.id, row);
    }
  }
  return rows;
}

async function inTheList(client: TencentClient, wanted: readonly string[]): Promise<Map<string, RegistryRow>> {
  const all = (await allRows(listed(client), fewPages)) ?? [];
  return new Map(all.filter(({ id }) => wanted.includes(id)).map((row) => [row.id, row]));
}

async function onePage(client: TencentClient, filter: AssetFilter): Promise<readonly RegistryRow[] | undefined> {
  try {
    return (await listed(client, [filter])({ Limit: pageSize, Offset: 0 })).rows;
  } catch (error) {
    if (isCloudError(error, "rejected")) return undefined;
    throw error;
  }
}

async function imageDetail(client: TencentClient, id: string): Promise<RegistryRow> {
  try {
    return toRow({
      ...(await api.describeAssetImageRegistryDetail(client, toInteger(id))).response,
      Id: toInteger(id),
    });
  } catch (error) {
    if (!isCloudError(error, "missing")) throw error;
    return toRow({ Id: toInteger(id) });
  }
}

async function imagesByName(client: TencentClient, images: readonly RegistryImageName[]): Promise<RegistryRow[]> {
  const namespaces = [...new Set(images.map(({ namespace }) => namespace))];
  const some = (await matching(client, [{ name: "Namespace", values: namespaces }])) ?? [];
  const found = (rows: readonly RegistryRow[]) => images.map((name) => newestNamed(rows, name));
  let rows = found(some);
  if (rows.includes(undefined)) rows = found((await allImages(client)) ?? []);
  return rows.map((row, at) => row ?? unknownImage(images[at] as RegistryImageName));
}

/** Whether the account does not list this image of a request. */
export function isAbsent({ image }: RegistryRow): boolean {
  return image.ScanStatus === undefined && image.ImageDigest === undefined;
}

/** One name may belong to several digests over time. */
function newestNamed(rows: readonly RegistryRow[], name: RegistryImageName): RegistryRow | undefined {
  const named = rows.filter(({ image }) => isNamed(image, name));
  return named.find(({ image }) => image.IsLatestImage === true) ?? named.at(-1);
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
  const row = toRow({ Namespace: namespace, ImageName: imageName, ImageTag: imageTag });
  return { ...row, id: row.name };
}
