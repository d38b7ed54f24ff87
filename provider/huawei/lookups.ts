import type * as pulumi from "@pulumi/pulumi";
import type { InputsOf } from "../resources/inputs-of.js";
import { type LookupOptions, type LookupOutputOptions, lookUp, lookUpOutput } from "../resources/lookup.js";
import { findImages, type HssImageQuery, type HssImages } from "./images/find-images.js";

const images = { name: "huawei.getImages", find: findImages };

/**
 * Finds images of registries or, with `globalImageType: "local"`, on hosts, as HSS lists them. `images` of the result is
 * what `images` of a ScanTask takes. Calls the cloud in each preview and update. HSS ListRegistryImages, ListImageLocal.
 */
export function getImages(args: HssImageQuery, opts?: LookupOptions): Promise<HssImages> {
  return lookUp(images, args, opts);
}

/** The same as `getImages`, for arguments that are outputs of resources. */
export function getImagesOutput(args: InputsOf<HssImageQuery>, opts?: LookupOutputOptions): pulumi.Output<HssImages> {
  return lookUpOutput(images, args, opts);
}
