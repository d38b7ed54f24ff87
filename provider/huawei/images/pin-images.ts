import { withoutUndefined } from "../../lifecycle/image-search.js";
import { findOneImage } from "../../lifecycle/pin-images.js";
import type { HuaweiClient } from "../api/client.js";
import { type ImageInfo, isWholeImage, type ScanRequest, selectImageType } from "../tasks/request.js";
import { findImages, type HssImageQuery, type HssImages } from "./find-images.js";

/** The images of a request with all fields that HSS needs. Each text, and each image in fields, must fit one image. */
export function pinImages(client: HuaweiClient, request: ScanRequest): Promise<ImageInfo[]> {
  const { images = [], projectId, enterpriseProjectId } = request;
  const type = selectImageType(request);
  const place = withoutUndefined({ projectId, enterpriseProjectId, globalImageType: type });
  const pin = async (image: string | ImageInfo): Promise<ImageInfo> => {
    if (typeof image !== "string" && isWholeImage(image, type)) return image;
    if (typeof image === "string") {
      const find = () => findImages(client, { ...place, image });
      return findOneImage({ written: image, find, describe });
    }
    const find = async () => keepFitting(await findImages(client, { ...place, ...queryByFields(image) }), image);
    return { ...image, ...(await findOneImage({ written: JSON.stringify(image), find, describe })) };
  };
  return Promise.all(images.map(pin));
}

/** The search for images with this name. Without a namespace, the name can be the end of a longer one. */
function queryByFields({ namespace, imageName }: ImageInfo): HssImageQuery {
  const name = imageName === undefined ? "*" : namespace === undefined ? `*${imageName}` : imageName;
  return withoutUndefined({ name, namespace, maxImages: 10_000 });
}

/** Those that contradict no written field. If there are none, the hint says which image differs in one field. */
function keepFitting(found: HssImages, written: ImageInfo): HssImages {
  const compared = found.images.map((image) => ({ image, others: listOtherFields(image, written) }));
  const images = compared.filter(({ others }) => others.length === 0).map(({ image }) => image);
  const near = compared
    .filter(({ others }) => others.length === 1 && others[0] !== "id")
    .map(({ image, others }) => `${describe(image)} (another ${others})`);
  const hint = `no image ${JSON.stringify(written)}; there is ${near.slice(0, 3).join(", ")}`;
  return { ...found, ...(near.length === 0 ? {} : { hint }), images, total: images.length };
}

function listOtherFields(image: ImageInfo, written: ImageInfo): string[] {
  return Object.entries(written)
    .filter(([name, value]) => {
      const told = image[name as keyof ImageInfo];
      return told !== undefined && String(told) !== String(value);
    })
    .map(([name]) => name);
}

function describe({
  id,
  registryName = "",
  namespace,
  imageName = "",
  imageVersion = "",
  imageDigest,
}: ImageInfo): string {
  const name = [namespace, imageName].filter(Boolean).join("/");
  const more = [id === undefined ? "" : `id ${id}`, imageDigest].filter(Boolean).join(", ");
  return `${registryName} ${name}:${imageVersion} (${more})`.trimStart();
}
