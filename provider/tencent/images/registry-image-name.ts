import { field, type RequestOf, record } from "../../validation/fields.js";
import { boolean, digest, text, type ValueType, valueType } from "../../validation/rules.js";

const force = valueType<boolean>(boolean, {
  toWire: String,
  fromWire: (told: string) => told === "true" || undefined,
});
/** The cloud shows an unknown name as an empty text. */
const name = valueType<string>(text, { fromWire: (told: string) => told || undefined });

const fields = {
  /** Name of the registry instance. Sent as `InstanceName`. */
  instanceName: field("InstanceName", text, { required: true }),
  /** Namespace or project of the repository. Sent as `Namespace`. */
  namespace: field("Namespace", text, { required: true }),
  /** Name of the repository, without its tag. Sent as `ImageName`. */
  imageName: field("ImageName", text, { required: true }),
  /** Tag of the image. Sent as `ImageTag`. */
  imageTag: field("ImageTag", text, { required: true }),
  /**
   * Has no documented meaning. Sent as `Force`.
   * @default false
   */
  force: field("Force", force, { default: false }),
  /** Digest of the image's content: `sha256:…`. Sent as `ImageDigest`. */
  imageDigest: field("ImageDigest", valueType<string>(digest, { ...digest, ...name })),
  /** Kind of the registry, such as `tcr`, `ccr`, `harbor`, `quay`, `jfrog`, `aws` or `azure`. Sent as `RegistryType`. */
  registryType: field("RegistryType", name),
  /** Address of the repository: `registry.example/shop/web`. Sent as `ImageRepoAddress`. */
  imageRepoAddress: field("ImageRepoAddress", name),
  /** Id of the registry instance. Sent as `InstanceId`. */
  instanceId: field("InstanceId", name),
};

/** An image of a registry by its names. The API calls this ImageInfo. */
export interface RegistryImageName extends RequestOf<typeof fields> {}

export const registryImageName: ValueType<RegistryImageName> = record(fields);
