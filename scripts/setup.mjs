// Prepares the other scripts: dependencies, a build, and the right Node.
// Runs on any Node of the system, so it uses only Node itself.
import { spawnSync } from "node:child_process";
import { existsSync, statSync, writeSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const bin = join(root, "node_modules", ".bin");

/** Runs a command to its end, and shows its output. Throws if it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    throw new Error(`"${[command, ...args].join(" ")}" ended with ${result.signal ?? `exit code ${result.status}`}`);
  }
  return result;
}

/** Installs missing dependencies and builds. Prints to `stdout` only if that takes a while. */
export function prepare(stdout = 1) {
  const shown = { stdio: ["inherit", stdout, 2] };
  const installed = join(root, "node_modules", ".package-lock.json");
  const isCurrent = () =>
    existsSync(installed) &&
    ["package.json", "package-lock.json"].every(
      (name) => statSync(join(root, name)).mtimeMs <= statSync(installed).mtimeMs,
    );
  if (!isCurrent()) {
    writeSync(stdout, "Installing the dependencies (once) ...\n");
    run("npm", ["ci", "--loglevel=error", "--no-audit"], shown);
  }
  process.env.PATH = `${bin}${delimiter}${process.env.PATH ?? ""}`;
  run(join(bin, "node"), [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", root], shown);
}

/** Runs a script's main function; prints a failure as one line. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
