import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, huaweiUser } from "../../emulator/index.js";

/** What must never be seen outside of the memory of a process. */
function secretsOf({ address: { tencent, huawei } }: Emulator): readonly string[] {
  return [tencent.secretKey, huawei.secretKey, huaweiUser.password];
}

/** All files of a folder as text, without those of packages. */
export function filesIn(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) found[path] = readFileSync(path, "latin1");
    // Not through links, which lead to the packages.
    else if (entry.isDirectory() && entry.name !== "node_modules") Object.assign(found, filesIn(path));
  }
  return found;
}

/** Looks for secrets in these texts, and in what the emulator has noted. */
export function requireNoSecret(emulator: Emulator, texts: Readonly<Record<string, string>>): void {
  const noted = JSON.stringify([emulator.tencent.calls, emulator.huawei.calls], (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  for (const [where, text] of Object.entries({ ...texts, "the emulator's notes": noted })) {
    // At its most verbose, Pulumi writes all config into its own log, of whatever provider.
    const lines = text.split("\n").filter((line) => !line.includes(".Configure().inputs"));
    for (const secret of secretsOf(emulator)) {
      const line = lines.find((one) => one.includes(secret));
      assert.equal(line, undefined, `a secret stands in ${where}`);
    }
  }
}
