import type { Benchmark, Goal, Measured } from "./benchmark.js";
import type { ClientName, Load, Spent } from "./client-loop.js";
import { paired, progress } from "./measure.js";
import { Helper } from "./processes.js";

interface Comparison {
  readonly load: Load;
  readonly pairs: number;
  readonly unit: string;
  /** What of a round counts. */
  readonly value: (spent: Spent, load: Load) => number;
  readonly goals: Readonly<Record<Exclude<ClientName, "ours">, Goal>>;
}

async function against(other: "official" | "bare", comparison: Comparison): Promise<Measured> {
  const { load, pairs, unit, value, goals } = comparison;
  progress(`against ${other}`);
  const server = await Helper.start<void, void, number>("answering-server");
  const start = (name: ClientName) => Helper.start<Load, Spent, string>("client-loop", name, String(server.first));
  const [ours, reference] = [(await start("ours")).helper, (await start(other)).helper];
  const round = (helper: typeof ours) => async () => value(await helper.ask(load), load);
  // What is not compiled yet does not count.
  for (const helper of [ours, reference]) await helper.ask(load);
  const measured = await paired(pairs, { ours: round(ours), reference: round(reference) });
  for (const helper of [ours, reference, server.helper]) await helper.stop();
  return { what: names[other], ...measured, unit, goal: goals[other] };
}

const names = { official: "against the official client", bare: "against bare undici and node:crypto" };

async function both(comparison: Comparison): Promise<readonly Measured[]> {
  return [await against("official", comparison), await against("bare", comparison)];
}

export const clientCpu: Benchmark = {
  about: "CPU of one signed call, the server in another process",
  measure: (scale) =>
    both({
      load: { calls: scale.size(4_000, 200), inFlight: 8 },
      pairs: scale.times(11),
      unit: "µs",
      value: ({ cpu }, { calls }) => cpu / calls,
      goals: { official: { of: "ratio", most: 0.2 }, bare: { of: "ratio", most: 1.15 } },
    }),
};

export const clientThroughput: Benchmark = {
  about: "calls a second with 32 in flight and no limit",
  measure: (scale) =>
    both({
      load: { calls: scale.size(10_000, 500), inFlight: 32 },
      pairs: scale.times(7),
      unit: "calls/s",
      value: ({ seconds }, { calls }) => calls / seconds,
      goals: { official: { of: "ratio", least: 5 }, bare: { of: "ratio", least: 0.85 } },
    }),
};
