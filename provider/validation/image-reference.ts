/** An image as people write it: `registry.example/shop/api:2.0.1`, with any of its parts left out but the repository. */
export interface ImageReference {
  /** Host of the registry, with its port if it has one. */
  readonly registry?: string;
  /** Path of the repository in the registry: `shop/api`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const example = '"registry.example/shop/api:2.0.1"';
const hosts = /^(\[[0-9a-fA-F:]+\]|[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?)(:\d{1,5})?$/;
const parts = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const tags = /^\w[\w.-]{0,127}$/;
const digests = /^sha256:[0-9a-f]{64}$/;

/** Reads an image as Docker does. Throws an error whose message follows the name of the field: "is empty". */
export function parseImageReference(text: string): ImageReference {
  refuseOtherText(text);
  const [name = "", digest, ...more] = text.split("@");
  if (more.length > 0) throw new Error('has more than one "@"');
  if (digest !== undefined && !digests.test(digest))
    throw new Error('has a digest that is not "sha256:" and 64 digits from 0 to f');
  const { registry, path } = splitRegistry(name);
  // The port of a registry has been split off with it.
  const colon = path.indexOf(":");
  const [repository, tag] = colon < 0 ? [path] : [path.slice(0, colon), path.slice(colon + 1)];
  requireRepository(repository);
  if (tag !== undefined && !tags.test(tag))
    throw new Error("has a bad tag: a tag has 1 to 128 letters, digits, dots, underscores and hyphens");
  return {
    ...(registry === undefined ? {} : { registry }),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Writes an image in the form that `parseImageReference` reads. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  return [
    registry === undefined ? "" : `${registry}/`,
    repository,
    tag === undefined ? "" : `:${tag}`,
    digest === undefined ? "" : `@${digest}`,
  ].join("");
}

/** What is no image for a reason that is easier to say than the grammar. */
function refuseOtherText(text: string): void {
  if (text.trim() === "") throw new Error(`is empty; write an image such as ${example}`);
  if (/\s/.test(text)) throw new Error("contains a blank or the end of a line");
  if (text.length > 1024) throw new Error("is longer than 1024 characters");
  if (text.includes("://")) throw new Error(`is a URL; write the image without it, such as ${example}`);
  if (/^(sha256:)?[0-9a-f]{64}$/.test(text))
    throw new Error(`is only an id or a digest; write an image such as ${example}`);
}

/** The first part is a registry if it could not be a part of a repository: Docker's rule. */
function splitRegistry(name: string): { registry?: string; path: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(0, slash));
  if (slash < 0 || !(/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase()))
    return { path: name };
  if (!hosts.test(first)) throw new Error("begins with a registry that is not a host name");
  return { registry: first, path: name.slice(slash + 1) };
}

function requireRepository(repository: string): void {
  if (repository === "") throw new Error(`has no name of a repository; write an image such as ${example}`);
  if (/[A-Z]/.test(repository)) throw new Error("has an upper-case letter in the name of its repository");
  if (!repository.split("/").every((part) => parts.test(part)))
    throw new Error(
      "has a bad name: its parts have lower-case letters and digits, with single dots, underscores or hyphens between them",
    );
}
