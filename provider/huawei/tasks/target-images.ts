import type { HuaweiClient, Place } from "../api/client.js";
import type * as api from "../api/image-scans.js";
import * as images from "../api/images.js";
import { type ImageInfo, type SentScan, selectImageType } from "./request.js";

// The state of the images: the only evidence that links a task to the images of a request.

const going = ["scanning", "waiting_for_scan", "waiting"];
const maxImages = 50;

/**
 * Whether a scan has touched the request's images since that time: all of them, some, or none. Undefined if
 * unknown: the request does not name them, or the cloud does not list them.
 */
export async function touchedSince(
  client: HuaweiClient,
  request: SentScan,
  { place, serverTime }: { readonly place: Place; readonly serverTime: number },
): Promise<"all" | "some" | "none" | undefined> {
  const images = request.images ?? [];
  if (images.length === 0 || images.length > maxImages) return undefined;
  const touched: boolean[] = [];
  for (const image of images) {
    const row = await findRow(client, { place, type: selectImageType(request) }, image);
    if (row === undefined) return undefined;
    // The scan time is the time of the result. A scan that began since has a later one.
    touched.push(going.includes(row.scan_status ?? "") || (row.latest_scan_time ?? 0) > serverTime - 1_000);
  }
  return touched.includes(false) ? (touched.includes(true) ? "some" : "none") : "all";
}

async function findRow(
  client: HuaweiClient,
  { place, type }: { readonly place: Place; readonly type: api.GlobalImageType },
  image: ImageInfo,
): Promise<images.ScannedImage | undefined> {
  const { imageName, imageVersion, namespace } = image;
  if (imageName === undefined) return undefined;
  const { response } = await chooseList(type)(client, place, { namespace, imageName, imageVersion });
  return (response.data_list ?? []).find((row) => isSame(row, image));
}

/** `namespace/name:version`, or its id if it has no name. */
export function describeImage(
  image: Pick<images.ScannedImage, "id" | "namespace" | "image_name" | "image_version">,
): string {
  return `${image.namespace ? `${image.namespace}/` : ""}${image.image_name ?? image.id}:${image.image_version ?? ""}`;
}

/** The list that holds images of this type. */
export function chooseList(type: api.GlobalImageType) {
  return type === "local" ? images.listImageLocal : images.listRegistryImages;
}

export function isSame(row: images.ScannedImage, image: ImageInfo): boolean {
  const same = (told: unknown, asked: string | number | undefined) =>
    asked === undefined || String(told) === String(asked);
  const told = (value: unknown, asked: string | number | undefined) =>
    value === undefined || value === null || same(value, asked);
  return (
    same(row.image_name, image.imageName) &&
    same(row.image_version, image.imageVersion) &&
    (!row.namespace || same(row.namespace, image.namespace)) &&
    (!row.image_digest || same(row.image_digest, image.imageDigest)) &&
    told(row.registry_id, image.registryId) &&
    told(row.registry_type, image.registryType) &&
    (!row.instance_id || same(row.instance_id, image.instanceId)) &&
    told(row.id, image.id)
  );
}

/** Whether one of a task's failed images is one of the request's. */
export function failedHere(task: api.ImageScanTask, request: SentScan): boolean {
  return (task.failed_images ?? []).some((failed) => (request.images ?? []).some((image) => isSame(failed, image)));
}
