import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fullScale, type Measured, quickScale, resultOf } from "../bench/benchmark.js";
import { median, paired, summarize } from "../bench/measure.js";
import { cpuOfChildren } from "../bench/processes.js";
import { markdownOf, tableOf } from "../bench/table.js";

describe("a benchmark", () => {
  it("compares in pairs, takes the median of their ratios, and keeps the smallest and the largest", async () => {
    const ours = [2, 30, 4];
    const reference = [1, 10, 1];
    const next = (values: number[]) => async () => values.shift() ?? 0;
    assert.deepEqual(await paired(3, { ours: next(ours), reference: next(reference) }), {
      ours: 4,
      reference: 1,
      ratio: 3,
      spread: [2, 4],
    });
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.throws(() => summarize([]), /no median of nothing/);
  });

  it("measures ours and the reference in turn, with alternating order", async () => {
    const order: string[] = [];
    const measure = (name: string) => async () => {
      order.push(name);
      return 1;
    };
    await paired(3, { ours: measure("ours"), reference: measure("reference") });
    assert.deepEqual(order, ["ours", "reference", "reference", "ours", "ours", "reference"]);
  });

  it("judges the ratio, ours alone, or the difference, by its target", () => {
    const measured = { ours: 120, reference: 50, unit: "MB" };
    const reached = (goal: Measured["goal"], more: Partial<Measured> = {}) => {
      const { reached: is, goal: text } = resultOf("memory", { ...measured, ...more, goal });
      return [is, text];
    };
    assert.deepEqual(reached({ of: "difference", most: 70 }), [true, "difference ≤ 70"]);
    assert.deepEqual(reached({ of: "difference", most: 69 }), [false, "difference ≤ 69"]);
    assert.deepEqual(reached({ of: "ours", most: 100 }), [false, "ours ≤ 100"]);
    assert.deepEqual(reached({ of: "ratio", least: 2.5 }), [false, "ratio ≥ 2.5"]);
    // The median of the pairs' ratios, not the ratio of the medians.
    assert.deepEqual(reached({ of: "ratio", least: 2.5 }, { ratio: 2.5 }), [true, "ratio ≥ 2.5"]);
    assert.deepEqual(reached({ of: "ratio", most: 1 }, { ratio: Number.NaN }), [false, "ratio ≤ 1"]);
    assert.deepEqual(reached(undefined), [true, ""]);
  });

  it("uses tiny sizes with --quick", () => {
    assert.deepEqual([fullScale.times(11), fullScale.size(100, 2)], [11, 100]);
    assert.deepEqual([quickScale.times(11), quickScale.size(100, 2)], [1, 2]);
  });

  const goal = { of: "ratio", most: 1 } as const;
  const rows = [
    resultOf("good", { ours: 1, reference: 2, spread: [0.4, 0.6], unit: "s", goal }),
    resultOf("bad", { what: "a case", ours: 2, reference: 1, unit: "s", goal }),
    resultOf("reported", { ours: 2, reference: 1, unit: "s" }),
  ];

  it("shows missed targets in its table", () => {
    const [, good, bad, reported] = tableOf(rows).split("\n");
    assert.match(good ?? "", /^good +1 +2 +0\.5 +0\.4–0\.6 +s +ratio ≤ 1$/);
    assert.match(bad ?? "", /^bad: a case +2 +1 +2 +s +ratio ≤ 1 +MISSED$/);
    assert.match(reported ?? "", /^reported +2 +1 +2 +s$/);
  });

  it("prints the same table for the docs", () => {
    assert.deepEqual(markdownOf(rows).split("\n"), [
      "| name | ours | reference | ratio | spread | unit | goal | reached |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
      "| good | 1 | 2 | 0.5 | 0.4–0.6 | s | ratio ≤ 1 | yes |",
      "| bad: a case | 2 | 1 | 2 |  | s | ratio ≤ 1 | no |",
      "| reported | 2 | 1 | 2 |  | s |  |  |",
    ]);
  });

  it("counts the CPU of its children, and of their children", function () {
    if (process.platform !== "linux") {
      process.stdout.write("      skipped: only Linux tells the CPU of children\n");
      this.skip();
    }
    const busy = "const until = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < until);";
    const nested = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(busy)}])`;
    const before = cpuOfChildren();
    spawnSync(process.execPath, ["-e", nested]);
    const spent = cpuOfChildren() - before;
    assert(spent >= 0.3 && spent < 3, `${spent} s`);
  });
});
