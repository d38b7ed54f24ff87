import { Account } from "../support/account.js";
import { clientFor, taskExamples } from "../support/examples.js";
import { TaskRun } from "../support/task-run.js";
import type { Benchmark, Measured, Scale } from "./benchmark.js";
import { ourStack, withStack } from "./engine.js";
import { median, progress } from "./measure.js";

const fixedSeconds = 5;
const lagGoal = { of: "ours", most: 3 } as const;
const lengths = [
  { name: "10 s", seconds: 10, goals: { lag: lagGoal } },
  { name: "100 s", seconds: 100, goals: { lag: lagGoal } },
  { name: "10 min", seconds: 600, goals: { calls: { of: "ours", most: 15 }, lag: { of: "ours", most: 15 } } },
  { name: "6 h", seconds: 6 * 3600, goals: { calls: { of: "ours", most: 61 }, lag: { of: "ours", most: 435 } } },
] as const;

interface Wait {
  readonly calls: number;
  /** Seconds from the end until it was seen. */
  readonly lag: number;
}

/** One wait from the submission on, on a clock of its own. */
async function waited(example: (typeof taskExamples)[number], seconds: number): Promise<Wait> {
  const account = await Account.open(seconds);
  try {
    const { kind, request } = example;
    // Where the request may name a time, the cloud ends the scan after an hour by default.
    const timeout = Object.hasOwn(kind.inputs.properties, "timeout") ? { timeout: 2 * seconds + 3600 } : {};
    const run = new TaskRun(account, kind, clientFor(account, kind), { ...request, ...timeout });
    const reading = await run.readBaseline();
    const submitted = await run.submit(reading);
    const begun = account.clock.now();
    const before = account.calls().length;
    const { status } = await run.wait(reading, submitted, { waitTimeoutSeconds: 2 * seconds + 3600 });
    if (status !== "SUCCEEDED") throw new Error(`a scan of ${seconds} s ended ${String(status)}`);
    return { calls: account.calls().length - before, lag: (account.clock.now() - begun) / 1000 - seconds };
  } finally {
    await account.close();
  }
}

/** The worst of the lags counts: half of the time the end is seen much sooner. */
function lagOf(what: string, lags: readonly number[], goal: Measured["goal"]): Measured {
  return { what: `${what}, longest lag`, ours: Math.max(...lags), reference: fixedSeconds, unit: "s", goal };
}

async function onClockOfItsOwn(example: (typeof taskExamples)[number], runs: number): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const { name, seconds, goals } of lengths) {
    const what = `${example.kind.token}, ${name}`;
    progress(what);
    const waits: Wait[] = [];
    for (let at = 0; at < runs; at++) waits.push(await waited(example, seconds));
    const calls = median(waits.map((wait) => wait.calls));
    const callsGoal = "calls" in goals ? goals.calls : undefined;
    measured.push({ what, ours: calls, reference: seconds / fixedSeconds, unit: "calls", goal: callsGoal });
    measured.push(
      lagOf(
        what,
        waits.map(({ lag }) => lag),
        goals.lag,
      ),
    );
  }
  return measured;
}

/** The same with the real engine: the time of the end as the task's output has it, against the cloud's. */
async function throughEngine(scanSeconds: number): Promise<readonly number[]> {
  const tasks = 4;
  return withStack(ourStack(tasks), { images: tasks, scanSeconds }, async (stack, emulator) => {
    await stack.up();
    const { resources } = await stack.deployment();
    const ended = resources.flatMap(({ outputs }) => {
      const { submitted, finishedAt } = outputs ?? {};
      return typeof finishedAt === "string" ? [{ submitted, finishedAt }] : [];
    });
    const scans = [...emulator.tencent.local.tasks.values()];
    const seen = ended.map(({ finishedAt }) => Date.parse(finishedAt)).sort((a, b) => a - b);
    const ends = scans.map(({ ends }) => ends).sort((a, b) => a - b);
    if (seen.length !== tasks || ends.length !== tasks) {
      throw new Error(`of ${tasks} scans, ${ends.length} were started, and ${seen.length} seen to end`);
    }
    return seen.map((at, index) => (at - (ends[index] ?? Number.NaN)) / 1000);
  });
}

async function engineLags(scale: Scale): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const seconds of [10, 100]) {
    const what = `pulumi up, ${seconds} s`;
    progress(what);
    measured.push(lagOf(what, await throughEngine(scale.size(seconds, 4)), lagGoal));
  }
  return measured;
}

export const polling: Benchmark = {
  about: `calls and lag of one wait, against one look every ${fixedSeconds} s`,
  async measure(scale) {
    const measured: Measured[] = [];
    for (const example of taskExamples) measured.push(...(await onClockOfItsOwn(example, scale.times(11))));
    return [...measured, ...(await engineLags(scale))];
  },
};
