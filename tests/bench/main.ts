import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Benchmark, type Result, resultOf } from "./benchmark.js";
import { clientCpu, clientThroughput } from "./client.js";
import { emulator } from "./emulator.js";
import { loadTime } from "./load-time.js";
import { memory } from "./memory.js";
import { polling } from "./polling.js";
import { sign } from "./sign.js";
import { stateBytes } from "./state-bytes.js";
import { tableOf } from "./table.js";
import { firstUp, growth, manyScans, noopUp } from "./ups.js";

const benchmarks: Readonly<Record<string, Benchmark>> = {
  "noop-up": noopUp,
  "first-up": firstUp,
  "many-scans": manyScans,
  growth,
  "client-cpu": clientCpu,
  "client-throughput": clientThroughput,
  sign,
  polling,
  "state-bytes": stateBytes,
  "load-time": loadTime,
  memory,
  emulator,
};

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no benchmark "${unknown}"; there are ${Object.keys(benchmarks).join(", ")}\n`);
    process.exitCode = 1;
    return;
  }
  const results: Result[] = [];
  for (const [name, { about, measure }] of Object.entries(benchmarks)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`${name}: ${about}\n`);
    results.push(...(await measure()).map((measured) => resultOf(name, measured)));
  }
  const folder = resolve(__dirname, "../../../bench");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  process.stdout.write(`${tableOf(results)}\n`);
  if (!results.every(({ reached }) => reached)) process.stdout.write("Why goals are missed: docs/performance.md\n");
}

void main(process.argv.slice(2));
