import {
  type FoundImages,
  type ImageList,
  type ImageQuery,
  readImageQuery,
  searchImages,
  splitRepository,
  withoutUndefined,
} from "../../lifecycle/image-search.js";
import { type ImagePattern, type NamedImage, readRuntimeName } from "../../validation/image-match.js";
import { headerText, oneOf, text } from "../../validation/rules.js";
import type { HuaweiClient } from "../api/client.js";
import { type GlobalImageType, pageIn, pageSize } from "../api/image-scans.js";
import { listImageLocal, listRegistryImages, type ScannedImage } from "../api/images.js";
import type { ImageInfo, SentScan } from "../tasks/request.js";

const registryTypes = ["SwrPrivate", "SwrShared", "SwrEnterprise", "Harbor", "Jfrog", "Other"] as const;

/** Which images to find. */
export interface HssImageQuery extends ImageQuery {
  /**
   * Where the images are: `registry`, or `local` for images on hosts. A ScanTask of these images needs the same value.
   * @default "registry"
   */
  readonly globalImageType?: GlobalImageType;
  /** Kind of the registry. Not with `globalImageType: "local"`. */
  readonly registryType?: (typeof registryTypes)[number];
  /**
   * Id of the project of the images.
   * @default the account's project, configured or looked up
   */
  readonly projectId?: string;
  /**
   * Id of the enterprise project of the images, or `all_granted_eps`.
   * @default the account's setting, else only the cloud's default enterprise project
   */
  readonly enterpriseProjectId?: string;
}

/** The state of the last scan of an image. */
export interface HssImageScan {
  /** Name of the image: `shop/api:2.0.1`. */
  readonly image: string;
  /**
   * State of its last scan: `unscan`, `scanning`, `waiting_for_scan`, `waiting`, `success`, `failed`, `download_failed`,
   * `image_oversized`, or another word of the cloud.
   */
  readonly scanStatus: string;
  /** When the image was scanned last (ISO 8601). Absent if never. */
  readonly scanTime?: string;
}

/** The images that a lookup has found. */
export interface HssImages extends FoundImages<ImageInfo> {
  /**
   * State of the last scan of each image, in the order of `images`. It is not in `images`, because a scan would then change
   * them.
   */
  readonly scans: readonly HssImageScan[];
}

const known = {
  globalImageType: oneOf("registry", "local"),
  registryType: oneOf(...registryTypes),
  projectId: headerText(256),
  enterpriseProjectId: text,
};

/** Finds images as HSS lists them, as of its last synchronization with the registries. HSS ListRegistryImages, ListImageLocal. */
export async function findImages(client: HuaweiClient, query: HssImageQuery): Promise<HssImages> {
  const pattern = readImageQuery(query, known);
  const { globalImageType: type = "registry", registryType } = query;
  if (type === "local" && registryType !== undefined)
    throw new Error('registryType is not used with globalImageType: "local"');
  const found = await searchImages(planLists(client, query, pattern), pattern, query);
  return {
    ...found,
    images: found.images.map((row) => toImageInfo(row, type)),
    scans: found.images.map(toImageScan),
  };
}

/**
 * Which images come close to the one that a scan was to look for. It explains a failure, and must not take its place:
 * nothing where it asks for no name, or where the list cannot be read.
 */
export async function hintOfMissing(
  client: HuaweiClient,
  { queryInfo, projectId, enterpriseProjectId, globalImageType }: SentScan,
): Promise<string | undefined> {
  const { imageName: name, namespace, imageVersion: tag } = queryInfo ?? {};
  if (name === undefined) return undefined;
  const query = withoutUndefined({ name, namespace, tag, projectId, enterpriseProjectId, globalImageType });
  return findImages(client, { ...query, name }).then(
    ({ hint }) => hint,
    () => undefined,
  );
}

function planLists(client: HuaweiClient, query: HssImageQuery, pattern: ImagePattern): ImageList<ScannedImage> {
  const { globalImageType: type = "registry", registryType, projectId, enterpriseProjectId } = query;
  const place = { projectId, enterpriseProjectId };
  const repository = splitRepository(pattern);
  const list = type === "local" ? listImageLocal : listRegistryImages;
  const read = (names: object) => async (offset: number) => pageIn(await list(client, place, { ...names, offset }));
  const names = { namespace: repository?.namespace, imageName: repository?.name };
  return {
    all: read({}),
    narrowed: repository === undefined ? undefined : read(names),
    isMeant: (row) => registryType === undefined || row.registry_type === registryType,
    pageSize,
    // Images on hosts have no id of a record.
    keyOf: ({ id, image_id, image_name, image_version }) => [id, image_id, image_name, image_version].join(" "),
    nameOf: type === "local" ? nameOnHost : (row) => nameInRegistry(row, swrHost(client, pattern)),
  };
}

function nameOnHost({ image_name = "", image_version = "", image_digest }: ScannedImage): NamedImage {
  const { registry, repository } = readRuntimeName(image_name);
  const digests = image_digest ? [image_digest] : [];
  return { registries: registry === undefined ? [] : [registry], repository, tag: image_version, digests };
}

function nameInRegistry(row: ScannedImage, swr: string | undefined): NamedImage {
  const { namespace, image_name = "", image_version = "", image_digest } = row;
  return {
    registries: listRegistryNames(row, swr),
    repository: namespace ? `${namespace}/${image_name}` : image_name,
    tag: image_version,
    digests: image_digest ? [image_digest] : [],
  };
}

/** The address of SWR beside an HSS. Where the endpoint is not HSS's own, any that could be SWR's. */
function swrHost({ host }: HuaweiClient, { registry }: ImagePattern): string | undefined {
  if (host.startsWith("hss.")) return host.replace("hss.", "swr.");
  return registry?.startsWith("swr.") ? registry : undefined;
}

/** The list has an address for SWR enterprise alone. */
function listRegistryNames(
  { registry_name, registry_type, instance_url }: ScannedImage,
  swr: string | undefined,
): string[] {
  const host = instance_url?.replace(/^\w+:\/\//, "").split("/")[0];
  const own = registry_type === "SwrPrivate" || registry_type === "SwrShared" ? swr : undefined;
  return [registry_name ?? "", host ?? "", own ?? ""].filter((one) => one !== "");
}

/** What names the image in the request of a scan: other fields for a registry than for a host. */
function toImageInfo(row: ScannedImage, type: GlobalImageType): ImageInfo {
  const { image_id, image_digest, image_name, image_version, registry_id, registry_name, registry_type } = row;
  const names = {
    imageName: image_name || undefined,
    imageVersion: image_version || undefined,
    registryId: registry_id || undefined,
    registryName: registry_name || undefined,
    imageDigest: image_digest || undefined,
  };
  if (type === "local") return withoutUndefined({ imageId: image_id || undefined, ...names, registryType: "Local" });
  return withoutUndefined({
    id: row.id || undefined,
    ...names,
    namespace: row.namespace || undefined,
    instanceId: row.instance_id || undefined,
    instanceUrl: row.instance_url || undefined,
    // A kind that is not documented is refused by the task, with its name.
    registryType: (registry_type || undefined) as ImageInfo["registryType"],
  });
}

function toImageScan({
  namespace,
  image_name = "",
  image_version = "",
  scan_status = "",
  ...row
}: ScannedImage): HssImageScan {
  const { latest_scan_time: time = 0 } = row;
  return {
    image: `${namespace ? `${namespace}/` : ""}${image_name}:${image_version}`,
    scanStatus: scan_status,
    ...(time > 0 ? { scanTime: new Date(time).toISOString() } : {}),
  };
}
