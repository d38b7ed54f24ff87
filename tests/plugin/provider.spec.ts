import assert from "node:assert/strict";
import { Account, imageId } from "../support/account.js";
import { initFailureOf, Plugin } from "../support/plugin.js";

const text = (name: string) => `exports.handler=()=>require("pulumi-image-scan/run")("${name}")`;
const setting = {
  __provider: text("tencent:ScanSetting"),
  enable: true,
  scanTime: "01:00",
  scanPeriod: 1,
  scanVul: true,
  scanVirus: true,
  scanRisk: true,
};
const line = "urn:pulumi:dev::app::pulumi-nodejs:dynamic:LocalScan::release";
const request = { images: [imageId("web")], scanVul: true };

describe("the provider's process", () => {
  let account: Account;
  let plugin: Plugin;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
    const { endpoint, secretId, secretKey } = account.emulator.address.tencent;
    plugin = await Plugin.start({
      "tencentcloud:endpoint": endpoint,
      "tencentcloud:secretId": secretId,
      "tencentcloud:secretKey": secretKey,
    });
  });
  afterEach(async () => {
    await plugin.stop();
    await account.close();
  });

  async function submitted() {
    const baseline = await plugin.create({
      __provider: text("tencent:LocalScanTask/baseline"),
      ...request,
    });
    const { reading, fingerprint } = baseline.outs;
    const inputs = {
      __provider: text("tencent:LocalScanTask/submission"),
      baseline: { request, fingerprint, reading },
      line,
    };
    const submission = await plugin.create(inputs);
    const submitted = submission.outs["submitted"] as Record<string, unknown>;
    const wait = {
      __provider: text("tencent:LocalScanTask/wait"),
      line,
      submitted: { request, reading, ...submitted },
    };
    return { inputs, submission, submitted, wait };
  }

  it("runs a setting from create to delete", async () => {
    const { inputs, failures } = await plugin.check(setting);
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs, setting);
    const { id, outs } = await plugin.create(inputs);
    assert.equal(id, "tencent:ScanSetting");
    assert.equal(outs["__provider"], setting.__provider);
    assert.deepEqual(await plugin.diff(id, outs, { ...inputs, scanTime: "02:00" }), { changes: 0, replaces: [] });
    assert.deepEqual(await plugin.diff(id, outs, { ...inputs, account: "prod" }), {
      changes: 0,
      replaces: ["account"],
    });
    const updated = await plugin.update(id, outs, { ...inputs, scanTime: "02:00" });
    assert.equal(updated["scanTime"], "02:00");
    const read = await plugin.read(id, updated);
    assert.equal(read.inputs?.["scanTime"], "02:00");
    await plugin.delete(id, updated);
    // The setting was updated in this same run, so its delete is that of a replaced one.
    assert.equal(account.emulator.tencent.local.setting.values["Enable"], true);
  });

  it("reports bad inputs by the path of the field, and without the value that the engine would print, before any call", async () => {
    const { failures } = await plugin.check({ ...setting, scanTime: "later", scanPeriod: 0.5 });
    assert.deepEqual(failures.map(({ property, reason }) => [property, reason.split(",")[0]]).sort(), [
      ["", "scanPeriod is 0.5"],
      ["", 'scanTime is "later"'],
    ]);
    assert.deepEqual(account.calls(), []);
  });

  it("runs a task through its three steps, and shows progress on the task's line", async () => {
    const { submission, wait, inputs } = await submitted();
    assert.equal(submission.id, "41033");
    const { outs } = await plugin.create(wait);
    assert.equal(outs["status"], "SUCCEEDED");
    const [log] = plugin.logs;
    assert.deepEqual({ urn: log?.urn, ephemeral: log?.ephemeral }, { urn: line, ephemeral: true });
    assert.match(log?.message ?? "", /^0% .*, 0\/1 images \[task 41033; Ctrl-C twice stops the wait/);
    assert.equal(plugin.logs.at(-1)?.message, "SUCCEEDED, 1/1 images");

    assert.deepEqual((await plugin.read("41033", submission.outs)).outs, submission.outs);
    assert.deepEqual(await plugin.update("41033", submission.outs, { ...inputs, onDelete: "leave" }), {
      ...submission.outs,
      onDelete: "leave",
    });
    const calls = account.calls().length;
    await plugin.delete("w", outs);
    await plugin.delete("41033", submission.outs);
    assert.equal(account.calls().length, calls);
  });

  it("returns a usable state for a task whose wait did not end", async () => {
    account.emulator.tencent.local.scanMs = 60_000;
    const { wait, submitted: task } = await submitted();
    const error = await plugin.create({ ...wait, waitTimeoutSeconds: 1 }).catch((e: unknown) => e);
    const { id, properties, reasons } = initFailureOf(error);
    assert.equal(id, task["submission"]);
    assert.deepEqual(properties, { waitedFor: id, __provider: wait.__provider });
    assert.equal(reasons.length, 1);
    assert.match(reasons[0] ?? "", /task 41033 has not ended within 1 s/);
    assert.deepEqual(await plugin.diff(id, properties, { ...wait, waitTimeoutSeconds: 1 }), {
      changes: 2,
      replaces: [],
    });
    const { urn, message } = plugin.logs.at(-1) ?? {};
    assert.deepEqual([urn, message], [line, "continues to wait for task 41033, without a new scan"]);
  });

  it("warns of a scan that did not succeed", async () => {
    account.emulator.tencent.local.nextEnd = "Error";
    const { wait } = await submitted();
    assert.equal((await plugin.create(wait)).outs["status"], "FAILED");
    const warning = plugin.logs.find((log) => log.warning);
    assert.equal(warning?.urn, line);
    assert.match(warning?.message ?? "", /the scan of task 41033 ended FAILED/);
  });

  it("reports a failed read without a stack trace", async () => {
    const { outs } = await plugin.create(setting);
    account.emulator.faults.plan({ fault: "error", code: "AuthFailure.UnauthorizedOperation" });
    await assert.rejects(plugin.read("id", outs), /AuthFailure.UnauthorizedOperation/);
    assert.match(plugin.stderr, /grant it this action in CAM/);
    assert.doesNotMatch(plugin.stderr, /\n\s+at /);
  });

  it("ends by itself when the engine is gone, idle or during a wait", async () => {
    account.emulator.tencent.local.scanMs = 600_000;
    const { wait } = await submitted();
    plugin.create(wait).catch(() => undefined);
    await plugin.loseEngine(10_000);
  });

  it("survives every fault of an answer, with a message for each", async () => {
    const { outs } = await plugin.create(setting);
    const spoiling = ["reset", "half", "garbage", "empty", "huge", "types", "status"] as const;
    for (const fault of spoiling) {
      account.emulator.faults.plan({ fault, times: 10 });
      const error = await plugin.read("id", outs).catch((caught: unknown) => caught);
      assert(error instanceof Error, fault);
      assert.match(error.message, /DescribeAssetImageScanSetting: /);
      account.emulator.faults.clear();
      assert.equal((await plugin.read("id", outs)).inputs?.["scanTime"], "01:00");
    }
    assert.doesNotMatch(plugin.stderr, /\n\s+at /);
  });

  it("a refusal says that refresh and destroy use the last update's config", async () => {
    const { tencent } = account.emulator.address;
    const { id, outs } = await plugin.create(setting);
    const stale = await Plugin.start({
      "tencentcloud:endpoint": tencent.endpoint,
      "tencentcloud:secretId": tencent.secretId,
      "tencentcloud:secretKey": "of last year",
    });
    try {
      const told = /AuthFailure\.SignatureFailure.*config of the last update; with --run-program/;
      await assert.rejects(stale.read(id, outs), told);
      await assert.rejects(stale.delete(id, outs), told);
    } finally {
      await stale.stop();
    }
  });
});
