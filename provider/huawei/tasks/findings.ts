import {
  type FindingCounts,
  type Findings,
  type ImageFindings,
  knownCounts,
  type ListedVulnerability,
  readCount,
  type Severity,
  sumFindings,
} from "../../model/findings.js";
import type { Answer } from "../../transport/answer.js";
import { readWholeList } from "../../transport/list.js";
import type { HuaweiClient, Place } from "../api/client.js";
import { type GlobalImageType, type List, pageIn, pageSize } from "../api/image-scans.js";
import * as api from "../api/images.js";
import { covers } from "../images/scan-scope.js";
import type { SentScan } from "./request.js";
import { chooseList, describeImage, isSame } from "./target-images.js";

// The findings of HSS in images. Its lists show only the sum of vulnerabilities. Severities and sensitive
// information must be read image by image.

const severities: Readonly<Record<string, Severity>> = {
  immediate_repair: "high",
  delay_repair: "medium",
  not_needed_repair: "low",
};
const known: readonly Severity[] = ["high", "medium", "low"];
/** At most this many images are read one by one. */
const maxImages = 20;
const maxPages = 50;
/** Up to this many images are read by their names. More are read as whole lists. */
const fewImages = 10;

export interface EndedScan {
  readonly place: Place;
  readonly type: GlobalImageType;
  /** The request's images; undefined if it does not name them. */
  readonly images: SentScan["images"];
  /** The mask of the scan; undefined if only the cloud knows it. */
  readonly scope: number | undefined;
  /** When it began, in milliseconds since 1970. */
  readonly begun: number;
  /** The number of images scanned with success; undefined if the cloud does not show it. */
  readonly succeeded: number | undefined;
}

/** The findings of an ended scan; undefined if its images are unknown. */
export async function findingsIn(client: HuaweiClient, scan: EndedScan): Promise<FoundImages | undefined> {
  const { images, begun, succeeded } = scan;
  const listed = await listedFor(client, scan);
  if (listed === undefined) return undefined;
  const isFresh = (row: api.ScannedImage) => row.scan_status === "success" && (row.latest_scan_time ?? 0) >= begun;
  if (images === undefined) {
    const rows = listed.filter(isFresh);
    return rows.length === succeeded ? read(client, rows, { scan, isFresh }) : undefined;
  }
  const rows = images.map((image) => listed.find((row) => isSame(row, image)));
  const present = rows.filter((row) => row !== undefined);
  return present.length === rows.length ? read(client, present, { scan, isFresh }) : undefined;
}

export interface FoundImages {
  readonly findings: Findings;
  /** For each id in the findings, the parameters that name the image in its own lists. */
  readonly names: ReadonlyMap<string, api.FoundIn>;
}

interface Reading {
  readonly scan: EndedScan;
  readonly isFresh: (row: api.ScannedImage) => boolean;
}

async function read(client: HuaweiClient, rows: readonly api.ScannedImage[], reading: Reading): Promise<FoundImages> {
  const { scan, isFresh } = reading;
  const looked = new Set(rows.filter((row) => isFresh(row) && needsReading(row, scan)).slice(0, maxImages));
  const names = new Map<string, api.FoundIn>();
  const images: ImageFindings[] = [];
  for (const row of rows) {
    const named = scan.type === "registry" ? nameImage(row) : undefined;
    const image = identifyImage(row);
    if (named !== undefined) names.set(image.id, named);
    const numbering = { scan, named: looked.has(row) ? named : undefined };
    images.push({ ...image, ...(isFresh(row) ? await readNumbers(client, row, numbering) : {}) });
  }
  return { findings: sumFindings(images, known), names };
}

function identifyImage(row: api.ScannedImage): ImageFindings {
  const { id, image_id, image_digest } = row;
  const digest = image_digest ? { digest: image_digest } : {};
  return { id: String(id ?? image_id ?? ""), name: describeImage(row), ...digest };
}

function needsReading({ vul_num }: api.ScannedImage, { scope }: EndedScan): boolean {
  return vul_num !== 0 || covers(scope, "sensitiveInformation");
}

interface Numbered {
  readonly scan: EndedScan;
  /** Absent if the image's own lists cannot be read: it is on a host, or above the limit. */
  readonly named: api.FoundIn | undefined;
}

