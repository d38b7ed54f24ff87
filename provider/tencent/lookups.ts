import type * as pulumi from "@pulumi/pulumi";
import type { ImageQuery } from "../lifecycle/image-search.js";
import type { InputsOf } from "../resources/inputs-of.js";
import { type LookupOptions, type LookupOutputOptions, lookUp, lookUpOutput } from "../resources/lookup.js";
import { findLocalImages, type LocalImages } from "./images/find-local-images.js";
import { findRegistryImages, type RegistryImageQuery, type RegistryImages } from "./images/find-registry-images.js";

const localImages = { name: "tencent.getLocalImages", find: findLocalImages };
const registryImages = { name: "tencent.getRegistryImages", find: findRegistryImages };

/**
 * Finds local images: those that TCSS has found on the account's nodes. Calls the cloud in each preview and update.
 * A search by `digest` makes one more call for each image that matches the other arguments: at most 100 calls.
 * TCSS DescribeAssetImageList, https://www.tencentcloud.com/document/product/1163/53169
 */
export function getLocalImages(args: ImageQuery, opts?: LookupOptions): Promise<LocalImages> {
  return lookUp(localImages, args, opts);
}

/** The same as `getLocalImages`, for arguments that are outputs of resources. */
export function getLocalImagesOutput(
  args: InputsOf<ImageQuery>,
  opts?: LookupOutputOptions,
): pulumi.Output<LocalImages> {
  return lookUpOutput(localImages, args, opts);
}

/**
 * Finds images of registries. TCSS lists them as of its last synchronization with the registries. Calls the cloud in
 * each preview and update. TCSS DescribeAssetImageRegistryList.
 */
export function getRegistryImages(args: RegistryImageQuery, opts?: LookupOptions): Promise<RegistryImages> {
  return lookUp(registryImages, args, opts);
}

/** The same as `getRegistryImages`, for arguments that are outputs of resources. */
export function getRegistryImagesOutput(
  args: InputsOf<RegistryImageQuery>,
  opts?: LookupOutputOptions,
): pulumi.Output<RegistryImages> {
  return lookUpOutput(registryImages, args, opts);
}
