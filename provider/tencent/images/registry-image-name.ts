import { boolean, type Check, record, text } from "../../validation/rules.js";
import type { ImageInfo } from "../api/registry-images.js";

/** An image of a registry by its names. The API calls this ImageInfo. */
export interface RegistryImageName {
  /** Name of the registry instance. */
  readonly instanceName: string;
  /** Namespace or project of the repository. */
  readonly namespace: string;
  /** Name of the repository, without its tag. */
  readonly imageName: string;
  /** Tag. */
  readonly imageTag: string;
  /** Sent as Force, which the vendor does not explain. Default false. */
  readonly force?: boolean;
  /** Digest of the image's content: `sha256:…`. */
  readonly imageDigest?: string;
  /** Kind of the registry, such as `tcr`, `ccr`, `harbor`, `quay`, `jfrog`, `aws` or `azure`. */
  readonly registryType?: string;
  /** Address of the repository. */
  readonly imageRepoAddress?: string;
  /** Id of the registry instance. */
  readonly instanceId?: string;
}

export const registryImageName: Check = record(
  {
    instanceName: text,
    namespace: text,
    imageName: text,
    imageTag: text,
    force: boolean,
    imageDigest: text,
    registryType: text,
    imageRepoAddress: text,
    instanceId: text,
  },
  ["instanceName", "namespace", "imageName", "imageTag"],
);

/** The API takes `Force` as a text. */
export function wireImageName(image: RegistryImageName): ImageInfo {
  const { instanceName, namespace, imageName, imageTag, force, ...more } = image;
  const fields = {
    InstanceName: instanceName,
    Namespace: namespace,
    ImageName: imageName,
    ImageTag: imageTag,
    Force: String(force ?? false),
    ImageDigest: more.imageDigest,
    RegistryType: more.registryType,
    ImageRepoAddress: more.imageRepoAddress,
    InstanceId: more.instanceId,
  };
  return JSON.parse(JSON.stringify(fields)) as ImageInfo;
}

/** The names as the cloud gives them back: empty ones say nothing. */
export function imageNameOf(image: Partial<ImageInfo>): RegistryImageName {
  const fields = {
    instanceName: image.InstanceName ?? "",
    namespace: image.Namespace ?? "",
    imageName: image.ImageName ?? "",
    imageTag: image.ImageTag ?? "",
    ...(String(image.Force) === "true" ? { force: true } : {}),
    imageDigest: image.ImageDigest || undefined,
    registryType: image.RegistryType || undefined,
    imageRepoAddress: image.ImageRepoAddress || undefined,
    instanceId: image.InstanceId || undefined,
  };
  return JSON.parse(JSON.stringify(fields)) as RegistryImageName;
}
