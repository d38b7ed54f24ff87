import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Emulator } from "../../emulator/index.js";
import { renderImages } from "../../provider/cli/images-table.js";
import { huawei, tencent } from "../../provider/index.js";
import { errorCodes } from "../../provider/model/error-codes.js";
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

  it("has a heading for each error code, and explains no code that does not exist", () => {
    const headings = [...guide.matchAll(/^#+ (IS-.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, [...errorCodes]);
  });

  for (const code of errorCodes) {
    it(`explains ${code} in a section of its own`, () => {
      const [, section = ""] = new RegExp(`^### ${code}\\n(.*?)(?=^##)`, "ms").exec(guide) ?? [];
      assert(section.trim().length > 60, section);
    });
  }

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

describe("the maps of the code", () => {
  const root = resolve(__dirname, "../../..");
  const textOf = (page: string) => readFileSync(resolve(root, page), "utf8");
  const names = (page: string) => [...textOf(page).matchAll(/`([^`\n]+)`/g)].map(([, name = ""]) => name);

  it("CONTRIBUTING.md names files and folders that exist", () => {
    const paths = names("CONTRIBUTING.md").filter((name) => /^(provider|emulator|tests|docs)\/[\w./-]*$/.test(name));
    assert(paths.length > 40, `${paths.length} paths`);
    assert.deepEqual(
      paths.filter((path) => !existsSync(resolve(root, path))),
      [],
    );
  });

  it("CONTRIBUTING.md says why each dependency is there, and of no other", () => {
    const { dependencies, devDependencies } = JSON.parse(textOf("package.json"));
    const [, table = ""] = textOf("CONTRIBUTING.md").split("## Dependencies");
    const explained = table
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    assert.deepEqual(explained.sort(), [...Object.keys(dependencies), ...Object.keys(devDependencies)].sort());
  });

  it("docs/architecture.md leads a field through functions that exist, in files that exist", () => {
    const rows = [...textOf("docs/architecture.md").matchAll(/^\| (?:program|provider) \|([^|]*)\| `([^`]*)` \|/gm)];
    assert(rows.length > 12, `${rows.length} rows`);
    for (const [, functions = "", file = ""] of rows) {
      const source = textOf(`provider/${file}`);
      for (const [, name = ""] of functions.matchAll(/`(\w+)`/g))
        assert.match(source, new RegExp(`\\b${name}\\b`), `${name} in ${file}`);
    }
  });
});

describe("the pages", () => {
  const root = resolve(__dirname, "../../..");
  const inDocs = readdirSync(resolve(root, "docs")).filter((name) => name.includes("."));
  const pages = ["README.md", "CONTRIBUTING.md", ...inDocs.map((name) => `docs/${name}`)];
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

  it("never put npm's commands, of which one is called pulumi, before the CLI of the user", () => {
    for (const page of pages) assert.doesNotMatch(textOf(page), /PATH=\S*\.bin\S*:\$PATH/, page);
  });

  it("show the keys that the emulator accepts", async () => {
    const emulator = new Emulator();
    const { tencent: cloud, huawei: hss } = await emulator.listen();
    await emulator.close();
    const keys = {
      TENCENTCLOUD_SECRET_ID: cloud.secretId,
      TENCENTCLOUD_SECRET_KEY: cloud.secretKey,
      HUAWEICLOUD_SDK_AK: hss.accessKey,
      HUAWEICLOUD_SDK_SK: hss.secretKey,
    };
    for (const [name, key] of Object.entries(keys))
      assert(textOf("README.md").includes(`export ${name}=${key}\n`), name);
  });

  it("are all to be found from the README", () => {
    for (const page of pages.slice(1)) assert(textOf("README.md").includes(`(${page}`), page);
  });
});

describe("docs/images.md", () => {
  const images = readFileSync(resolve(__dirname, "../../../docs/images.md"), "utf8");

  it("has every lookup, and every argument of one", () => {
    const lookups = [tencent, huawei].flatMap((cloud) => Object.keys(cloud)).filter((name) => /^get.*s$/.test(name));
    assert.deepEqual(lookups.sort(), ["getImages", "getLocalImages", "getRegistryImages"]);
    for (const name of lookups) assert(images.includes(`.${name}\``), name);
    const told = [...images.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, names = ""]) => names.match(/\w+/g));
    const args = ["image", "name", "namespace", "tag", "digest", "registry", "registryType", "account", "maxImages"];
    for (const name of args) assert(told.includes(name), name);
  });

  it("shows what the command prints", () => {
    const scan = { scanStatus: "NOT_SCAN", scanTime: undefined };
    const facts = ["id 8741110, tcr demo", `sha256:${"8741110".padStart(64, "0")}`];
    assert(images.includes(renderImages([{ name: "shop/web:1.4.2", ...scan, facts }])));
  });
});
