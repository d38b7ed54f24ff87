import type { Benchmark } from "./benchmark.js";
import { bare, cloudWith, discard, resourcesPerTask, scans, secondsOfFirstUp, secondsOfUp, stackOf } from "./engine.js";
import { type Paired, paired, progress } from "./measure.js";

const tasks = 100;

function firstUps(count: number, pairs: number): Promise<Paired> {
  return paired(pairs, {
    ours: () => secondsOfFirstUp(scans(count), { images: count }),
    reference: () => secondsOfFirstUp(bare(count * resourcesPerTask)),
  });
}

export const noopUp: Benchmark = {
  about: "an update without changes of 100 waited tasks, against one of as many bare dynamic resources",
  async measure() {
    const emulator = await cloudWith(tasks, 0);
    const ours = await stackOf(emulator, scans(tasks));
    const reference = await stackOf(emulator, bare(tasks * resourcesPerTask));
    for (const stack of [ours, reference]) await stack.up();
    // One more is not counted: it fills the caches of both.
    for (const stack of [ours, reference]) await stack.up();
    const measured = await paired(11, { ours: () => secondsOfUp(ours), reference: () => secondsOfUp(reference) });
    for (const stack of [ours, reference]) discard(stack);
    await emulator.close();
    return [{ ...measured, unit: "s", goal: { of: "ratio", most: 1.15 } }];
  },
};

export const firstUp: Benchmark = {
  about: "the first update of 100 tasks whose scans end at once, against one of as many bare dynamic resources",
  async measure() {
    return [{ ...(await firstUps(tasks, 5)), unit: "s", goal: { of: "ratio", most: 0.95 } }];
  },
};

export const growth: Benchmark = {
  about: "the ratio of first-up with 200 tasks, against that with 50",
  async measure() {
    progress("50 tasks");
    const few = await firstUps(50, 5);
    progress("200 tasks");
    const many = await firstUps(200, 3);
    return [{ ours: many.ratio, reference: few.ratio, unit: "ratio", goal: { of: "ratio", most: 1.05 } }];
  },
};

const scanSeconds = 10;

export const manyScans: Benchmark = {
  about: "200 scans of 10 s under one gate, against as many bare dynamic resources, and 10 s",
  async measure() {
    const count = 200;
    const gated = `${scans(count, "wait: false,")}
new ScanGate("gate", { tasks: scans, thresholds: { critical: 0 } });`;
    // Without a wait each task has a resource less, and there is the gate.
    const floor = bare(count * (resourcesPerTask - 1) + 1);
    const measured = await paired(3, {
      ours: () => secondsOfFirstUp(gated, { images: count, scanSeconds }),
      reference: async () => (await secondsOfFirstUp(floor)) + scanSeconds,
    });
    return [{ ...measured, unit: "s", goal: { of: "ratio", most: 1.3 } }];
  },
};
