import type { Benchmark, Goal, Measured, Scale } from "./benchmark.js";
import {
  bareStack,
  type Cost,
  compareUps,
  costOfUp,
  ourStack,
  type StackMaker,
  scans,
  stackOf,
  withStack,
} from "./engine.js";
import { progress } from "./measure.js";
import { usualStack } from "./usual.js";

const most = (limit: number): Goal => ({ of: "ratio", most: limit });

const usual =
  (count: number): StackMaker =>
  (emulator) =>
    usualStack(emulator, count);

const firstUpOf = (make: StackMaker, images: number) => () => withStack(make, { images }, costOfUp);

interface Sides {
  readonly ours: StackMaker;
  readonly reference: StackMaker;
  readonly images: number;
}

/** Updates without changes, of two stacks that stay. */
function compareUnchanged(
  what: string,
  times: number,
  { ours, reference, images, goals }: Sides & { readonly goals: Parameters<typeof compareUps>[2]["goals"] },
): Promise<Measured[]> {
  return withStack(ours, { images }, (mine) =>
    withStack(reference, { images }, async (other) => {
      // One more than the first is not counted: it fills the caches of both.
      for (const stack of [mine, other, mine, other]) await stack.up();
      return compareUps(what, times, { ours: () => costOfUp(mine), reference: () => costOfUp(other), goals });
    }),
  );
}

interface Size {
  readonly tasks: number;
  readonly times: number;
  readonly goal: number;
  readonly cpuGoal?: number;
}

const tasksText = (count: number) => `${count} ${count === 1 ? "task" : "tasks"}`;
const goalsOf = ({ goal, cpuGoal }: Size) => ({
  seconds: most(goal),
  cpu: cpuGoal === undefined ? undefined : most(cpuGoal),
});

/** Sizes one after the other; tiny ones keep their goal, so that the whole table is shown. */
async function bySize(
  sizes: readonly Size[],
  scale: Scale,
  compare: (tasks: number, size: Size) => Promise<Measured[]>,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const size of sizes) {
    const tasks = scale.size(size.tasks, Math.min(size.tasks, 2));
    progress(tasksText(tasks));
    measured.push(...(await compare(tasks, size)));
  }
  return measured;
}

const firstUpSizes: readonly Size[] = [
  { tasks: 1, times: 11, goal: 1 },
  { tasks: 5, times: 9, goal: 1.05 },
  { tasks: 20, times: 5, goal: 1.25 },
  { tasks: 100, times: 5, goal: 2, cpuGoal: 1.8 },
];

export const firstUp: Benchmark = {
  about: "the first update of tasks whose scans end at once, against one usual resource a scan",
  measure: (scale) =>
    bySize(firstUpSizes, scale, (tasks, size) =>
      compareUps(tasksText(size.tasks), scale.times(size.times), {
        ours: firstUpOf(ourStack(tasks), tasks),
        reference: firstUpOf(usual(tasks), tasks),
        goals: goalsOf(size),
      }),
    ),
};

const unchangedSizes: readonly Size[] = [
  { tasks: 1, times: 11, goal: 1 },
  { tasks: 5, times: 11, goal: 1 },
  { tasks: 20, times: 9, goal: 1.1 },
  { tasks: 100, times: 9, goal: 1.25 },
];

export const noopUp: Benchmark = {
  about: "an update without changes, against one of as many usual resources",
  measure: (scale) =>
    bySize(unchangedSizes, scale, (tasks, size) =>
      compareUnchanged(tasksText(size.tasks), scale.times(size.times), {
        ...{ ours: ourStack(tasks), reference: usual(tasks), images: tasks },
        goals: goalsOf(size),
      }),
    ),
};

export const limit: Benchmark = {
  about: "updates of 100 tasks, against those of 400 bare dynamic resources",
  async measure(scale) {
    const tasks = scale.size(100, 2);
    const bare = bareStack(4 * tasks);
    progress("first update");
    const first = await compareUps("first update", scale.times(4), {
      ours: firstUpOf(ourStack(tasks), tasks),
      reference: firstUpOf(bare, 0),
      goals: { seconds: most(0.85) },
    });
    progress("update without changes");
    const sides = { ours: ourStack(tasks), reference: bare, images: tasks };
    const goals = { seconds: most(1.05) };
    return [...first, ...(await compareUnchanged("update without changes", scale.times(7), { ...sides, goals }))];
  },
};

export const growth: Benchmark = {
  about: "the ratio of first-up with 200 tasks, against that with 50: each step writes the whole state",
  async measure(scale) {
    const ratioOf = async (tasks: number, times: number) => {
      progress(tasksText(tasks));
      const sides = { ours: firstUpOf(ourStack(tasks), tasks), reference: firstUpOf(usual(tasks), tasks) };
      const [time] = await compareUps("", scale.times(times), { ...sides, goals: {} });
      if (time?.ratio === undefined) throw new Error("nothing was measured");
      return time.ratio;
    };
    const few = await ratioOf(scale.size(50, 1), 3);
    const many = await ratioOf(scale.size(200, 2), 2);
    return [{ ours: many, reference: few, unit: "ratio" }];
  },
};

export const manyScans: Benchmark = {
  about: "200 scans of 10 s under one gate, against the usual resources, and against 601 bare resources and 10 s",
  async measure(scale) {
    const count = scale.size(200, 3);
    const scanSeconds = scale.size(10, 1);
    const gated = `${scans(count, "wait: false,")}
new ScanGate("gate", { tasks: scans, thresholds: { critical: 0 } });`;
    const cloud = { images: count, scanSeconds };
    const ours = () => withStack((emulator) => stackOf(emulator, gated), cloud, costOfUp);
    progress("against the usual resources");
    const againstUsual = await compareUps("against the usual resources", scale.times(2), {
      ours,
      reference: () => withStack(usual(count), cloud, costOfUp),
      goals: { seconds: most(0.25) },
    });
    progress("against the floor");
    // Three resources a task, and the gate.
    const floor = firstUpOf(bareStack(3 * count + 1), 0);
    const reference = async (): Promise<Cost> => {
      const { seconds, cpu } = await floor();
      return { seconds: seconds + scanSeconds, cpu };
    };
    const againstFloor = await compareUps("against bare resources and the scans' time", scale.times(2), {
      ...{ ours, reference },
      goals: { seconds: most(1) },
    });
    return [...againstUsual, ...againstFloor];
  },
};
