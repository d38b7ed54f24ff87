export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("there is no median of nothing");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** Ours and its reference, measured one after the other. */
export interface Pair<T> {
  readonly ours: T;
  readonly reference: T;
}

export interface Paired {
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
  /** The smallest and the largest ratio of a pair. */
  readonly spread: readonly [least: number, most: number];
}

/** Medians of both sides, and of the ratios of the pairs. */
export function summarize(pairs: readonly Pair<number>[]): Paired {
  const ratios = pairs.map(({ ours, reference }) => ours / reference);
  return {
    ours: median(pairs.map(({ ours }) => ours)),
    reference: median(pairs.map(({ reference }) => reference)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/**
 * Measures both in turn, and who is first in turn as well: the machine's speed drifts, and what one run leaves behind
 * must not always fall to the same side.
 */
export async function measurePairs<T>(
  count: number,
  { ours, reference }: Pair<() => Promise<T>>,
  show: (value: T) => string,
): Promise<Pair<T>[]> {
  const pairs: Pair<T>[] = [];
  for (let at = 0; at < count; at++) {
    const second = at % 2 === 0 ? undefined : await reference();
    const pair = { ours: await ours(), reference: second ?? (await reference()) };
    pairs.push(pair);
    progress(`${at + 1}/${count}: ${show(pair.ours)} against ${show(pair.reference)}`);
  }
  return pairs;
}

/** The same of one number. */
export async function paired(count: number, measures: Pair<() => Promise<number>>): Promise<Paired> {
  return summarize(await measurePairs(count, measures, shown));
}

/** Three digits, whatever the size. */
export function shown(value: number): string {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** For the person who waits; the table goes to standard output. */
export function progress(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
