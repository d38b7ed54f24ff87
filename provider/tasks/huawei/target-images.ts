import type { HuaweiClient } from "../../huawei/client.js";
import * as api from "../../huawei/image-scans.js";
import { type ImageInfo, placeOf, type ScanRequest, typeOf } from "./scan-request.js";

// What the images themselves tell: the only evidence that links a task to the images of a request.

const going = ["scanning", "waiting_for_scan", "waiting"];
const maxImages = 50;

/**
 * Whether a scan has touched the request's images since that time: all of them, some, or none. Nothing where that
 * cannot be told: the request does not name them, or the cloud does not list them.
 */
export async function touchedSince(
  client: HuaweiClient,
  request: ScanRequest,
  serverTime: number,
): Promise<"all" | "some" | "none" | undefined> {
  const images = request.images ?? [];
  if (images.length === 0 || images.length > maxImages) return undefined;
  const touched: boolean[] = [];
  for (const image of images) {
    const row = await rowOf(client, request, image);
    if (row === undefined) return undefined;
    // The scan time is that of a result, which a scan that was begun since has later.
    touched.push(going.includes(row.scan_status ?? "") || (row.latest_scan_time ?? 0) > serverTime - 1_000);
  }
  return touched.includes(false) ? (touched.includes(true) ? "some" : "none") : "all";
}

async function rowOf(
  client: HuaweiClient,
  request: ScanRequest,
  image: ImageInfo,
): Promise<api.ScannedImage | undefined> {
  const { imageName, imageVersion, namespace } = image;
  if (imageName === undefined) return undefined;
  const list = typeOf(request) === "local" ? api.listImageLocal : api.listRegistryImages;
  const { response } = await list(client, placeOf(request), { namespace, imageName, imageVersion });
  return (response.data_list ?? []).find((row) => isSame(row, image));
}

function isSame(row: api.ScannedImage, { id, imageName, imageVersion, namespace, imageDigest }: ImageInfo): boolean {
  const same = (told: unknown, asked: string | undefined) => asked === undefined || String(told) === asked;
  return (
    same(row.image_name, imageName) &&
    same(row.image_version, imageVersion) &&
    (namespace === undefined || !row.namespace || row.namespace === namespace) &&
    (imageDigest === undefined || !row.image_digest || row.image_digest === imageDigest) &&
    (id === undefined || row.id === undefined || row.id === null || String(row.id) === id)
  );
}

/** Whether one of a task's failed images is one of the request's. */
export function failedHere(task: api.ImageScanTask, request: ScanRequest): boolean {
  return (task.failed_images ?? []).some((failed) => (request.images ?? []).some((image) => isSame(failed, image)));
}
