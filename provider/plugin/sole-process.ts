import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { findAccounts } from "../handlers.js";
import { engineAddress } from "../lifecycle/engine.js";
import { sha256Hex } from "../transport/digest.js";

// Each provider resource has a process of its own. The order of submissions, the owners of tasks and the limits of calls
// are known only within one process. So in one run of the engine, only one process may change an account.

/** The account that a resource of this kind is in. */
export interface Use {
  readonly token: string;
  readonly account: string | undefined;
}

const mine = new Set<string>();

/** Refuses to change an account that another process of this run of the engine changes. */
export function requireSoleProcess({ token, account }: Use): void {
  const engine = engineAddress();
  if (engine === undefined) return;
  const key = sha256Hex(`${engine.text} ${token.split(":")[0]} ${findAccounts(token).key(account, {})}`);
  if (mine.has(key)) return;
  const folder = join(tmpdir(), `pulumi-image-scan-${userInfo().username}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeStale(folder);
  const path = join(folder, key);
  try {
    writeFileSync(path, String(process.pid), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(
      "another provider of this update changes the same account. Only one provider may do this, because two could adopt the same scan. " +
        'Nothing was sent. Give all resources of the account the same provider, and run "pulumi up" again.',
    );
  }
  mine.add(key);
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
