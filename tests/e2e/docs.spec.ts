import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Account, imageId } from "../support/account.js";
import { asCommonJs, blocksOf } from "../support/documented-files.js";
import { Stack } from "../support/stack.js";

// Programs of the docs, as they stand there, and the commands beside them.

const command = resolve(__dirname, "../../provider/cli/main.js");

/** Those that need nothing from elsewhere on their page. */
function programsOf(page: string): string[] {
  return blocksOf(page, "ts").filter((block) => block.includes('from "pulumi-image-scan";'));
}

/** All of a page in one program, each by itself. */
function inOne(blocks: readonly string[]): string {
  const whole = blocks.map((block) => `((exports) => {\n${asCommonJs(block)}\n})(exports);`).join("\n");
  return whole.replaceAll("sha256:…", imageId("web"));
}

describe("programs in the docs, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const started = async (page: string, least: number): Promise<void> => {
    const programs = programsOf(page);
    assert(programs.length >= least, `${page} has ${programs.length} programs`);
    stack = await Stack.create(account.emulator, inOne(programs));
  };

  it("README.md: the first program for each cloud runs", async () => {
    await started("README.md", 2);
    await stack.up();
    const { taskId, status } = await stack.outputs();
    assert.deepEqual([taskId, status], ["41033", "SUCCEEDED"]);
    assert.equal(account.submissions().length, 2);
    assert.match(await stack.up(), /unchanged/);
    assert.equal(account.submissions().length, 2);
  });

  it("docs/scans.md: the program runs", async () => {
    await started("docs/scans.md", 1);
    await stack.up();
    const { status, findings } = (await stack.outputs()) as { status: string; findings: { total: number } };
    assert.deepEqual([status, findings.total], ["SUCCEEDED", 1]);
  });

  it("docs/images.md: what texts name and lookups find is scanned, and not again", async () => {
    await started("docs/images.md", 4);
    await stack.up();
    const statuses = { webStatus: "SUCCEEDED", localStatus: "SUCCEEDED", apiStatus: "SUCCEEDED" };
    assert.deepEqual(await stack.outputs(), statuses);
    // Two tasks name the same image: one of them is refused while the other runs, and sent again.
    const submitted = account.submissions().length;
    const { tencent, huawei } = account.emulator;
    const scans = [tencent.local.tasks.size, tencent.registry.tasks.size, huawei.world.tasks.length];
    assert.deepEqual(scans, [2, 2, 2]);
    assert.match(await stack.up(), /unchanged/);
    assert.equal(account.submissions().length, submitted);
  });

  it("docs/scheduling.md: all three schedules, and nothing of them afterwards", async () => {
    await started("docs/scheduling.md", 1);
    await stack.up();
    const { tencent, huawei } = account.emulator;
    const enabled = () => [
      tencent.local.setting.values["Enable"],
      tencent.registry.setting.values["Enable"],
      huawei.world.policyOf("0").enabled,
    ];
    assert.deepEqual(enabled(), [true, true, true]);
    await stack.succeed("destroy", "--yes", "--skip-preview");
    assert.deepEqual(enabled(), [false, false, false]);
  });

  it("docs/reports.md: the program runs, and the command reads its outputs", async () => {
    await started("docs/reports.md", 1);
    await stack.up();
    const [line = ""] = blocksOf("docs/reports.md", "sh");
    const [outputs, report] = line.trim().split(" | ");
    assert.equal(outputs, "pulumi stack output --json");
    const words = (report ?? "").split(" ");
    assert.deepEqual(words.slice(0, 2), ["npx", "pulumi-image-scan"]);
    const { status, stderr } = spawnSync(process.execPath, [command, ...words.slice(2)], {
      cwd: stack.folder,
      input: await stack.succeed("stack", "output", "--json"),
      encoding: "utf8",
    });
    assert.deepEqual([status, stderr], [0, "1 scan: 1 good; gate scanGate: PASS\n"]);
    for (const file of ["scans.html", "scans.md", "scans.xml", "scans.sarif"])
      assert.match(readFileSync(join(stack.folder, file), "utf8"), /shop\/web/);
  });

  it("docs/accounts.md: the program uses the config of two accounts", async () => {
    await started("docs/accounts.md", 1);
    const { url, tencent } = account.emulator.address;
    const values = [tencent.secretId, tencent.secretKey];
    const [lines = ""] = blocksOf("docs/accounts.md", "sh");
    for (const line of lines.trim().split("\n")) {
      const [pulumi, ...words] = line.split(" ").map((word) => (word === "…" ? (values.shift() as string) : word));
      assert.equal(pulumi, "pulumi");
      await stack.succeed(...words);
    }
    for (const name of ["staging", "prod"]) await stack.succeed("config", "set", `tencentcloud-${name}:endpoint`, url);
    await stack.up();
    const { scanGate } = (await stack.outputs()) as { scanGate: { verdict: string; taskIds: string[] } };
    assert.deepEqual([scanGate.verdict, scanGate.taskIds.length], ["PASS", 2]);
    assert.equal(account.calls("AssumeRole").length, 1);
    assert.equal(account.calls("GetCallerIdentity").length > 0, true);
  });

  it("docs/emulator.md: the requests change the emulated account", async () => {
    stack = await Stack.create(account.emulator, "");
    const [block = ""] = blocksOf("docs/emulator.md", "ts");
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", block], {
      cwd: stack.folder,
      encoding: "utf8",
    });
    assert.deepEqual([status, stderr], [0, ""]);
  });
});
