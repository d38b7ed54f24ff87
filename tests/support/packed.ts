import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface Packed {
  /** A folder of its own, for who removes it. */
  readonly folder: string;
  readonly tarball: string;
  /** Where it lies unpacked. */
  readonly root: string;
  readonly files: readonly string[];
  readonly bytes: number;
}

const packageRoot = resolve(__dirname, "../../..");

/** The package as it would be published. */
export function packed(): Packed {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-image-scan-packed-"));
  const told = npm(packageRoot, "pack", "--ignore-scripts", "--json", "--pack-destination", folder);
  const [pack] = JSON.parse(told) as { filename: string; size: number; files: { path: string }[] }[];
  if (pack === undefined) throw new Error("npm has packed nothing");
  const tarball = join(folder, pack.filename);
  execFileSync("tar", ["-xzf", tarball, "-C", folder]);
  const files = pack.files.map(({ path }) => path);
  return { folder, tarball, root: join(folder, "package"), files, bytes: pack.size };
}

export function npm(folder: string, ...args: string[]): string {
  return execFileSync("npm", [...args, "--loglevel=error", "--no-audit", "--no-fund"], {
    cwd: folder,
    encoding: "utf8",
  });
}

/** Installs what a folder's package.json names, all of it from one store. */
export function pnpm(folder: string, { folder: home }: Packed): void {
  const command = join(packageRoot, "node_modules", "pnpm", "bin", "pnpm.cjs");
  const args = ["install", "--prefer-offline", "--ignore-scripts", "--no-frozen-lockfile", "--store-dir"];
  execFileSync(process.execPath, [command, ...args, join(home, "store")], {
    cwd: folder,
    stdio: "pipe",
    env: { ...process.env, CI: "true" },
  });
}

/** Files of a folder, by their names; an object is written as JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | object>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
}
