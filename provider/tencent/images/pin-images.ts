import { findOneImage } from "../../lifecycle/pin-images.js";
import type { TencentClient } from "../api/client.js";
import { findLocalImages, type LocalImage } from "./find-local-images.js";
import { findRegistryImages, queryByNames, type RegistryImage, type RegistryImages } from "./find-registry-images.js";
import { isLocalImageId } from "./local-image-name.js";
import type { RegistryImageName } from "./registry-image-name.js";

/** The ids of local images. Each text must name one image. */
export function pinLocalImages(client: TencentClient, images: readonly string[]): Promise<string[]> {
  return Promise.all(images.map((image) => (isLocalImageId(image) ? image : pinLocalImage(client, image))));
}

async function pinLocalImage(client: TencentClient, image: string): Promise<string> {
  const find = () => findLocalImages(client, { image });
  const describe = ({ imageName, id }: LocalImage) => `${imageName} (${id})`;
  return (await findOneImage({ written: image, find, describe })).id;
}

/** The asset ids of images of registries. Each text, and each set of names, must name one image. */
export function pinRegistryImages(
  client: TencentClient,
  images: readonly (string | RegistryImageName)[],
): Promise<string[]> {
  return Promise.all(images.map((image) => pinRegistryImage(client, image)));
}

async function pinRegistryImage(client: TencentClient, image: string | RegistryImageName): Promise<string> {
  const query = typeof image === "string" ? { image } : queryByNames(image);
  const written = typeof image === "string" ? image : `${image.namespace}/${image.imageName}:${image.imageTag}`;
  const find = async () => preferNewest(await findRegistryImages(client, query));
  const describe = ({ id, instanceName = "", namespace, imageName, imageTag, imageDigest }: RegistryImage) =>
    `${instanceName} ${namespace}/${imageName}:${imageTag} (id ${id}, ${imageDigest ?? "digest unknown"})`;
  return (await findOneImage({ written, find, describe })).id;
}

/**
 * A tag that has moved is listed once for each digest. If the newest image of the repository has the tag, the tag means
 * this image.
 */
function preferNewest(found: RegistryImages): RegistryImages {
  const tags = new Set(
    found.images.map((one) => JSON.stringify([one.instanceId, one.namespace, one.imageName, one.imageTag])),
  );
  const newest = found.images.filter(({ isLatest }) => isLatest);
  return tags.size === 1 && newest.length === 1 ? { ...found, images: newest, total: 1 } : found;
}
