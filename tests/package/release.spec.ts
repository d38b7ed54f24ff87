import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");

describe("the notes of a release", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-image-scan-release-"));
    cpSync(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "version": "1.2.0" }');
    writeFileSync(
      join(folder, "CHANGELOG.md"),
      "# Changelog\n\n## 1.2.0 (2027-01-02)\n\n- Add a thing\n\n## 1.1.0\n\n- Old\n",
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const notes = (tag: string) =>
    spawnSync(process.execPath, [join(folder, "scripts", "release-notes.mjs"), tag], { encoding: "utf8" });

  it("are its part of the changelog", () => {
    const { stdout, status } = notes("v1.2.0");
    assert.deepEqual([stdout, status], ["- Add a thing\n", 0]);
  });

  it("stop a release whose tag is not the version of the package", () => {
    const { stderr, status } = notes("v1.3.0");
    assert.deepEqual([stderr, status], ["the tag is of version 1.3.0, and package.json of 1.2.0\n", 1]);
  });

  it("stop a release of which the changelog says nothing", () => {
    writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n- Add a thing\n");
    const { stderr, status } = notes("v1.2.0");
    assert.deepEqual([stderr, status], ['CHANGELOG.md has no section "## 1.2.0", or an empty one\n', 1]);
  });
});

describe("the template of a project", () => {
  it("asks for the version of the package that it lies beside, and for what that needs", () => {
    const json = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
    const own = json("package.json");
    const { dependencies, devDependencies } = json("template/package.json");
    assert.equal(dependencies["pulumi-image-scan"], `^${own.version}`);
    assert.equal(dependencies["@pulumi/pulumi"], own.dependencies["@pulumi/pulumi"]);
    for (const [name, version] of Object.entries(devDependencies))
      assert.equal(version, own.devDependencies[name], name);
  });
});
