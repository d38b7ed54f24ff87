import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const debian = "/usr/lib/postgresql";

/** Where a PostgreSQL server is installed; nothing where none is. */
function binaries(): string | undefined {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  return folders.find((folder) => ["initdb", "pg_ctl"].every((name) => existsSync(join(folder, name))));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A PostgreSQL server of its own, on this machine, that is gone with its data once it is closed. */
export class Postgres {
  readonly url: string;
  readonly #folder: string;
  readonly #command: (name: string, ...args: string[]) => string;

  private constructor(folder: string, port: number, command: (name: string, ...args: string[]) => string) {
    this.#folder = folder;
    this.#command = command;
    this.url = `postgres://pulumi@127.0.0.1:${port}/postgres?sslmode=disable`;
  }

  /** The reason where there is no server to start. */
  static async open(): Promise<Postgres | string> {
    const bin = binaries();
    if (bin === undefined) return `there is no PostgreSQL server in ${debian} nor on PATH`;
    // It refuses to run as root.
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? ownUser() : undefined;
    if (isRoot && user === undefined)
      return "PostgreSQL refuses to run as root, and there is no user postgres or nobody";
    const folder = mkdtempSync(join(tmpdir(), "pulumi-image-scan-postgres-"));
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const command = (name: string, ...args: string[]) => {
      const options = { cwd: folder, ...user };
      // What pg_ctl starts keeps the outputs that it inherits.
      const output = name === "pg_ctl" ? "ignore" : "pipe";
      const { status, stdout, stderr, error } = spawnSync(join(bin, name), args, {
        ...options,
        encoding: "utf8",
        stdio: ["ignore", output, output],
      });
      if (status !== 0)
        throw new Error(`${name} ended with ${status}: ${error?.message ?? ""}${stdout ?? ""}${stderr ?? ""}`);
      return stdout;
    };
    const port = await freePort();
    const data = join(folder, "data");
    command("initdb", "-D", data, "-A", "trust", "-U", "pulumi");
    const settings = `-c listen_addresses=127.0.0.1 -p ${port} -k ${folder} -c fsync=off`;
    command("pg_ctl", "-D", data, "-o", settings, "-l", join(folder, "log"), "-w", "start");
    return new Postgres(folder, port, command);
  }

  /** All rows that a query gives, as text. */
  query(sql: string): string {
    return this.#command("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command", sql, this.url);
  }

  close(): void {
    this.#command("pg_ctl", "-D", join(this.#folder, "data"), "-m", "immediate", "-w", "stop");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function ownUser(): { readonly uid: number; readonly gid: number } | undefined {
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = ["postgres", "nobody"].map((name) => users.find((one) => one.startsWith(`${name}:`))).find(Boolean);
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
