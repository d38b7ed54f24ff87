import {
  type FoundImages,
  type ImageList,
  type ImageQuery,
  readImageQuery,
  searchImages,
  splitRepository,
  withoutUndefined,
} from "../../lifecycle/image-search.js";
import type { NamedImage } from "../../validation/image-match.js";
import { text } from "../../validation/rules.js";
import type { TencentClient } from "../api/client.js";
import type { AssetFilter } from "./asset-filter.js";
import type { RegistryImageName } from "./registry-image-name.js";
import { listed, type RegistryRow } from "./registry-rows.js";
import { pageSize } from "./scan-mark.js";

/** Which images of registries to find. */
export interface RegistryImageQuery extends ImageQuery {
  /** Kind of the registry, such as `tcr`, `ccr`, `harbor`, `quay`, `jfrog`, `aws` or `azure`. */
  readonly registryType?: string;
}

/** An image of a registry, as TCSS lists it. */
export interface RegistryImage {
  /** The asset id, as `ids` of a RegistryScanTask takes it: digits. It names one digest. */
  readonly id: string;
  /** Kind of the registry, such as `tcr`, `ccr` or `harbor`. */
  readonly registryType?: string;
  /** Name of the registry instance. */
  readonly instanceName?: string;
  /** Id of the registry instance. */
  readonly instanceId?: string;
  /** Address of the repository: `registry.example/shop/api`. */
  readonly imageRepoAddress?: string;
  /** Namespace or project of the repository. */
  readonly namespace: string;
  /** Name of the repository, without its namespace and tag. */
  readonly imageName: string;
  /** Tag of the image. */
  readonly imageTag: string;
  /** Digest of the image's content: `sha256:…`. */
  readonly imageDigest?: string;
  /** Whether it is the newest image of its repository. */
  readonly isLatest: boolean;
  /**
   * State of its last scan: `NOT_SCAN`, `SCANNING`, `SCANNED`, `SCAN_ERR`, `SCAN_TIMEOUT`, `CANCELED` or another word of the
   * cloud.
   */
  readonly scanStatus: string;
  /** When it was scanned last (ISO 8601 with an offset). Absent if never. */
  readonly scanTime?: string;
  /** Whether it has a scan licence. A scan leaves out an image without a licence. */
  readonly isLicensed: boolean;
}

/** The images of registries that a lookup has found. */
export interface RegistryImages extends FoundImages<RegistryImage> {
  /** Their asset ids, in the order of `images`: what `ids` of a RegistryScanTask takes. */
  readonly ids: readonly string[];
}

/** Finds images of registries, as of the cloud's last synchronization with them. TCSS DescribeAssetImageRegistryList. */
export async function findRegistryImages(client: TencentClient, query: RegistryImageQuery): Promise<RegistryImages> {
  const pattern = readImageQuery(query, { registryType: text });
  const { registryType } = query;
  const repository = splitRepository(pattern);
  const read = (filters?: AssetFilter[]) => (offset: number) =>
    listed(client, filters)({ Limit: pageSize, Offset: offset });
  const list: ImageList<RegistryRow> = {
    all: read(),
    narrowed: repository === undefined ? undefined : read(buildFilters(repository)),
    isMeant: ({ image }) => registryType === undefined || image.RegistryType === registryType,
    pageSize,
    keyOf: ({ id }) => id,
    nameOf: readName,
  };
  const found = await searchImages(list, pattern, query);
  return { ...found, images: found.images.map(toRegistryImage), ids: found.images.map(({ id }) => id) };
}

/** Images whose names are looked up for a message. */
const mostExplained = 10;

/**
 * Which images come close to the first of these that the cloud does not list. It explains a failure, and must not take
 * its place: nothing where the list cannot be read.
 */
export async function hintOfMissing(
  client: TencentClient,
  images: readonly RegistryImageName[],
): Promise<string | undefined> {
  try {
    for (const image of images.slice(0, mostExplained)) {
      const { hint } = await findRegistryImages(client, queryByNames(image));
      if (hint !== undefined) return hint;
    }
  } catch {
    // The failure itself is thrown by the caller.
  }
  return undefined;
}

/** The search for an image that is given by its names. */
export function queryByNames({
  instanceName,
  namespace,
  imageName,
  imageTag,
  imageDigest,
}: RegistryImageName): RegistryImageQuery {
  const query = { registry: instanceName, name: `${namespace}/${imageName}`, tag: imageTag };
  return imageDigest === undefined ? query : { ...query, digest: imageDigest };
}

function buildFilters({ namespace, name }: { readonly namespace?: string; readonly name: string }): AssetFilter[] {
  const byName = { name: "ImageName", values: [name] };
  return namespace === undefined ? [byName] : [{ name: "Namespace", values: [namespace] }, byName];
}

function readName({ image }: RegistryRow): NamedImage {
  const { Namespace, ImageName = "", ImageTag = "", ImageDigest, ImageRepoAddress, InstanceName } = image;
  const host = ImageRepoAddress?.split("/")[0];
  return {
    registries: [host, InstanceName].filter((one) => one !== undefined),
    repository: Namespace ? `${Namespace}/${ImageName}` : ImageName,
    tag: ImageTag,
    digests: ImageDigest === undefined ? [] : [ImageDigest],
  };
}

function toRegistryImage({ id, image, status, scanTime, licensed }: RegistryRow): RegistryImage {
  return {
    id,
    ...withoutUndefined({
      registryType: image.RegistryType || undefined,
      instanceName: image.InstanceName || undefined,
      instanceId: image.InstanceId || undefined,
      imageRepoAddress: image.ImageRepoAddress || undefined,
      imageDigest: image.ImageDigest || undefined,
      scanTime: scanTime || undefined,
    }),
    namespace: image.Namespace ?? "",
    imageName: image.ImageName ?? "",
    imageTag: image.ImageTag ?? "",
    isLatest: image.IsLatestImage === true,
    scanStatus: status,
    isLicensed: licensed,
  };
}