async function readNumbers(
  client: HuaweiClient,
  row: api.ScannedImage,
  { scan: { place, scope }, named }: Numbered,
): Promise<FindingCounts> {
  const viruses = covers(scope, "maliciousFiles") ? readCount(row.malicious_file_num) : undefined;
  const levels = covers(scope, "vulnerabilities") ? await readLevels(client, row, { place, named }) : undefined;
  const sensitiveData =
    covers(scope, "sensitiveInformation") && named !== undefined
      ? readCount((await api.listImageSensitive(client, place, named)).response.total_num)
      : undefined;
  return knownCounts({ ...levels, viruses, sensitiveData });
}

async function readLevels(
  client: HuaweiClient,
  { vul_num }: api.ScannedImage,
  { place, named }: { readonly place: Place; readonly named: api.FoundIn | undefined },
): Promise<FindingCounts | undefined> {
  if (vul_num === 0) return { high: 0, medium: 0, low: 0 };
  if (named === undefined || readCount(vul_num) === undefined) return undefined;
  const listed = await vulnerabilitiesIn(client, place, named);
  const count = (severity: Severity) => listed.filter((one) => one.severity === severity).length;
  // If the list and the sum differ, neither can be trusted.
  return listed.length === vul_num ? { high: count("high"), medium: count("medium"), low: count("low") } : undefined;
}

function readSeverity(necessity = ""): Severity | undefined {
  return Object.hasOwn(severities, necessity) ? severities[necessity] : undefined;
}

/** All vulnerabilities of one image. One of unknown severity counts as high. */
export async function vulnerabilitiesIn(
  client: HuaweiClient,
  place: Place,
  image: api.FoundIn,
): Promise<ListedVulnerability[]> {
  const rows = await allPages((offset) => api.listImageVulnerabilities(client, place, { image, offset }), byPlace);
  return (rows ?? []).map(({ vul_id, repair_necessity, app_name, version }) => ({
    id: vul_id ?? "",
    severity: readSeverity(repair_necessity) ?? "high",
    ...(app_name === undefined ? {} : { package: app_name }),
    ...(version === undefined ? {} : { version }),
  }));
}

/** The list may repeat a vulnerability. */
function byPlace(_: object, place: number): string {
  return String(place);
}

function joinKey({ id, image_id, registry_id, ...row }: api.ScannedImage): string {
  return [id, image_id, registry_id, describeImage(row)].join(" ");
}

const kinds: Readonly<Record<string, string>> = {
  SwrPrivate: "private_image",
  SwrShared: "shared_image",
  SwrEnterprise: "instance_image",
  Harbor: "harbor",
  Jfrog: "jfrog",
};

function nameImage(row: api.ScannedImage): api.FoundIn | undefined {
  const { image_id, registry_type, namespace, image_name, image_version, instance_id } = row;
  const imageType = Object.hasOwn(kinds, registry_type ?? "") ? kinds[registry_type ?? ""] : undefined;
  if (!image_id || imageType === undefined || !image_name) return undefined;
  return {
    imageId: image_id,
    imageType,
    namespace: namespace ?? "",
    imageName: image_name,
    imageVersion: image_version ?? "",
    instanceId: instance_id ?? undefined,
  };
}

/** Images that include those of the scan; undefined if there are too many. */
async function listedFor(client: HuaweiClient, scan: EndedScan): Promise<api.ScannedImage[] | undefined> {
  const { place, type, images } = scan;
  const list = chooseList(type);
  const rows: api.ScannedImage[] = [];
  for (const query of listQueries(images)) {
    const some = await allPages((offset) => list(client, place, { ...query, offset }), joinKey);
    if (some === undefined) return undefined;
    rows.push(...some);
  }
  return rows;
}

/** By their names if they are few, else by their namespaces. */
function listQueries(images: SentScan["images"]): readonly api.ImageQuery[] {
  const isNamed = images?.every(({ imageName }) => imageName !== undefined) === true;
  if (images === undefined || !isNamed) return [{}];
  if (images.length <= fewImages)
    return images.map(({ namespace, imageName, imageVersion }) => ({ namespace, imageName, imageVersion }));
  return [...new Set(images.map(({ namespace }) => namespace))].map((namespace) => ({ namespace }));
}

function allPages<Row>(
  read: (offset: number) => Promise<Answer<List<Row>>>,
  keyOf: (row: Row, place: number) => string,
): Promise<Row[] | undefined> {
  return readWholeList({ page: async (offset) => pageIn(await read(offset)), size: pageSize, most: maxPages, keyOf });
}
