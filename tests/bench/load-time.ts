import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { Benchmark } from "./benchmark.js";
import { paired } from "./measure.js";

const run = promisify(execFile);
const entry = resolve(__dirname, "../../provider/run.js");
const handlers = resolve(__dirname, "../../provider/handlers.js");

/** A check loads what the step's other handlers need, and calls nobody. The client is loaded when it is made. */
const steps = `
const run = require(${JSON.stringify(entry)});
await Promise.all(["baseline", "submission", "wait"].map((step) => run("tencent:LocalScanTask/" + step).check({}, {})));
require(${JSON.stringify(handlers)}).findAccounts("tencent:").client(undefined);`;
const keys = { TENCENTCLOUD_SECRET_ID: "id", TENCENTCLOUD_SECRET_KEY: "key" };

/** Milliseconds in a process of its own, from its first line on. */
async function milliseconds(code: string): Promise<number> {
  const timed = `(async () => { const begun = performance.now();${code}
process.stdout.write(String(performance.now() - begun)); })();`;
  const { stdout } = await run(process.execPath, ["-e", timed], { cwd: __dirname, env: { ...process.env, ...keys } });
  return Number(stdout);
}

export const loadTime: Benchmark = {
  about: "import of all that the provider's process needs for a scan, against that of undici alone",
  async measure(scale) {
    const pair = { ours: () => milliseconds(steps), reference: () => milliseconds('require("undici");') };
    await paired(scale.times(2), pair);
    return [{ ...(await paired(scale.times(21), pair)), unit: "ms", goal: { of: "ratio", most: 1.3 } }];
  },
};
