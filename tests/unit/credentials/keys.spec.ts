import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { configKeys } from "../../../provider/credentials/config-keys.js";

const root = resolve(__dirname, "../../../..");
const folder = join(root, "provider");

describe("the keys of the config", () => {
  it("are the only ones that the code reads", () => {
    const code = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.includes("credentials"))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(folder, name), "utf8"));
    const literal = /(?:source\.(?:get|needed|isSet|clean)|accountGuard)\((?:source, )?"(\w+)"/g;
    const read = new Set(code.flatMap((text) => [...text.matchAll(literal)].map(([, key]) => key)));
    assert(read.size > 15, `${read.size} keys`);
    const known = Object.values(configKeys).flat();
    assert.deepEqual(
      [...read].filter((key) => !known.includes(key as string)),
      [],
    );
  });

  it("are all documented", () => {
    const pages = ["settings", "credentials", "accounts"];
    const docs = pages.map((page) => readFileSync(join(root, "docs", `${page}.md`), "utf8")).join();
    for (const key of new Set(Object.values(configKeys).flat())) assert.match(docs, new RegExp(`\\b${key}\\b`), key);
  });
});
