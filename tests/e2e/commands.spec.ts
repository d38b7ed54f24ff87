import assert from "node:assert/strict";
import { Account, imageId } from "../support/account.js";
import { Stack } from "../support/stack.js";

// Pulumi's commands that name a URN, on one step of a task and on all of them. What it costs is counted at the cloud.

const release = (trigger: string, options = "{}", more = "") => `
const task = new tencent.LocalScanTask("release", {
  images: ["${imageId("web")}"], scanVul: true, triggers: ["${trigger}"], ${more}
}, ${options});
exports.task = pulumi.all([task.taskId, task.status]);
exports.reason = task.reason;`;
const urnOf = (step: string) => `urn:pulumi:dev::app::pulumi-nodejs:dynamic:Local${step}::release`;
const [baseline, submission, wait] = [urnOf("Read"), urnOf("Send"), urnOf("Scan")];
const all = "**::release";
const unsent = /^its request has changed, and was not sent; run pulumi up without --target/;

describe("a command that names a step of a task, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  const open = async (program: string, scanSeconds = 0) => {
    account = await Account.open(scanSeconds, Date.now);
    stack = await Stack.create(account.emulator, program);
    await stack.up();
  };
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const started = () => account.submissions().length;
  const stops = () => account.calls("ModifyAssetImageScanStop").length;
  /** Which task is shown, how it ended, and how many scans were started so far. */
  const requireShown = async (id: string, status: string | null, scans: number) => {
    const { task, reason = "" } = await stack.outputs();
    assert.deepEqual([task, started()], [[id, status], scans]);
    return String(reason);
  };

  it("scans only with a new baseline: --replace, --target-replace and state taint of a finished task", async () => {
    await open(release("1"));
    for (const urn of [wait, submission]) {
      await stack.up("--replace", urn);
      await requireShown("41033", "SUCCEEDED", 1);
      await stack.succeed("state", "taint", urn);
      await stack.up();
      await requireShown("41033", "SUCCEEDED", 1);
      await stack.up("--target-replace", urn);
    }
    // The wait is not of the submission that stands for the task now.
    assert.match(
      await requireShown("41033", "UNKNOWN", 1),
      /no update has waited for the end of this scan; run pulumi up without --target/,
    );
    await stack.up();
    await requireShown("41033", "SUCCEEDED", 1);
    await stack.up("--replace", all);
    await requireShown("41034", "SUCCEEDED", 2);
    await stack.succeed("state", "taint", baseline);
    await stack.up();
    await requireShown("41035", "SUCCEEDED", 3);
    assert.match(await stack.up(), /4 unchanged/);
    assert.equal(stops(), 0);
  });

  it("finds the task of a running scan again, and does not stop it", async () => {
    await open(release("1", "{}", "wait: false,"), 600);
    assert.match(
      await stack.up("--replace", submission),
      /LocalSend release .*checking for half a minute whether an earlier update started this scan; nothing is submitted yet/,
    );
    // The delete comes first.
    stack.program(release("1", "{ deleteBeforeReplace: true }", "wait: false,"));
    await stack.up("--replace", submission);
    await stack.succeed("state", "taint", submission);
    await stack.up();
    await stack.succeed("state", "delete", submission, "--yes");
    await stack.up();
    await requireShown("41033", null, 1);
    assert.equal(stops(), 0);
    // With a new request the same option stops the old scan first.
    stack.program(release("2", "{ deleteBeforeReplace: true }", "wait: false,"));
    await stack.up();
    await requireShown("41034", null, 2);
    assert.equal(stops(), 1);
  });

  it("finds the task again after state delete, and scans where the baseline is lost", async () => {
    await open(release("1"));
    await stack.succeed("state", "delete", wait, "--yes");
    await stack.up();
    await stack.succeed("state", "delete", submission, "--yes", "--target-dependents");
    await stack.up();
    await requireShown("41033", "SUCCEEDED", 1);
    await stack.succeed("state", "delete", baseline, "--yes", "--target-dependents");
    await stack.up();
    await requireShown("41034", "SUCCEEDED", 2);
    // Renamed step by step, as the guide says.
    for (const urn of [baseline, submission, wait]) await stack.succeed("state", "rename", urn, "renamed", "--yes");
    stack.program(release("1").replace('"release"', '"renamed"'));
    assert.match(await stack.up(), /4 unchanged/);
    await requireShown("41034", "SUCCEEDED", 2);
  });

  it("publishes no status for a request that --target left out", async () => {
    await open(release("1"));
    const calls = account.calls().length;
    stack.program(release("2", "{}", 'failOn: "task",'));
    // A task that fails its update does so here as well: what depends on it must not go on.
    assert.match(await stack.upFails("--target", wait), /its request has changed, and was not sent.*\[IS-RESULT\]/);
    stack.program(release("2"));
    await stack.up("--target", wait);
    assert.match(await requireShown("41033", "UNKNOWN", 1), unsent);
    for (const urn of [submission, wait]) {
      await stack.up("--target", urn);
      assert.match(await requireShown("41033", "UNKNOWN", 1), unsent);
    }
    assert.equal(account.calls().length, calls);
    // What is asked for again has been scanned.
    stack.program(release("1"));
    await stack.up();
    await requireShown("41033", "SUCCEEDED", 1);

    stack.program(release("2"));
    await stack.up("--target", "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev");
    assert.match(await requireShown("41033", "UNKNOWN", 1), unsent);
    await stack.up("--target", all);
    await requireShown("41034", "SUCCEEDED", 2);
  });

  it("does the other steps with --exclude of one", async () => {
    await open(release("1"));
    stack.program(release("2"));
    await stack.up("--exclude", all);
    assert.match(await requireShown("41033", "UNKNOWN", 1), unsent);
    await stack.up("--exclude", baseline);
    assert.match(await requireShown("41033", "UNKNOWN", 1), unsent);
    await stack.up("--exclude", wait);
    assert.match(await requireShown("41034", "UNKNOWN", 2), /no update has waited for the end/);
    await stack.up();
    await requireShown("41034", "SUCCEEDED", 2);
    assert.match(await stack.up(), /4 unchanged/);
  });
});
