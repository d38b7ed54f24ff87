// npm run demo [-- --keep]: runs the quickstart on the real engine against the emulator, cleans up, and shows the result.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pulumiCli } from "./pulumi-cli.mjs";
import { bin, main, prepare, root, run } from "./setup.mjs";

const keep = process.argv.includes("--keep");
const columns = ["critical", "high", "medium", "low", "viruses", "sensitiveData"];

await main(async () => {
  prepare();
  const cli = pulumiCli();
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-image-scan-demo-"));
  let emulator;
  let kept = false;
  const leave = () => {
    if (kept) return;
    emulator?.child.kill("SIGTERM");
    rmSync(scratch, { recursive: true, force: true });
  };
  process.on("exit", leave);
  process.on("SIGTERM", () => process.exit(143));
  // The CLI gets Ctrl-C too. This script waits for its end, and then cleans up.
  process.on("SIGINT", () => undefined);

  emulator = await startEmulator(scratch);
  const settings = {
    PULUMI_BACKEND_URL: `file://${scratch}/state`,
    PULUMI_HOME: join(scratch, "home"),
    PULUMI_CONFIG_PASSPHRASE: "demo",
    TENCENTCLOUD_SECRET_ID: emulator.tencent.secretId,
    TENCENTCLOUD_SECRET_KEY: emulator.tencent.secretKey,
  };
  const env = { ...process.env, ...settings, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_IMAGE_SCAN_LOG_SECONDS: "3" };
  // A session token in the shell belongs to other keys, of a real account.
  for (const name of ["TOKEN", "SESSION_TOKEN", "SECURITY_TOKEN"]) delete env[`TENCENTCLOUD_${name}`];
  const cwd = quickstartIn(scratch);
  const pulumi = (...args) => {
    console.log(`\n$ pulumi ${args.join(" ")}`);
    run("pulumi", args, { cwd, env });
  };
  run("pulumi", ["stack", "init", "demo"], { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
  pulumi("config", "set", "tencentcloud:endpoint", emulator.tencent.endpoint);
  const quick = ["--yes", "--skip-preview", "--suppress-outputs"];
  pulumi("up", ...quick);
  const { stdout } = run("pulumi", ["stack", "output", "--json"], { cwd, env, stdio: "pipe", encoding: "utf8" });
  if (!keep) pulumi("destroy", ...quick, "--remove");
  showResult(JSON.parse(stdout));
  if (keep) {
    kept = true;
    explain({ PATH: `${cli}:${bin}:$PATH`, ...settings }, scratch, emulator);
  }
  return 0;
});

/** The end of the demo: what the scan found, and what it means. */
function showResult({ findings, verdict, verdictReason }) {
  const width = Math.max(...findings.images.map(({ name }) => name.length));
  const row = (name, cells) => `  ${name.padEnd(width)}  ${cells.join("  ")}`;
  const counts = (image) => columns.map((column) => String(image[column] ?? "–").padStart(column.length));
  const cves = findings.vulnerabilities?.map(
    ({ id, severity, package: name, version, fixedVersion }) =>
      `  ${id} (${severity}) in ${name} ${version}, fixed in ${fixedVersion}`,
  );
  console.log(`
The scan found:

${row("image", columns)}
${findings.images.map((image) => row(image.name, counts(image))).join("\n")}

${cves?.join("\n") ?? ""}

The verdict is ${verdict}: ${verdictReason ?? "the scan is within the thresholds"}.
The threshold is in examples/quickstart/index.ts.`);
}

/** A copy of the quickstart with its own state. It uses the packages of this checkout. */
function quickstartIn(scratch) {
  const folder = join(scratch, "quickstart");
  cpSync(join(root, "examples", "quickstart"), folder, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: quickstart\nruntime: nodejs\n");
  mkdirSync(join(scratch, "state"));
  return folder;
}

async function startEmulator(scratch) {
  const out = join(scratch, "emulator.json");
  const args = [join(root, "dist", "provider", "cli", "main.js"), "emulator", "--port", "0", "--scan-seconds", "10"];
  const child = spawn(join(bin, "node"), args, { stdio: ["ignore", openSync(out, "w"), "inherit"], detached: true });
  child.unref();
  for (let tries = 0; tries < 100; tries++) {
    const line = readFileSync(out, "utf8");
    if (line.endsWith("\n")) return { ...JSON.parse(line), child };
    if (child.exitCode !== null) break;
    await setTimeout(100);
  }
  throw new Error("the emulator did not start");
}

function explain(settings, scratch, emulator) {
  console.log(`
The stack and the emulator stay. To see them:

${Object.entries(settings)
  .map(([name, value]) => `  export ${name}="${value}"`)
  .join("\n")}
  cd ${scratch}/quickstart
  pulumi stack
  pulumi up

Open ${emulator.url}/ in a browser to see the emulated cloud and its calls.

To clean up: kill ${emulator.child.pid}; rm -r ${scratch}`);
}
