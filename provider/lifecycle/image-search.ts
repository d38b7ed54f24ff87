import { isCloudError } from "../transport/errors.js";
import { type Page, readWholeList } from "../transport/list.js";
import {
  compareTexts,
  describeNearest,
  differingParts,
  type ImagePattern,
  isLiteral,
  type NamedImage,
  withoutLibrary,
} from "../validation/image-match.js";
import { parseImageReference } from "../validation/image-reference.js";
import { meant } from "../validation/nearest.js";
import { type Check, explain, integer, text } from "../validation/rules.js";

/** The images to find. In a program, at least one of these arguments is required. `name: "*"` finds all images. */
export interface ImageQuery {
  /**
   * Name of the account, for programs with several accounts: letters, digits, `-` and `_`. With `"prod"`, settings and
   * keys come from the config namespace `tencentcloud-prod` or `huaweicloud-prod`.
   * @default the namespace `tencentcloud` or `huaweicloud`
   */
  readonly account?: string;
  /**
   * The whole image in one text: `registry.example/shop/api:2.0.1` or `shop/api@sha256:…`. A part that is left out can
   * be anything: without a tag, every tag is found. Not together with `name`, `namespace`, `tag`, `digest` or `registry`.
   */
  readonly image?: string;
  /**
   * Whole name of the repository: `shop/api`. `*` stands for any characters: `shop/*`. With `namespace`, it is the part
   * after the namespace: `api`.
   */
  readonly name?: string;
  /**
   * Whole name of the namespace, project or organization. It is the part of the repository before the first slash:
   * `shop`. `*` stands for any characters.
   */
  readonly namespace?: string;
  /** Whole tag: `2.0.1`. `*` stands for any characters: `2.*`. */
  readonly tag?: string;
  /** Digest of the image's manifest, as registries show it: `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
  /** Address of the registry without `https://`, or its name at the cloud. `*` stands for any characters. */
  readonly registry?: string;
  /**
   * Highest number of images in the result, 1 to 10000.
   * @default 1000
   */
  readonly maxImages?: number;
}

/** What every lookup of images gives. */
export interface FoundImages<Image> {
  /** The images that match, in the order of their names, tags and ids. The order does not change from run to run. */
  readonly images: readonly Image[];
  /** Number of images that match. It is higher than the length of `images` if `maxImages` cut the list. */
  readonly total: number;
  /**
   * Whether `images` has every image that matches. It is false in three cases: `maxImages` cut the list, the cloud's list
   * is too long (Tencent Cloud 50 000 images, Huawei Cloud 100 000), or the list changed in each of four readings.
   */
  readonly isComplete: boolean;
  /** Only if no image matches: similar images, and the part that differs. */
  readonly hint?: string;
}

const digestText: Check = (value) =>
  text(value) ??
  (/^sha256:[0-9a-f]{64}$/.test(value as string) ? undefined : 'is not "sha256:" and 64 digits from 0 to f');

const common: Readonly<Record<string, Check>> = {
  image: text,
  name: text,
  namespace: text,
  tag: text,
  digest: digestText,
  registry: text,
  maxImages: integer(1, 10_000),
  account: text,
};
const parts = ["name", "namespace", "tag", "digest", "registry"] as const;
/** Arguments that do not say which images are meant. */
const surroundings = ["account", "maxImages", "globalImageType", "projectId", "enterpriseProjectId"];

/** The pattern that the arguments of a lookup stand for. Throws an error that names the bad argument. */
export function readImageQuery(query: ImageQuery, more: Readonly<Record<string, Check>> = {}): ImagePattern {
  const known = { ...common, ...more };
  for (const [name, value] of Object.entries(query)) {
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) throw new Error(`${name} is not an argument of it${meant(name, Object.keys(known))}`);
    const reason = value === undefined ? undefined : explain(check(value));
    if (reason !== undefined) throw new Error(`${name} ${reason}`);
  }
  const { image, name, namespace, registry, tag, digest } = query;
  if (image !== undefined) return readWholeImage(image, query);
  const repository = namespace === undefined ? name : `${namespace}/${name ?? "*"}`;
  return withoutUndefined({ registry, repository, tag, digest });
}

function readWholeImage(image: string, query: ImageQuery): ImagePattern {
  const twice = parts.find((name) => query[name] !== undefined);
  if (twice !== undefined) throw new Error(`image and ${twice} are alternatives; give one of them`);
  try {
    return withoutLibrary(parseImageReference(image));
  } catch (error) {
    throw new Error(`image ${(error as Error).message}`);
  }
}

