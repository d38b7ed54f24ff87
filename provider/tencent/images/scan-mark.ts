import { isCloudError } from "../../transport/errors.js";
import { type Page, readWholeList } from "../../transport/list.js";

// TCSS does not show which images a scan was for. To tell whether a task scanned an image, compare the image's
// scan time with the newest scan time of the account from before the task.

/** The newest scan of any image of a list at one moment, small enough to keep in the state. */
export interface ScanMark {
  /** In the server's own form and zone, so it compares only with other times of the server. Absent if unknown. */
  readonly newestScanTime?: string;
  /** Short forms of the images whose last scan has exactly that time; absent if there are too many. */
  readonly newestImages?: string;
}

/** The last scan of an image. */
export interface Marked {
  readonly id: string;
  /** "" if it was never scanned. */
  readonly scanTime: string;
}

interface PageQuery {
  readonly Limit: number;
  readonly Offset: number;
  readonly By?: string;
  readonly Order?: "asc" | "desc";
}

/** Reads one page of a list of images. */
export type ReadPage<Row> = (query: PageQuery) => Promise<Page<Row>>;

export const pageSize = 100;
export const maxPages = 500;
const markedImages = 48;

/** All rows of a list; undefined if there are too many, or if the list changes in every reading. */
export function allRows<Row extends { readonly id: string }>(
  read: ReadPage<Row>,
  most = maxPages,
): Promise<Row[] | undefined> {
  const page = (offset: number) => read({ Limit: pageSize, Offset: offset });
  return readWholeList({ page, size: pageSize, most, keyOf: ({ id }) => id });
}

/** The newest scan among the images of a list. */
export async function newestScan(read: ReadPage<Marked>): Promise<ScanMark> {
  const images = (await newestFirst(read)) ?? (await allRows(read));
  if (images === undefined) return {};
  const newestScanTime = images.map(({ scanTime }) => scanTime).reduce((a, b) => (isLater(b, a) ? b : a), "");
  if (newestScanTime === "") return { newestScanTime };
  const newest = images.filter(({ scanTime }) => scanTime === newestScanTime);
  if (newest.length > markedImages) return { newestScanTime };
  const newestImages = newest.map(({ id }) => shortenId(id));
  return { newestScanTime, newestImages: newestImages.sort().join(" ") };
}

/** One page of images, sorted by scan time if the server can sort. No page documents the sort fields. */
async function newestFirst(read: ReadPage<Marked>): Promise<readonly Marked[] | undefined> {
  const query = { By: "ScanTime", Limit: pageSize, Offset: 0 } as const;
  try {
    const { rows, total } = await read({ ...query, Order: "desc" });
    if (total !== undefined && rows.length >= total) return rows;
    const isSorted = rows.every((row, at) => at === 0 || !isLater(row.scanTime, rows[at - 1]?.scanTime ?? ""));
    if (!isSorted) return undefined;
    // A server that does not sort may return this order by chance. Then the opposite order returns the same rows.
    const [oldest] = (await read({ ...query, Order: "asc" })).rows;
    return oldest !== undefined && isLater(rows[0]?.scanTime ?? "", oldest.scanTime) ? rows : undefined;
  } catch (error) {
    if (isCloudError(error, "rejected")) return undefined;
    throw error;
  }
}

function shortenId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** Whether the image has been scanned since the mark was made. */
export function scannedSince({ id, scanTime }: Marked, mark: ScanMark): boolean {
  if (mark.newestScanTime === undefined || scanTime === "") return false;
  if (scanTime !== mark.newestScanTime) return isLater(scanTime, mark.newestScanTime);
  return mark.newestImages !== undefined && !mark.newestImages.split(" ").includes(shortenId(id));
}

const withOffset = /(Z|[+-]\d\d:?\d\d)$/;

/** Times with an offset compare as moments. Times without one compare only with each other. */
function isLater(a: string, b: string): boolean {
  if (!withOffset.test(a) || !withOffset.test(b)) return a > b;
  return Date.parse(a) > Date.parse(b);
}
