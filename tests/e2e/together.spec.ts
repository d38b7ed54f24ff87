import assert from "node:assert/strict";
import { Account, imageId } from "../support/account.js";
import { Stack } from "../support/stack.js";

const each = 14;
const tasks = (prefix: string) => `
const { LocalScanTask } = tencent;
const tasks = Array.from({ length: ${each} }, (_, at) =>
  new LocalScanTask(\`${prefix}-\${at}\`, { images: [\`sha256:${prefix}-\${at}\`], scanVul: true }));
exports.ids = pulumi.all(tasks.map(({ taskId }) => taskId));
exports.statuses = pulumi.all(tasks.map(({ status }) => status));`;
const setting = (time: string) => `
const nightly = new tencent.ScanSetting("nightly", {
  enable: true, scanTime: "${time}", scanPeriod: 1, scanVul: true, scanVirus: true, scanRisk: true,
});`;

describe("two stacks in one account, on the real engine", () => {
  let account: Account;
  let ours: Stack;
  let theirs: Stack;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
  });
  afterEach(async () => {
    for (const stack of [ours, theirs]) await stack.remove();
    await account.close();
  });

  it("never use each other's task, and slow down when throttled", async () => {
    const { local, calls } = account.emulator.tencent;
    for (const prefix of ["ours", "theirs"]) {
      for (let at = 0; at < each; at++) local.add({ id: `sha256:${prefix}-${at}`, name: `${prefix}:${at}` });
    }
    ours = await Stack.create(account.emulator, tasks("ours"));
    theirs = await Stack.create(account.emulator, tasks("theirs"));
    await Promise.all([ours.up(), theirs.up()]);
    const ids = [];
    for (const [prefix, stack] of Object.entries({ ours, theirs })) {
      const outputs = (await stack.outputs()) as { ids: string[]; statuses: string[] };
      assert.deepEqual(outputs.statuses, Array(each).fill("SUCCEEDED"));
      for (const [at, id] of outputs.ids.entries())
        assert.deepEqual(
          local.tasks.get(id)?.images.map((image) => image.id),
          [`sha256:${prefix}-${at}`],
        );
      ids.push(...outputs.ids);
    }
    assert.equal(new Set(ids).size, 2 * each);
    assert.equal(local.tasks.size, 2 * each);
    const refused = calls.filter(({ code }) => code === "RequestLimitExceeded").length;
    process.stdout.write(`      ${refused} of ${calls.length} calls were refused for their number\n`);
  });

  it("a stack warns when another stack has changed the same setting", async () => {
    ours = await Stack.create(account.emulator, setting("01:00"));
    theirs = await Stack.create(account.emulator, setting("02:00"));
    await ours.up();
    assert.match(await theirs.up(), /overwrites an enabled schedule of the account, which differs in scanTime/);
    ours.program(setting("03:00"));
    const output = await ours.up();
    assert.match(output, /was changed by somebody else since the last update, in scanTime \(now "02:00"\)/);
    assert.match(output, /if two stacks, or a stack and a person, manage it, each undoes what the other does/);
    assert.equal(account.emulator.tencent.local.setting.values["ScanTime"], "03:00");
  });

  it("a retry hook repeats a wait that was too short, and starts no second scan", async function () {
    account.emulator.tencent.local.scanMs = 4_000;
    account.emulator.faults.plan({ action: "CreateAssetImageScanTask", fault: "reset", executed: true });
    ours = await Stack.create(
      account.emulator,
      `
const again = new pulumi.ErrorHook("again", async () => true);
const args = { images: ["${imageId("web")}"], scanVul: true, waitTimeoutSeconds: 1 };
const task = new tencent.LocalScanTask("release", args, { hooks: { onError: [again] } });
exports.status = task.status;`,
    );
    ours.useOwnHost();
    theirs = await Stack.create(account.emulator, "");
    const { code, output } = await ours.run("up", "--yes", "--skip-preview");
    if (output.includes("RegisterErrorHook")) {
      process.stdout.write("      skipped: this engine does not know error hooks\n");
      this.skip();
    }
    assert.equal(code, 0, output);
    assert.match(output, /LocalScan release .*retrying create due to on-error hook request/);
    assert.deepEqual(await ours.outputs(), { status: "SUCCEEDED" });
    assert.equal(account.calls("CreateAssetImageScanTask").length, 1);
  });
});
