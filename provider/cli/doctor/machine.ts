import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { readOwnPackage } from "../version.js";
import { type Check, Checks, failed, type Judged, ok } from "./check.js";

const timeoutMs = 30_000;

export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs the Pulumi CLI that is on PATH, and gives its standard output. */
export async function runPulumi(args: readonly string[], { cwd, env }: Surroundings): Promise<string> {
  const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" } as NodeJS.ProcessEnv;
  const { stdout } = await promisify(execFile)("pulumi", args, { cwd, env: quiet, timeout: timeoutMs });
  return stdout;
}

/** The versions of everything that runs a program. */
export async function checkMachine(surroundings: Surroundings): Promise<Check[]> {
  const checks = new Checks("This machine");
  const { version, dependencies } = readOwnPackage();
  checks.add("pulumi-image-scan", ok(version));
  checks.add("Node", ok(process.versions.node));
  checks.add("@pulumi/pulumi", judgeSdk(surroundings.cwd, dependencies["@pulumi/pulumi"] ?? ""));
  checks.add("Pulumi CLI", await judgeCli(surroundings));
  return checks.list;
}

async function judgeCli(surroundings: Surroundings): Promise<Judged> {
  try {
    return ok((await runPulumi(["version"], surroundings)).trim().replace(/^v/, ""));
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    const why = isAbsent ? "there is none on PATH" : `pulumi version fails: ${firstLine(error)}`;
    return failed(why, "install it, and put it on PATH: https://www.pulumi.com/docs/install/");
  }
}

/** The SDK that a program in this folder loads; else the one of this package. */
function judgeSdk(cwd: string, range: string): Judged {
  const least = range.replace(/^\D+/, "");
  const version = [join(cwd, "package.json"), __filename].map(readSdkVersion).find((one) => one !== undefined);
  if (version === undefined) return failed("not installed", "run npm install in the folder of your program");
  if (compareVersions(version, least) >= 0) return ok(version);
  const how = `run npm install @pulumi/pulumi@${range} in the folder of your program`;
  return failed(`${version}, older than ${least}`, how);
}

function readSdkVersion(from: string): string | undefined {
  try {
    return (createRequire(from)("@pulumi/pulumi/package.json") as { version: string }).version;
  } catch {
    return undefined;
  }
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** The first line that a failed command has written. */
export function firstLine(error: unknown): string {
  const { stderr = "", message } = error as { stderr?: string; message: string };
  const [line = message] = stderr.split("\n").filter((one) => one.trim() !== "");
  return line.replace(/^error: /, "").trim();
}
