import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
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
