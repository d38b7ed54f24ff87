import assert from "node:assert/strict";
import { resultOf } from "../bench/benchmark.js";
import { median, paired } from "../bench/measure.js";
import { tableOf } from "../bench/table.js";

describe("a benchmark", () => {
  it("compares in pairs, and takes the median of their ratios", async () => {
    const ours = [2, 30, 4];
    const reference = [1, 10, 1];
    const next = (values: number[]) => async () => values.shift() ?? 0;
    assert.deepEqual(await paired(3, { ours: next(ours), reference: next(reference) }), {
      ours: 4,
      reference: 1,
      ratio: 3,
    });
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  it("judges the ratio, ours alone, or the difference, by what is wanted of it", () => {
    const measured = { ours: 120, reference: 50, unit: "MB" };
    const reached = (goal: Parameters<typeof resultOf>[1]["goal"]) => {
      const { reached: is, goal: text } = resultOf("memory", { ...measured, ...(goal === undefined ? {} : { goal }) });
      return [is, text];
    };
    assert.deepEqual(reached({ of: "difference", most: 70 }), [true, "difference ≤ 70"]);
    assert.deepEqual(reached({ of: "difference", most: 69 }), [false, "difference ≤ 69"]);
    assert.deepEqual(reached({ of: "ours", most: 100 }), [false, "ours ≤ 100"]);
    assert.deepEqual(reached({ of: "ratio", least: 2.5 }), [false, "ratio ≥ 2.5"]);
    assert.deepEqual(reached(undefined), [true, ""]);
  });

  it("says in its table what was missed", () => {
    const goal = { of: "ratio", most: 1 } as const;
    const rows = [
      resultOf("good", { ours: 1, reference: 2, unit: "s", goal }),
      resultOf("bad", { what: "a case", ours: 2, reference: 1, unit: "s", goal }),
    ];
    const [, good, bad] = tableOf(rows).split("\n");
    assert.match(good ?? "", /^good +1 +2 +0\.5 +s +ratio ≤ 1$/);
    assert.match(bad ?? "", /^bad: a case +2 +1 +2 +s +ratio ≤ 1 +MISSED$/);
  });
});
