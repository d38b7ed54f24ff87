import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What package.json says of this package. */
export function readOwnPackage(): { version: string; dependencies: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(join(__dirname, "..", "..", "..", "package.json"), "utf8")) as ReturnType<
    typeof readOwnPackage
  >;
}
