import { formatImageReference, type ImageReference, parseImageReference } from "./image-reference.js";
import { nearest } from "./nearest.js";

/** What an image must be like. A part that is left out may be anything; `*` stands for any characters. */
export interface ImagePattern {
  readonly registry?: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** An image as a cloud names it. */
export interface NamedImage {
  /** What its registry is called: by its address, its name. Empty where the cloud does not tell. */
  readonly registries: readonly string[];
  readonly repository: string;
  readonly tag: string;
  readonly digests: readonly string[];
}

const costs = { tag: 1, digest: 1, registry: 1, namespace: 2, name: 2 } as const;
type Part = keyof typeof costs;

/** The parts in which the image is not what the pattern asks for: none if it matches. */
export function differingParts(pattern: ImagePattern, image: NamedImage): Part[] {
  const { registry, repository, tag, digest } = pattern;
  const parts: Part[] = [];
  if (registry !== undefined && !image.registries.some((one) => isLike(one, registry))) parts.push("registry");
  if (repository !== undefined && !isLike(image.repository, repository))
    parts.push(lastPart(image.repository) === lastPart(repository) ? "namespace" : "name");
  if (tag !== undefined && !isLike(image.tag, tag)) parts.push("tag");
  if (digest !== undefined && !image.digests.some((one) => one.endsWith(digest))) parts.push("digest");
  return parts;
}

function isLike(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  // Each piece is looked for as early as possible, which leaves most to the ones after it.
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}

/** Whether a part of a pattern stands for one text alone. */
export function isLiteral(part: string | undefined): part is string {
  return part !== undefined && !part.includes("*");
}

function lastPart(repository: string): string {
  return repository.slice(repository.lastIndexOf("/") + 1);
}

/** The images that come closest to a pattern that none matches, with the parts in which each differs. */
export function nearestImages<Image extends NamedImage>(
  pattern: ImagePattern,
  images: readonly Image[],
  most = 3,
): { readonly image: Image; readonly parts: readonly Part[] }[] {
  const near = images
    .map((image) => ({ image, parts: differingParts(pattern, image) }))
    .filter(({ image, parts }) => !parts.includes("name") || isMisspelt(pattern.repository, image.repository))
    .map((one) => ({ ...one, cost: one.parts.reduce((sum, part) => sum + costs[part], 0) }))
    .filter(({ cost }) => cost > 0 && cost <= 3);
  near.sort(
    (a, b) =>
      a.cost - b.cost ||
      sharedLetters(b.image.tag, pattern.tag) - sharedLetters(a.image.tag, pattern.tag) ||
      compareTexts(formatName(a.image), formatName(b.image)),
  );
  return near.slice(0, most).map(({ image, parts }) => ({ image, parts }));
}

function isMisspelt(wanted = "", repository: string): boolean {
  return nearest(wanted, [repository]) !== undefined || nearest(lastPart(wanted), [lastPart(repository)]) !== undefined;
}

/** With how many letters both begin. */
function sharedLetters(a: string, b = ""): number {
  const at = [...a].findIndex((letter, place) => letter !== b[place]);
  return at < 0 ? a.length : at;
}

/** Says that no image matches, and which come close: "no image shop/api:2; there is shop/api:1 (another tag)". */
export function describeNearest(pattern: ImagePattern, images: readonly NamedImage[]): string {
  const wanted = formatImageReference({ ...pattern, repository: pattern.repository ?? "*" });
  const near = nearestImages(pattern, images).map(
    ({ image, parts }) => `${formatName(image)} (${parts.map((part) => `another ${part}`).join(", ")})`,
  );
  if (near.length > 0) return `no image ${wanted}; there is ${near.join(", ")}`;
  return `no image ${wanted}, and none like it among ${images.length === 1 ? "1 image" : `${images.length} images`}`;
}

/** Tells images apart for a reader. */
function formatName({ repository, tag }: NamedImage): string {
  return tag === "" ? repository : `${repository}:${tag}`;
}

/** An order that does not depend on the machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The registry of an image whose name has none. */
const dockerHub = "docker.io";

/** The same image of Docker Hub in one spelling: runtimes show `docker.io/library/nginx` as well as `nginx`. */
export function withoutLibrary(image: ImageReference): ImageReference {
  if (image.registry !== dockerHub) return image;
  return { ...image, repository: image.repository.replace(/^library\//, "") };
}

/** A name that a container runtime shows, which may be none, such as `<none>:<none>`. */
export function readRuntimeName(name: string): ImageReference {
  try {
    return withoutLibrary({ registry: dockerHub, ...parseImageReference(name) });
  } catch {
    const colon = name.lastIndexOf(":");
    if (colon < 0) return { repository: name };
    return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
  }
}
