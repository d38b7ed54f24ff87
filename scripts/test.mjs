// npm test [-- MOCHA ARGUMENTS]: prepares, runs all tests with coverage, and prints a plain last line.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pulumiCli, yamlLanguage } from "./pulumi-cli.mjs";
import { bin, main, prepare, root } from "./setup.mjs";

// npm run test:soak: runs the random tests for minutes instead of seconds, and every combination of interruptions.
const isSoak = process.argv[2] === "--soak";
const args = isSoak ? ["--grep", "hostile|interruption|faults of", ...process.argv.slice(3)] : process.argv.slice(2);

await main(async () => {
  prepare();
  pulumiCli();
  yamlLanguage();
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-image-scan-test-"));
  const counts = join(scratch, "counts.json");
  try {
    const modules = join(root, "node_modules");
    const { status } = spawnSync(
      join(bin, "node"),
      [
        join(modules, "c8", "bin", "c8.js"),
        ...[
          "--include",
          "dist/{emulator,provider}/**",
          "--reporter",
          "text-summary",
          "--temp-directory",
          join(scratch, "coverage"),
        ],
        ...[join(bin, "node"), join(modules, "mocha", "bin", "mocha.js")],
        ...[
          "--reporter",
          join(root, "dist", "tests", "support", "reporter.js"),
          "--reporter-option",
          `counts=${counts}`,
        ],
        ...args,
      ],
      { cwd: root, stdio: "inherit", env: { ...process.env, ...(isSoak ? { SOAK: "1" } : {}) } },
    );
    if (!existsSync(counts)) throw new Error("mocha ended before it ran a test");
    const { passed, failed, skipped } = JSON.parse(readFileSync(counts, "utf8"));
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    return status ?? 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
