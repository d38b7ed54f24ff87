import { asList, asObject, asText, type Known, type KnownObject } from "./known.js";

// Finds the images that Kubernetes resources run.

/** Resources whose images are named elsewhere: in a chart or in a repository. */
const opaque = [
  /^kubernetes:helm\.sh\/v3:Release$/,
  /^kubernetes:helm\.toolkit\.fluxcd\.io\/\w+:HelmRelease$/,
  /^kubernetes:helm\.cattle\.io\/\w+:HelmChart$/,
  /^kubernetes:kustomize\.toolkit\.fluxcd\.io\/\w+:Kustomization$/,
  /^kubernetes:argoproj\.io\/\w+:Application(Set)?$/,
];

/** Components that register their rendered objects as resources. Each of these is checked itself. */
const rendering = /^kubernetes:(?:(?:yaml|kustomize)(?:\/v\d+)?:|helm\.sh\/v\d+:Chart$)/;

const containerLists = ["containers", "initContainers", "ephemeralContainers"];

/** Whether it runs images that are not visible here. */
export function isOpaque(type: string): boolean {
  return opaque.some((pattern) => pattern.test(type));
}

/**
 * The images that a Kubernetes resource runs, from any pod description in it: in a Pod or a workload, in a custom
 * resource such as a Rollout, in the items of a List, in the values of a Helm release. Unknown values stay in the
 * list.
 */
export function findImages(type: string, props: KnownObject): readonly Known[] {
  if (!type.startsWith("kubernetes:") || rendering.test(type)) return [];
  const images = [
    ...collectImages(props),
    ...(isOpaque(type) ? collectValueImages([props["values"], asObject(props["spec"])["values"]]) : []),
  ];
  return [...new Set(images)];
}

function collectImages(value: Known): readonly Known[] {
  if (Array.isArray(value)) return value.flatMap(collectImages);
  const object = asObject(value);
  const containers = containerLists.flatMap((name) => asList(object[name]));
  const volumes = asList(object["volumes"]).map((volume) => asObject(asObject(volume)["image"])["reference"]);
  return [
    ...containers.map((one) => asObject(one)["image"]),
    ...volumes,
    ...listMembers(object).flatMap(collectImages),
  ];
}

/** Without the provider's own fields, which repeat the inputs. */
function listMembers(object: KnownObject): readonly Known[] {
  return Object.entries(object).flatMap(([name, member]) => (name.startsWith("__") ? [] : [member]));
}

/** Charts usually name an image as a text in `image`, or as an object with `repository`, `tag` and perhaps `digest`. */
function collectValueImages(value: Known): readonly Known[] {
  if (Array.isArray(value)) return value.flatMap(collectValueImages);
  return Object.entries(asObject(value)).flatMap(([name, member]) => {
    if (!/image$/i.test(name)) return collectValueImages(member);
    return typeof member === "string" ? [member] : imageByParts(asObject(member));
  });
}

function imageByParts({ registry, repository, tag, digest }: KnownObject): readonly string[] {
  const name = asText(repository);
  if (name === undefined || name === "") return [];
  const [host, version, pin] = [registry, tag, digest].map((part) => asText(part) || undefined);
  const whole = host === undefined ? name : `${host}/${name}`;
  if (pin !== undefined) return [`${whole}@${pin}`];
  return [version === undefined ? whole : `${whole}:${version}`];
}

/** The digest of a pinned image; undefined if it is not pinned. */
export function readDigest(image: Known): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(asText(image) ?? "")?.[1];
}
