export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("there is no median of nothing");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

type Measure = () => Promise<number>;

export interface Paired {
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
}

/**
 * Measures both in turn, and who is first in turn as well: the machine's speed drifts, and what one run leaves behind
 * must not always fall to the same side. The ratio is the median of the pairs' own.
 */
export async function paired(
  pairs: number,
  { ours, reference }: { readonly ours: Measure; readonly reference: Measure },
): Promise<Paired> {
  const measured: (readonly [ours: number, reference: number])[] = [];
  for (let at = 0; at < pairs; at++) {
    if (at % 2 === 0) {
      const mine = await ours();
      measured.push([mine, await reference()]);
    } else {
      const other = await reference();
      measured.push([await ours(), other]);
    }
    const [mine, other] = measured[at] as readonly [number, number];
    progress(`${at + 1}/${pairs}: ${shown(mine)} against ${shown(other)}`);
  }
  return {
    ours: median(measured.map(([mine]) => mine)),
    reference: median(measured.map(([, other]) => other)),
    ratio: median(measured.map(([mine, other]) => mine / other)),
  };
}

/** Three digits, whatever the size. */
export function shown(value: number): string {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** For who waits; the table goes to standard output. */
export function progress(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
