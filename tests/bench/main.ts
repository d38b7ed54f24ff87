import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Benchmark, fullScale, quickScale, type Result, resultOf } from "./benchmark.js";
import { clientCpu, clientThroughput } from "./client.js";
import { emulator } from "./emulator.js";
import { loadTime } from "./load-time.js";
import { memory } from "./memory.js";
import { polling } from "./polling.js";
import { sign } from "./sign.js";
import { stateBytes } from "./state-bytes.js";
import { markdownOf, tableOf } from "./table.js";
import { firstUp, growth, limit, manyScans, noopUp } from "./ups.js";

const benchmarks: Readonly<Record<string, Benchmark>> = {
  "first-up": firstUp,
  "noop-up": noopUp,
  limit,
  "many-scans": manyScans,
  "state-bytes": stateBytes,
  growth,
  "client-cpu": clientCpu,
  "client-throughput": clientThroughput,
  sign,
  polling,
  "load-time": loadTime,
  memory,
  emulator,
};

const usage = `npm run bench [-- [--quick] [NAME ...]]
  --quick  tiny sizes, which show that all of it works; their figures mean nothing
  NAME     one of ${Object.keys(benchmarks).join(", ")}; without a name, all of them
`;

async function measureAll(names: readonly string[], isQuick: boolean): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, { about, measure }] of Object.entries(benchmarks)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const begun = performance.now();
    process.stderr.write(`${name}: ${about}\n`);
    const measured = await measure(isQuick ? quickScale : fullScale);
    results.push(...measured.map((one) => resultOf(name, one)));
    process.stderr.write(`  took ${Math.round((performance.now() - begun) / 1000)} s\n`);
  }
  return results;
}

function write(results: readonly Result[]): void {
  const folder = resolve(__dirname, "../../../bench");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(folder, "results.md"), `${markdownOf(results)}\n`);
}

async function main(words: readonly string[]): Promise<void> {
  const isQuick = words.includes("--quick");
  const names = words.filter((word) => word !== "--quick");
  const unknown = names.find((name) => !Object.hasOwn(benchmarks, name));
  if (unknown !== undefined) {
    process.stderr.write(`there is no benchmark "${unknown}"\n${usage}`);
    process.exitCode = 1;
    return;
  }
  const results = await measureAll(names, isQuick);
  process.stdout.write(`${tableOf(results)}\n`);
  if (isQuick) {
    process.stdout.write("Tiny sizes: these figures mean nothing, and were not written down.\n");
    return;
  }
  write(results);
  if (!results.every(({ reached }) => reached)) process.stdout.write("Why goals are missed: docs/performance.md\n");
}

void main(process.argv.slice(2));
