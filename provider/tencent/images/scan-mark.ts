import { isCloudError } from "../../transport/errors.js";
import { type Page, readWholeList } from "../../transport/list.js";

// No scan of TCSS says which images it was asked for. What tells whether an image was scanned by a task,
// or before it, is how its scan time compares with the newest of the account when the task was begun.

/** The newest scan of any image of a list at one moment, small enough to keep in the state. */
export interface ScanMark {
  /** In the server's own form and zone, so comparable with its other times only. Absent where it cannot be told. */
  readonly newestScanTime?: string;
  /** Short forms of the images whose last scan has exactly that time; absent where they are too many. */
  readonly newestImages?: string;
}

/** An image, as far as its last scan is concerned. */
export interface Marked {
  readonly id: string;
  /** "" where it was never scanned. */
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

/** All rows of a list; nothing where there are too many, or they never stand still. */
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
  const newestImages = newest.map(({ id }) => shortOf(id));
  return { newestScanTime, newestImages: newestImages.sort().join(" ") };
}

/** One page of images in the order of their scans, if the server can sort them: no page documents how. */
async function newestFirst(read: ReadPage<Marked>): Promise<readonly Marked[] | undefined> {
  const query = { By: "ScanTime", Limit: pageSize, Offset: 0 } as const;
  try {
    const { rows, total } = await read({ ...query, Order: "desc" });
    if (total !== undefined && rows.length >= total) return rows;
    const isSorted = rows.every((row, at) => at === 0 || !isLater(row.scanTime, rows[at - 1]?.scanTime ?? ""));
    if (!isSorted) return undefined;
    // A server that does not sort may hold them in this order by chance; then the other order is the same.
    const [oldest] = (await read({ ...query, Order: "asc" })).rows;
    return oldest !== undefined && isLater(rows[0]?.scanTime ?? "", oldest.scanTime) ? rows : undefined;
  } catch (error) {
    if (isCloudError(error, "rejected")) return undefined;
    throw error;
  }
}

function shortOf(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}

/** Whether the image has been scanned since the mark was made. */
export function scannedSince({ id, scanTime }: Marked, mark: ScanMark): boolean {
  if (mark.newestScanTime === undefined || scanTime === "") return false;
  if (scanTime !== mark.newestScanTime) return isLater(scanTime, mark.newestScanTime);
  return mark.newestImages !== undefined && !mark.newestImages.split(" ").includes(shortOf(id));
}

const withOffset = /(Z|[+-]\d\d:?\d\d)$/;

/** Times with an offset are compared as such, others only with others of the server's own zone. */
function isLater(a: string, b: string): boolean {
  if (!withOffset.test(a) || !withOffset.test(b)) return a > b;
  return Date.parse(a) > Date.parse(b);
}
