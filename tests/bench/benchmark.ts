/** What is to be reached: of the ratio of both, of ours alone, or of what ours has above the reference. */
export interface Goal {
  readonly of: "ratio" | "ours" | "difference";
  readonly most?: number;
  readonly least?: number;
}

/** One thing measured beside its reference. */
export interface Measured {
  /** What tells it from the others of its benchmark. */
  readonly what?: string;
  readonly ours: number;
  readonly reference: number;
  /** Median of the ratios of the pairs, where they were measured in pairs; else of the two numbers. */
  readonly ratio?: number;
  /** The smallest and the largest ratio of a pair. */
  readonly spread?: readonly [least: number, most: number];
  readonly unit: string;
  /** None where the number is only reported. */
  readonly goal?: Goal | undefined;
}

/** How much is measured. */
export interface Scale {
  /** How often, of which the median counts. */
  times(full: number): number;
  /** How many tasks or calls, or how many seconds. */
  size(full: number, tiny: number): number;
}

export const fullScale: Scale = { times: (full) => full, size: (full) => full };
/** Shows that all of it works; its figures mean nothing. */
export const quickScale: Scale = { times: () => 1, size: (_, tiny) => tiny };

export interface Benchmark {
  /** Which of ours stands against what. */
  readonly about: string;
  measure(scale: Scale): Promise<readonly Measured[]>;
}

/** One line of the table, and of `bench/results.json`. */
export interface Result {
  readonly name: string;
  readonly what?: string;
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
  readonly spread?: readonly [least: number, most: number];
  /** Such as `ratio ≤ 1.15`; "" where the number is only reported. */
  readonly goal: string;
  readonly reached: boolean;
  readonly unit: string;
}

export function resultOf(name: string, { goal, ...measured }: Measured): Result {
  const { ours, reference, ratio = ours / reference } = measured;
  const judged = { ratio, ours, difference: ours - reference };
  const { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY } = goal ?? {};
  const value = goal === undefined ? 0 : judged[goal.of];
  return {
    name,
    ...measured,
    ratio,
    goal: goal === undefined ? "" : textOf(goal),
    // Not a number is not reached.
    reached: goal === undefined || (value <= most && value >= least),
  };
}

function textOf({ of, most, least }: Goal): string {
  return most === undefined ? `${of} ≥ ${least}` : `${of} ≤ ${most}`;
}
