import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodedError } from "../model/error-codes.js";
import { sha256Hex } from "../transport/digest.js";
import { engineAddress, tell } from "./engine.js";

// The order of submissions, the owners of tasks and the limits of calls are known only within one process. One run of the
// engine can have several: that of the dynamic resources, and one for each provider resource of the plugin. So in one
// run, only one process may change an account. A file for each account and run names this process.

const mine = new Set<string>();

/** Refuses to change an account that another process of this run of the engine changes. */
export function requireSoleProcess(account: string): void {
  const engine = engineAddress();
  if (engine === undefined || mine.has(account)) return;
  if (!writeProcessId(sha256Hex(`${engine.text} ${account}`))) {
    throw new CodedError(
      "IS-TWO-PROVIDERS",
      "another provider of this update changes the same account. Only one provider may do this, because two could take the same scan for their own. " +
        "Nothing was sent. Declare all resources of the account with one provider, and run the command again",
    );
  }
  mine.add(account);
}

/** False if another process has written the file. */
function writeProcessId(name: string): boolean {
  try {
    writeFileSync(join(openFolder(), name), String(process.pid), { flag: "wx", mode: 0o600 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // Without the folder there is no check, but the scan continues.
    void tell(undefined, `cannot check whether two providers change the same account: ${message}`, "warning");
  }
  return true;
}

/** The folder of this user, without the files of processes that have ended. */
function openFolder(): string {
  const user = process.getuid?.();
  const folder = join(tmpdir(), `pulumi-image-scan-${user ?? "user"}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || (user !== undefined && found.uid !== user))
    throw new Error(`${folder} is not a folder of this user`);
  removeStale(folder);
  return folder;
}

/** The CLI kills its plugins, so files outlive their processes. */
function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!isAlive(readProcessId(path))) rmSync(path, { force: true });
  }
}

/** Undefined if another process has removed the file meanwhile. */
function readProcessId(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