/** Whether the arguments say at all which images are meant. */
function isAnySelector(query: ImageQuery): boolean {
  return Object.entries(query).some(([name, value]) => value !== undefined && !surroundings.includes(name));
}

/** Refuses a lookup whose arguments do not say which images to find. */
export function requireSelector(query: ImageQuery): void {
  if (!isAnySelector(query)) throw new Error('nothing says which images to find; write name: "*" to find all');
}

/** Why the images that were found may not be those that were meant. */
export function listDoubts({ images, total, isComplete, hint }: FoundImages<unknown>): string[] {
  const cause =
    total > images.length ? `${total} match, and maxImages cuts them` : "the cloud's list could not be read completely";
  return [...(hint === undefined ? [] : [hint]), ...(isComplete ? [] : [`some images may be missing: ${cause}`])];
}

/** A cloud's list of images. */
export interface ImageList<Row> {
  /** Reads a page of all images. */
  readonly all: (offset: number) => Promise<Page<Row>>;
  /** Reads a page of the images that the cloud itself thinks are meant. Absent if it cannot be asked. */
  readonly narrowed?: ((offset: number) => Promise<Page<Row>>) | undefined;
  /** Whether a row is meant, as far as the pattern does not say it. */
  readonly isMeant?: (row: Row) => boolean;
  readonly pageSize: number;
  readonly keyOf: (row: Row) => string;
  readonly nameOf: (row: Row) => NamedImage;
}

const maxPages = 500;
const defaultMaxImages = 1000;

/**
 * The rows that match. No vendor says exactly how its filters compare: what they give is compared here once more, and
 * where they give nothing, the whole list is read.
 */
export async function searchImages<Row>(
  list: ImageList<Row>,
  pattern: ImagePattern,
  { maxImages = defaultMaxImages }: ImageQuery,
): Promise<FoundImages<Row>> {
  const { isMeant = () => true, nameOf } = list;
  const isMatch = (row: Row) => isMeant(row) && differingParts(pattern, nameOf(row)).length === 0;
  let read = await readNarrowed(list);
  let rows = read?.rows.filter(isMatch) ?? [];
  if (read === undefined || rows.length === 0) {
    read = await readRows(list, list.all);
    rows = read.rows.filter(isMatch);
  }
  const images = sortRows(rows, list);
  return {
    images: images.slice(0, maxImages),
    total: images.length,
    isComplete: read.isWhole && images.length <= maxImages,
    ...(images.length === 0 ? { hint: describeNearest(pattern, read.rows.filter(isMeant).map(nameOf)) } : {}),
  };
}

interface ReadRows<Row> {
  readonly rows: readonly Row[];
  readonly isWhole: boolean;
}

async function readNarrowed<Row>(list: ImageList<Row>): Promise<ReadRows<Row> | undefined> {
  if (list.narrowed === undefined) return undefined;
  try {
    return await readRows(list, list.narrowed);
  } catch (error) {
    if (isCloudError(error, "rejected")) return undefined;
    throw error;
  }
}

/** All rows, or where the list cannot be read whole, those that it has shown. */
async function readRows<Row>(
  list: ImageList<Row>,
  read: (offset: number) => Promise<Page<Row>>,
): Promise<ReadRows<Row>> {
  const { pageSize, keyOf } = list;
  const seen = new Map<string, Row>();
  const page = async (offset: number) => {
    const answer = await read(offset);
    for (const row of answer.rows) seen.set(keyOf(row), row);
    return answer;
  };
  const whole = await readWholeList({ page, size: pageSize, most: maxPages, keyOf });
  return { rows: [...seen.values()], isWhole: whole !== undefined };
}

function sortRows<Row>(rows: readonly Row[], { nameOf, keyOf }: ImageList<Row>): Row[] {
  const keyed = rows.map((row) => ({ row, name: nameOf(row), key: keyOf(row) }));
  keyed.sort(
    (a, b) =>
      compareTexts(a.name.repository, b.name.repository) ||
      compareTexts(a.name.tag, b.name.tag) ||
      compareTexts(a.key, b.key),
  );
  return keyed.map(({ row }) => row);
}

/** The repository as clouds keep it: its first part, and the rest. Nothing where it is not known exactly. */
export function splitRepository(
  pattern: ImagePattern,
): { readonly namespace?: string; readonly name: string } | undefined {
  const { repository } = pattern;
  if (!isLiteral(repository)) return undefined;
  const slash = repository.indexOf("/");
  if (slash < 0) return { name: repository };
  return { namespace: repository.slice(0, slash), name: repository.slice(slash + 1) };
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The fields that have a value. */
export function withoutUndefined<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
