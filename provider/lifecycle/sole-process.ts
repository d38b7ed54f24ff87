import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CodedError } from "../model/error-codes.js";
import { sha256Hex } from "../transport/digest.js";
import { engineAddress, tell } from "./engine.js";

// The order of submissions, the owners of tasks and the limits of calls are known only within one process. One run of the
// engine can have several: that of the dynamic resources, and one for each provider resource of the plugin. So in one
// run, only one process may change an account. A file for each account and run names this process.

/** Whether this process may change an account. */
export type MayChange = (account: string | undefined) => boolean;

const mine = new Set<string>();

/** Whether no other process of this run of the engine changes the account of this caller. Then none may do so from now on. */
export function isSoleProcess(caller: string): boolean {
  const engine = engineAddress();
  if (engine === undefined || mine.has(caller)) return true;
  if (!writeProcessId(sha256Hex(`${engine.text} ${caller}`))) return false;
  mine.add(caller);
  return true;
}

/** Refuses to change an account that another process of this run changes. */
export function refuseSecondProcess(): never {
  throw new CodedError(
    "IS-TWO-PROVIDERS",
    "another provider of this update changes the same account. Only one provider may do this, because two could take the same scan for their own. " +
      "Nothing was sent. Declare all resources of the account with one provider, and run the command again",
  );
}

/** False if another process has written the file. */
function writeProcessId(name: string): boolean {
  try {
    writeFileSync(join(openFolder(), name), String(process.pid), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    // Without the folder there is no check, but the scan continues.
    const { message } = error as Error;
    void tell(undefined, `cannot check whether two providers change the same account: ${message}`, "warning");
  }
  return true;
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

/** The folder of this user, without the files of processes that have ended. */
function openFolder(): string {
  const user = process.getuid?.();
  const folder = resolve(tmpdir(), `pulumi-image-scan-${user ?? "user"}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || (user !== undefined && found.uid !== user))
    throw new Error(`${folder} is not a folder of this user`);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // The CLI kills its plugins, so files outlive their processes.
    if (isStale(path)) rmSync(path, { force: true });
  }
  return folder;
}

/** How long another process may take to write its id. */
const writeMs = 10_000;

function isStale(path: string): boolean {
  try {
    const text = readFileSync(path, "utf8");
    if (/^[1-9]\d*$/.test(text)) return !isAlive(Number(text));
    return Date.now() - lstatSync(path).mtimeMs > writeMs;
  } catch (error) {
    // Another process has removed it meanwhile.
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isCode(error, "EPERM");
  }
}
