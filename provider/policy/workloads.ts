import { type Known, type KnownObject, listOf, objectOf, textOf } from "./known.js";

// Kubernetes resources: which images they run.

const release = "kubernetes:helm.sh/v3:Release";

/** Components that register what they render as resources of their own, which are looked into one by one. */
const rendering = /^kubernetes:(yaml|kustomize|helm\.sh\/v\d+:Chart)/;

const containerLists = ["containers", "initContainers", "ephemeralContainers"];

/** Whether it is a Helm release: the images of its chart cannot be seen, but for those that its values name. */
export function isRelease(type: string): boolean {
  return type === release;
}

/**
 * The images that a Kubernetes resource runs, wherever in it a pod is described: in a Pod or a workload, in a custom
 * resource such as a Rollout, in the items of a List, in the values of a Helm release. What is not known yet stands
 * among them as it is.
 */
export function findImages(type: string, props: KnownObject): readonly Known[] {
  if (!type.startsWith("kubernetes:") || rendering.test(type)) return [];
  const images = [...imagesIn(props), ...(isRelease(type) ? valueImagesIn(props["values"]) : [])];
  return [...new Set(images)];
}

function imagesIn(value: Known): readonly Known[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  const object = objectOf(value);
  const containers = containerLists.flatMap((name) => listOf(object[name]));
  const volumes = listOf(object["volumes"]).map((volume) => objectOf(objectOf(volume)["image"])["reference"]);
  return [...containers.map((one) => objectOf(one)["image"]), ...volumes, ...membersOf(object).flatMap(imagesIn)];
}

/** Without the provider's own notes: they hold the inputs once more. */
function membersOf(object: KnownObject): readonly Known[] {
  return Object.entries(object).flatMap(([name, member]) => (name.startsWith("__") ? [] : [member]));
}

/** Charts name images by custom: `image` as a text, or as an object with `repository`, `tag` and perhaps `digest`. */
function valueImagesIn(value: Known): readonly Known[] {
  if (Array.isArray(value)) return value.flatMap(valueImagesIn);
  return Object.entries(objectOf(value)).flatMap(([name, member]) => {
    if (!/image$/i.test(name)) return valueImagesIn(member);
    return typeof member === "string" ? [member] : imageByParts(objectOf(member));
  });
}

function imageByParts({ registry, repository, tag, digest }: KnownObject): readonly string[] {
  const name = textOf(repository);
  if (name === undefined || name === "") return [];
  const [host, version, pin] = [registry, tag, digest].map((part) => textOf(part) || undefined);
  const whole = host === undefined ? name : `${host}/${name}`;
  if (pin !== undefined) return [`${whole}@${pin}`];
  return [version === undefined ? whole : `${whole}:${version}`];
}

/** The digest by which an image is pinned; nothing where it is not. */
export function digestIn(image: Known): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(textOf(image) ?? "")?.[1];
}
