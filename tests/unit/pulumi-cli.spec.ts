import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const script = pathToFileURL(resolve(__dirname, "../../../scripts/pulumi-cli.mjs")).href;
// The launcher must not reach out of this machine.
const offline = `--import=data:text/javascript,${encodeURIComponent("globalThis.fetch = async () => { throw new Error('unreachable') }")}`;

describe("the search for a Pulumi CLI", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-image-scan-cli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function executable(path: string, version: string): void {
    mkdirSync(join(folder, path), { recursive: true });
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
      writeFileSync(join(folder, path, name), `#!/bin/sh\necho v${version}\n`);
      chmodSync(join(folder, path, name), 0o755);
    }
  }

  function pulumiCli(): { status: number | null; stdout: string; stderr: string } {
    const code = `import(${JSON.stringify(script)}).then((m) => m.pulumiCli()).catch((e) => { console.error(e.message); process.exit(1); })`;
    const env = { PATH: join(folder, "bin"), PULUMI_HOME: join(folder, "home"), NODE_OPTIONS: offline };
    return spawnSync(process.execPath, ["-e", code], { encoding: "utf8", env });
  }

  it("takes the CLI on PATH if it is recent enough", () => {
    executable("bin", "3.300.1");
    assert.match(pulumiCli().stdout, /^Pulumi CLI 3\.300\.1: found on PATH/);
  });

  it("takes the launcher's CLI if the one on PATH is too old", () => {
    executable("bin", "3.219.9");
    executable("home/versions/3.220.0/bin", "3.220.0");
    assert.match(pulumiCli().stdout, /^Pulumi CLI 3\.220\.0: from the launcher's folder/);
  });

  it("fails with each attempt and the remedy if there is no CLI, launcher or Go", () => {
    executable("bin", "3.100.0");
    const { status, stderr } = pulumiCli();
    assert.equal(status, 1);
    assert.match(stderr, /is 3\.100\.0, and 3\.220\.0 or later is needed/);
    assert.match(stderr, /official launcher .* failed: .*unreachable/);
    assert.match(stderr, /there is no Go on PATH/);
    assert.match(stderr, /Install the Pulumi CLI/);
  });
});
