import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { policies } from "../../provider/policy/policies.js";

const page = readFileSync(resolve(__dirname, "../../../docs/policies.md"), "utf8");

describe("docs/policies.md", () => {
  for (const { name, configSchema, ...policy } of policies) {
    it(`describes ${name}: its settings, and whether it corrects inputs`, () => {
      const [, , config = "", mends = ""] =
        page
          .split("\n")
          .find((line) => line.startsWith(`| \`${name}\` |`))
          ?.split("|")
          .slice(1) ?? [];
      for (const property of Object.keys(configSchema?.properties ?? {}))
        assert(config.includes(`\`${property}\``), config);
      assert.equal(config.trim() === "", configSchema === undefined);
      assert.equal(mends.trim() === "yes", "remediateResource" in policy);
    });
  }
});

describe("docs/troubleshooting.md", () => {
  const root = resolve(__dirname, "../../..");
  const guide = readFileSync(resolve(root, "docs/troubleshooting.md"), "utf8");
  const sources = readdirSync(resolve(root, "provider"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(resolve(root, "provider", name), "utf8"))
    .join("\n")
    // Messages stand on several lines, in several quotes, and with values in them.
    .replace(/["'`]\s*\+\s*["'`]/g, "")
    .replace(/\$\{[^}]*\}+/g, "…")
    .replace(/["'`]/g, "");

  for (const quote of guide.split("\n").filter((line) => line.startsWith("> "))) {
    it(`quotes a message that exists: ${quote.slice(2, 60)}`, () => {
      const parts = quote.slice(2).replace(/["'`]/g, "").split("…");
      const [longest = ""] = parts
        .map((part) => part.replace(/[.,: ]+$/, "").trim())
        .sort((a, b) => b.length - a.length);
      assert(longest.length > 20, longest);
      assert(sources.includes(longest), longest);
    });
  }
});

describe("the pages of the docs", () => {
  const root = resolve(__dirname, "../../..");
  const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(resolve(root, "docs")).map((name) => `docs/${name}`)];
  const textOf = (page: string) => readFileSync(resolve(root, page), "utf8");
  /** As GitHub makes them. */
  const anchorsOf = (page: string) =>
    [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );

  it("have only valid links", () => {
    const links = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
        ([, path = "", anchor]) => [page, path === "" ? page : join(dirname(page), path), anchor] as const,
      ),
    );
    assert(links.length > 40, `${links.length} links`);
    const broken = links.filter(
      ([, path, anchor]) =>
        !existsSync(resolve(root, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor)),
    );
    assert.deepEqual(broken, []);
  });

  it("are all reachable from the README", () => {
    for (const page of pages.slice(1)) assert(textOf("README.md").includes(`(${page}`), page);
  });
});
