// npm run bench [-- [--quick] [NAME ...]]: runs all benchmarks or the named ones. --quick uses tiny sizes, to show that they work.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pulumiCli } from "./pulumi-cli.mjs";
import { bin, main, prepare, root } from "./setup.mjs";

await main(async () => {
  prepare();
  pulumiCli();
  const bench = join(root, "dist", "tests", "bench", "main.js");
  return spawnSync(join(bin, "node"), [bench, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" }).status ?? 1;
});
