// Clouds show long lists page by page. While they are read, scans, additions and removals move rows from page to page,
// so that a single reading can miss rows or show them twice.

/** One page of a list, at one moment. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Rows of the whole list, if the cloud tells. */
  readonly total: number | undefined;
}

export interface Listing<Row> {
  /** Reads up to `size` rows from this one on. */
  readonly page: (offset: number) => Promise<Page<Row>>;
  readonly size: number;
  /** The largest number of pages to read. */
  readonly most: number;
  /** Tells a row from the others: by its place if it has nothing else. */
  readonly keyOf: (row: Row, place: number) => string;
}

const passes = 4;

/** All rows of a list. Undefined if there are too many, or if the list changes in every reading. */
export async function readWholeList<Row>(listing: Listing<Row>): Promise<Row[] | undefined> {
  let before: Pass<Row> | undefined;
  for (let pass = 0; pass < passes; pass++) {
    const read = await readOnce(listing);
    if (read === undefined) return undefined;
    // A list that is the same twice is whole, even if its total counts something else than its rows.
    if (!read.hasMoved && (read.isFull || read.keys() === before?.keys())) return read.rows;
    before = read;
  }
  return undefined;
}

async function readOnce<Row>({ page, size, most, keyOf }: Listing<Row>): Promise<Pass<Row> | undefined> {
  const pass = new Pass(size, keyOf);
  // Some servers give fewer rows than they are asked for.
  for (let pages = 0; pages < 2 * most; pages++) {
    const read = await page(pass.offset);
    if ((read.total ?? 0) > most * size) return undefined;
    pass.add(read);
    if (pass.isOver) return pass;
  }
  return undefined;
}

/** One reading of a list. Each page begins with the last row of the one before, unless rows have moved. */
class Pass<Row> {
  readonly rows: Row[] = [];
  offset = 0;
  isOver = false;
  hasMoved = false;
  /** Whether there are as many rows as the list says. */
  isFull = true;
  #last: string | undefined;
  readonly #seen = new Set<string>();
  readonly #size: number;
  readonly #keyOf: Listing<Row>["keyOf"];

  constructor(size: number, keyOf: Listing<Row>["keyOf"]) {
    this.#size = size;
    this.#keyOf = keyOf;
  }

  add({ rows: some, total }: Page<Row>): void {
    const known = this.#seen.size;
    const keys = some.map((row, at) => this.#keyOf(row, this.offset + at));
    this.hasMoved ||= this.#last !== undefined && keys[0] !== this.#last;
    for (const key of keys) this.#seen.add(key);
    this.rows.push(...some.slice(this.#last === undefined ? 0 : 1));
    const end = this.offset + some.length;
    const isMore = total !== undefined && (end < total || (end > total && some.length >= this.#size));
    this.isOver = some.length === 0 || (total === undefined ? this.#seen.size === known : !isMore);
    this.isFull = this.rows.length >= (total ?? 0);
    this.#last = some.length > 1 ? keys.at(-1) : undefined;
    this.offset = some.length > 1 ? end - 1 : end;
  }

  keys(): string {
    return JSON.stringify([...this.#seen]);
  }
}
