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
  readonly unit: string;
  /** None where the number is only shown. */
  readonly goal?: Goal;
}

export interface Benchmark {
  /** Which of ours stands against what. */
  readonly about: string;
  measure(): Promise<readonly Measured[]>;
}

/** One line of the table, and of `bench/results.json`. */
export interface Result {
  readonly name: string;
  readonly what?: string;
  readonly ours: number;
  readonly reference: number;
  readonly ratio: number;
  /** Such as `ratio ≤ 1.15`; "" where the number is only shown. */
  readonly goal: string;
  readonly reached: boolean;
  readonly unit: string;
}

export function resultOf(
  name: string,
  { what, ours, reference, ratio = ours / reference, unit, goal }: Measured,
): Result {
  const judged = { ratio, ours, difference: ours - reference };
  const { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY } = goal ?? {};
  const value = goal === undefined ? 0 : judged[goal.of];
  return {
    name,
    ...(what === undefined ? {} : { what }),
    ours,
    reference,
    ratio,
    goal: goal === undefined ? "" : textOf(goal),
    reached: value <= most && value >= least,
    unit,
  };
}

function textOf({ of, most, least }: Goal): string {
  return most === undefined ? `${of} ≥ ${least}` : `${of} ≤ ${most}`;
}
