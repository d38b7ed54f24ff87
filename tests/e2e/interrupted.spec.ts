import assert from "node:assert/strict";
import { Account, imageId } from "../support/account.js";
import { killedUp } from "../support/interrupt.js";
import { Stack } from "../support/stack.js";

const task = (more = "") => `
const release = new tencent.LocalScanTask("release", {
  images: ["${imageId("web")}", "${imageId("api")}"], scanVul: true, ${more}
});
exports.taskId = release.taskId;
exports.status = release.status;`;

describe("interrupted updates, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(600, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const submissions = () => account.calls("CreateAssetImageScanTask").length;

  it("continues to wait for the same task after two timeouts and a refresh", async () => {
    stack = await Stack.create(account.emulator, task("waitTimeoutSeconds: 1,"));
    assert.match(await stack.upFails(), /task 41033 has not ended within 1 s.*run "pulumi up" again/s);
    await stack.succeed("refresh", "--yes", "--skip-preview");
    assert.match(await stack.upFails(), /task 41033 has not ended within 1 s/);
    assert.match(await stack.upFails("--refresh"), /task 41033 has not ended within 1 s/);
    account.finishLocalScans();
    await stack.up();
    assert.deepEqual(
      { ...(await stack.outputs()), submissions: submissions() },
      { taskId: "41033", status: "SUCCEEDED", submissions: 1 },
    );
  });

  it('failOn: "task" fails every update until the task changes, without a new scan', async () => {
    account.emulator.tencent.local.scanMs = 1;
    account.emulator.tencent.local.nextEnd = "Error";
    stack = await Stack.create(account.emulator, task('failOn: "task",'));
    const failing = /task 41033 ended FAILED.*new triggers.*failOn: "never"/s;
    assert.match(await stack.upFails(), failing);
    await stack.succeed("refresh", "--yes", "--skip-preview");
    const calls = account.calls().length;
    assert.match(await stack.upFails(), failing);
    assert.match(await stack.upFails("--refresh"), failing);
    assert.equal(account.calls().length, calls);
    const wait = (await stack.deployment()).resources.find(({ type }) => type.endsWith("Scan"));
    assert.equal(wait?.outputs?.["status"], "FAILED");

    stack.program(task('failOn: "never",'));
    assert.match(await stack.up(), /warning: the scan of task 41033 ended FAILED/);
    assert.deepEqual(
      { ...(await stack.outputs()), submissions: submissions() },
      { taskId: "41033", status: "FAILED", submissions: 1 },
    );

    stack.program(task('failOn: "task", triggers: ["again"],'));
    await stack.up();
    assert.deepEqual(
      { ...(await stack.outputs()), submissions: submissions() },
      { taskId: "41034", status: "SUCCEEDED", submissions: 2 },
    );
  });

  it("finds its task after a SIGKILL before the answer, even when the scan has ended", async () => {
    account.emulator.faults.plan({ action: "CreateAssetImageScanTask", fault: "hang", executed: true });
    account.emulator.tencent.local.scanMs = 1;
    stack = await Stack.create(account.emulator, task());
    await killedUp(stack, account.emulator, ({ action }) => action === "CreateAssetImageScanTask");
    await stack.up();
    assert.deepEqual(
      { ...(await stack.outputs()), submissions: submissions() },
      { taskId: "41033", status: "SUCCEEDED", submissions: 1 },
    );
  });
});
