import { Account } from "../support/account.js";
import { clientFor, taskExamples } from "../support/examples.js";
import { TaskRun } from "../support/task-run.js";
import type { Benchmark, Measured } from "./benchmark.js";
import { median, progress } from "./measure.js";

const fixedSeconds = 5;
const runs = 11;
const lengths = [
  { name: "10 s", seconds: 10, calls: undefined },
  { name: "10 min", seconds: 600, calls: 15 },
  { name: "6 h", seconds: 6 * 3600, calls: undefined },
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
    const snapshot = await run.snapshot();
    const submitted = await run.submit(snapshot);
    const begun = account.clock.now();
    const before = account.calls().length;
    const { status } = await run.wait(snapshot, submitted, { waitTimeoutSeconds: 2 * seconds + 3600 });
    if (status !== "SUCCEEDED") throw new Error(`a scan of ${seconds} s ended ${String(status)}`);
    return { calls: account.calls().length - before, lag: (account.clock.now() - begun) / 1000 - seconds };
  } finally {
    await account.close();
  }
}

export const polling: Benchmark = {
  about: `calls and lag of one wait, against one look every ${fixedSeconds} s`,
  async measure() {
    const measured: Measured[] = [];
    for (const example of taskExamples) {
      for (const { name, seconds, calls } of lengths) {
        progress(`${example.kind.token}, ${name}`);
        const waits: Wait[] = [];
        for (let at = 0; at < runs; at++) waits.push(await waited(example, seconds));
        const what = `${example.kind.token}, ${name}`;
        measured.push({
          what,
          ours: median(waits.map((wait) => wait.calls)),
          reference: seconds / fixedSeconds,
          unit: "calls",
          ...(calls === undefined ? {} : { goal: { of: "ours", most: calls } }),
        });
        measured.push({
          what: `${what}, lag`,
          ours: median(waits.map(({ lag }) => lag)),
          reference: fixedSeconds / 2,
          unit: "s",
          goal: { of: "ours", most: 0.02 * seconds + 3 },
        });
      }
    }
    return measured;
  },
};
