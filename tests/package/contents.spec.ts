import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { type Packed, packed } from "../support/packed.js";

describe("the package", () => {
  let pack: Packed;
  before(() => {
    pack = packed();
  });
  after(() => rmSync(pack.folder, { recursive: true, force: true }));

  it("holds compiled code with its types, the pages with the files they show, and nothing else", () => {
    const kinds = new Set(
      pack.files.map((path) => path.replace(/^.*?((\.d)?\.[a-z]+(\.map)?|LICENSE|pulumi-resource-image-scan)$/, "$1")),
    );
    assert.deepEqual([...kinds].sort(), [
      ".cmd",
      ".css",
      ".d.ts",
      ".html",
      ".js",
      ".json",
      ".md",
      ".svg",
      ".ts",
      ".yaml",
      ".yml",
      "LICENSE",
      "pulumi-resource-image-scan",
    ]);
    for (const path of pack.files)
      assert.match(
        path,
        /^(dist\/(emulator|provider)|docs|emulator\/console|examples|plugin|policy|schemas|template)\/|^[A-Z]+(\.md)?$|^package\.json$/,
      );
    // About 90 kB of it are the pages.
    assert(pack.bytes < 550_000, `${pack.bytes} bytes`);
  });

  it("holds each file that its pages link to", () => {
    const pages = pack.files.filter((path) => path.endsWith(".md"));
    const links = pages.flatMap((page) =>
      [...readFileSync(join(pack.root, page), "utf8").matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(
        ([, path = ""]) => `${page} → ${join(dirname(page), path)}`,
      ),
    );
    assert(links.length > 100, `${links.length} links`);
    const isDead = (link: string) => !existsSync(join(pack.root, link.split(" → ")[1] as string));
    assert.deepEqual(links.filter(isDead), []);
  });

  it("is found by every way of importing it, with the right types", async () => {
    const tarball = new Uint8Array(readFileSync(pack.tarball));
    const analysis = await checkPackage(createPackageFromTarballData(tarball));
    assert(analysis.types);
    // A schema is no code, and has no types.
    const problems = analysis.problems.filter((problem) => !JSON.stringify(problem).includes(".json"));
    assert.deepEqual(problems, []);
  });

  it("says nothing in its package.json that is not so", async () => {
    const tarball = readFileSync(pack.tarball);
    const buffer = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) as ArrayBuffer;
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, pkg ?? {})),
      [],
    );
  });
});
