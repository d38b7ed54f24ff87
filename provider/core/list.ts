// Clouds show long lists page by page, and rows move from page to page while they are read: what was
// scanned, added or removed meanwhile would be missed, or stand there twice.

/** One page of a list, at one moment. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Rows of the whole list, where the cloud tells. */
  readonly total: number | undefined;
}

export interface Listing<Row> {
  /** Reads up to `size` rows from this one on. */
  readonly page: (offset: number) => Promise<Page<Row>>;
  readonly size: number;
  /** Pages that are read at most. */
  readonly most: number;
  /** Tells a row from the others; by its place where it has nothing else. */
  readonly keyOf: (row: Row, place: number) => string;
}

const passes = 3;

/** All rows of a list; nothing where there are too many, or where it never stands still for long enough. */
export async function wholeList<Row>(listing: Listing<Row>): Promise<Row[] | undefined> {
  const rows = new Map<string, Row>();
  let most = 0;
  for (let pass = 0; pass < passes; pass++) {
    const read = await onePass(listing);
    if (read === undefined) return undefined;
    if (read.isWhole) return [...read.rows.values()];
    for (const [key, row] of read.rows) rows.set(key, row);
    // Rows that have gone would stand for others that were never seen.
    if (read.total === undefined || read.hasShrunk || read.total < most) return undefined;
    most = read.total;
  }
  return rows.size >= most ? [...rows.values()] : undefined;
}

async function onePass<Row>({ page, size, most, keyOf }: Listing<Row>): Promise<Pass<Row> | undefined> {
  const pass = new Pass(keyOf);
  for (let pages = 0; pages < most; pages++) {
    const read = await page(pass.offset);
    if ((read.total ?? 0) > most * size) return undefined;
    pass.add(read);
    if (pass.isOver) return pass;
  }
  return undefined;
}

/** One reading of a list. Each page begins with the last row of the one before, unless rows have moved. */
class Pass<Row> {
  readonly rows = new Map<string, Row>();
  total: number | undefined;
  offset = 0;
  isOver = false;
  hasShrunk = false;
  #hasMoved = false;
  #last: string | undefined;
  readonly #keyOf: Listing<Row>["keyOf"];

  constructor(keyOf: Listing<Row>["keyOf"]) {
    this.#keyOf = keyOf;
  }

  add({ rows: some, total }: Page<Row>): void {
    const known = this.rows.size;
    const keyed = some.map((row, at) => [this.#keyOf(row, this.offset + at), row] as const);
    this.#hasMoved ||= this.#last !== undefined && keyed[0]?.[0] !== this.#last;
    for (const [key, row] of keyed) this.rows.set(key, row);
    const end = this.offset + some.length;
    // A short page is not the last one for sure: the server may give fewer rows than it was asked for.
    this.isOver = some.length === 0 || (total === undefined ? this.rows.size === known : end >= total);
    const isOverlapping = some.length > 1;
    this.#last = isOverlapping ? keyed.at(-1)?.[0] : undefined;
    this.offset = isOverlapping ? end - 1 : end;
    this.hasShrunk ||= (total ?? 0) < (this.total ?? 0);
    this.total = total;
  }

  get isWhole(): boolean {
    return !this.#hasMoved && this.rows.size >= (this.total ?? 0);
  }
}
