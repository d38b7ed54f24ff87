import {
  type FoundImages,
  type ImageList,
  type ImageQuery,
  readImageQuery,
  searchImages,
  splitRepository,
} from "../../lifecycle/image-search.js";
import {
  describeNearest,
  differingParts,
  type ImagePattern,
  type NamedImage,
  readRuntimeName,
} from "../../validation/image-match.js";
import type { TencentClient } from "../api/client.js";
import * as api from "../api/local-images.js";
import { type AssetFilter, assetFilters } from "./asset-filter.js";
import { pageSize } from "./scan-mark.js";

/** A local image: one that TCSS has found on a node. */
export interface LocalImage {
  /** Id of the image, as `images` of a LocalScanTask takes it: `sha256:…` of its configuration. */
  readonly id: string;
  /** The image as the container runtime names it: `shop/api:2.0.1`, or `<none>:<none>`. */
  readonly imageName: string;
  /** State of its last scan: `NOT_SCAN`, `SCANNING`, `SCANNED`, `SCAN_ERR` or another word of the cloud. */
  readonly scanStatus: string;
  /** When it was scanned last, as the cloud writes it: `2026-01-02 03:04:05`, in the cloud's time zone. Absent if never. */
  readonly scanTime?: string;
  /** Whether it has a scan licence. A scan leaves out an image without a licence. */
  readonly isLicensed: boolean;
}

/** The local images that a lookup has found. */
export interface LocalImages extends FoundImages<LocalImage> {
  /** Their ids, in the order of `images`: what `images` of a LocalScanTask takes. */
  readonly ids: readonly string[];
}

/** The list does not show digests: each is looked up, with a call of its own. */
const maxDigests = 100;

/** Finds local images. https://www.tencentcloud.com/document/product/1163/53169 */
export async function findLocalImages(client: TencentClient, query: ImageQuery): Promise<LocalImages> {
  const pattern = readImageQuery(query);
  const { digest: _, ...named } = pattern;
  const list = planLists(client, splitRepository(pattern)?.name);
  const found =
    pattern.digest === undefined
      ? await searchImages(list, pattern, query)
      : await searchDigest(client, await searchImages(list, named, { ...query, maxImages: maxDigests }), pattern);
  return {
    ...found,
    images: found.images.map(toLocalImage),
    ids: found.images.map(({ ImageID = "" }) => ImageID),
  };
}

function planLists(client: TencentClient, name: string | undefined): ImageList<api.ListedImage> {
  const read = (filters?: readonly AssetFilter[]) => async (offset: number) => {
    const page = { Limit: pageSize, Offset: offset };
    const request = filters === undefined ? page : { ...page, Filters: assetFilters.toWire(filters) };
    const { List = [], TotalCount } = (await api.describeAssetImageList(client, request)).response;
    return { rows: List, total: TotalCount };
  };
  return {
    all: read(),
    narrowed: name === undefined ? undefined : read([{ name: "ImageName", values: [name] }]),
    pageSize,
    keyOf: ({ ImageID = "" }) => ImageID,
    nameOf: (row) => readName(row),
  };
}

function readName({ ImageName = "" }: api.ListedImage, digests: readonly string[] = []): NamedImage {
  const { registry, repository, tag = "" } = readRuntimeName(ImageName);
  return { registries: registry === undefined ? [] : [registry], repository, tag, digests };
}

async function searchDigest(
  client: TencentClient,
  found: FoundImages<api.ListedImage>,
  pattern: ImagePattern,
): Promise<FoundImages<api.ListedImage>> {
  if (found.total > maxDigests)
    throw new Error(
      `digest can be looked for among ${maxDigests} local images, and ${found.total} match the other arguments; give name or tag as well`,
    );
  const images: api.ListedImage[] = [];
  for (const row of found.images) {
    const { ImageDigest = "", RepoDigests = [] } = (await api.describeAssetImageDetail(client, row.ImageID ?? ""))
      .response;
    if (differingParts(pattern, readName(row, [ImageDigest, ...RepoDigests])).length === 0) images.push(row);
  }
  const isHinted = images.length > 0 || found.hint !== undefined;
  const hint = isHinted
    ? {}
    : {
        hint: describeNearest(
          pattern,
          found.images.map((row) => readName(row)),
        ),
      };
  return { ...found, images, total: images.length, ...hint };
}

function toLocalImage({
  ImageID = "",
  ImageName = "",
  ScanStatus = "",
  ScanTime,
  IsAuthorized,
}: api.ListedImage): LocalImage {
  return {
    id: ImageID,
    imageName: ImageName,
    scanStatus: ScanStatus,
    ...(ScanTime ? { scanTime: ScanTime } : {}),
    isLicensed: IsAuthorized !== 0,
  };
}
