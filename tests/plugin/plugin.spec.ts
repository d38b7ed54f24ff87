import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { pluginTaskType, type TaskStep } from "../../provider/model/resource-types.js";
import { Account, imageId } from "../support/account.js";
import { initFailureOf, Plugin, processes } from "../support/plugin.js";
import { until } from "../support/until.js";

type Properties = Record<string, unknown>;

const secret = (value: unknown) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });
const urn = (type: string) => `urn:pulumi:dev::app::${type}::one`;
const step = (name: TaskStep) => urn(pluginTaskType("tencent:LocalScanTask", name));
const setting = {
  enable: true,
  scanTime: "01:00",
  scanPeriod: 1,
  scanVul: true,
  scanVirus: true,
  scanRisk: true,
};
const request = { images: [imageId("web")], scanVul: true };
const script = resolve(__dirname, "../../../plugin/pulumi-resource-image-scan");
const gate = urn("image-scan:index:ScanGate");
const pass = urn("image-scan:index:ScanGatePass");

describe("the plugin's process", () => {
  let account: Account;
  let plugin: Plugin;
  let keys: Properties;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
    const { endpoint, secretId, secretKey } = account.emulator.address.tencent;
    keys = { endpoint, secretId, secretKey };
    plugin = await Plugin.start({ tencentcloud: secret(JSON.stringify(keys)) }, processes.plugin);
  });
  afterEach(async () => {
    await plugin.stop();
    await account.close();
  });

  async function submit(): Promise<Properties> {
    plugin.urn = step("baseline");
    const { fingerprint, reading } = (await plugin.create(request)).outs;
    plugin.urn = step("submission");
    const { outs } = await plugin.create({ baseline: { request, fingerprint, reading } });
    return { submitted: { request, reading, fingerprint, ...(outs["submitted"] as object) } };
  }

  it("says plainly that there is no Node", () => {
    const { status, stderr } = spawnSync("/bin/sh", [script, "127.0.0.1:1"], { env: { PATH: "" }, encoding: "utf8" });
    assert.deepEqual(
      [status, stderr],
      [
        1,
        "pulumi-resource-image-scan needs Node 22.19 or later, and finds no node on PATH; install it from nodejs.org\n",
      ],
    );
  });

  it("says its version", async () => {
    assert.match(await plugin.pluginVersion(), /^\d+\.\d+\.\d+/);
  });

  it("reads keys of named accounts, as JSON or as objects", async () => {
    for (const accounts of [
      { prod: { tencentcloud: keys } },
      secret(JSON.stringify({ prod: { tencentcloud: keys } })),
    ]) {
      const named = await Plugin.start({ accounts }, processes.plugin);
      named.urn = urn("image-scan:tencent:ScanSetting");
      try {
        assert.equal((await named.create({ ...setting, account: "prod" })).id, "tencent:ScanSetting");
        const missing =
          /image-scan:accounts\.test\.tencentcloud\.secretId is not set: pulumi config set --path --secret image-scan:accounts\.test\.tencentcloud\.secretId VALUE/;
        await assert.rejects(named.create({ ...setting, account: "test" }), missing);
      } finally {
        await named.stop();
      }
    }
  });

  it("names a wrong setting of the config", async () => {
    const wrong = { tencentcloud: { ...keys, secretid: "x" }, acounts: {}, huaweicloud: "x" };
    const { failures } = await plugin.checkConfig(wrong);
    assert.deepEqual(failures.sort(), [
      'image-scan:acounts is not a setting; did you mean "accounts"?',
      "image-scan:huaweicloud is not an object with settings",
      'image-scan:tencentcloud.secretid is not a setting; did you mean "secretId"?',
    ]);
    const nested = { accounts: secret(JSON.stringify({ prod: { tencentclod: keys }, "a b": {} })) };
    assert.deepEqual((await plugin.checkConfig(nested)).failures, [
      'image-scan:accounts.prod.tencentclod is not a cloud; did you mean "tencentcloud"?',
      "image-scan:accounts.a b must have only letters, digits, - and _, because it is part of a config namespace",
    ]);
  });

  it("keeps its config secret, and never asks to be replaced", async () => {
    const config = { tencentcloud: secret(JSON.stringify(keys)), version: "0.1.0" };
    assert.deepEqual(await plugin.checkConfig(config), { inputs: config, failures: [] });
    const { endpoint } = keys;
    const open = { tencentcloud: JSON.stringify({ endpoint }) };
    assert.deepEqual((await plugin.checkConfig(open)).inputs, { tencentcloud: secret(JSON.stringify({ endpoint })) });
    assert.deepEqual(await plugin.diffConfig(config, { ...open, version: "0.2.0" }), { changes: 2, replaces: [] });
    assert.deepEqual(await plugin.diffConfig(config, config), { changes: 1, replaces: [] });
  });

  it("names a misspelt property, before any call", async () => {
    plugin.urn = urn("image-scan:tencent:ScanSetting");
    const { scanTime, ...rest } = setting;
    const { failures } = await plugin.check({ ...rest, scantime: scanTime });
    assert.deepEqual(failures, [
      { property: "", reason: 'scantime is not a property of this resource; did you mean "scanTime"?' },
      { property: "", reason: "scanTime is required" },
    ]);
    plugin.urn = gate;
    assert.deepEqual((await plugin.check({ tasks: [], maxage: "1h" })).failures, [
      { property: "", reason: 'maxage is not a property of this resource; did you mean "maxAge"?' },
    ]);
    assert.deepEqual(account.calls(), []);
  });

  it("does not repeat a secret input that is wrong", async () => {
    plugin.urn = step("baseline");
    const { failures } = await plugin.check({ ...request, images: secret([5]) });
    assert.deepEqual(
      failures.map(({ reason }) => reason),
      ["images is not valid; its value is secret, so it is not shown"],
    );
  });

  it("keeps secret what repeats a secret input", async () => {
    plugin.urn = step("baseline");
    const inputs = { ...request, images: [secret(imageId("web"))] };
    assert.deepEqual((await plugin.check(inputs)).inputs["images"], secret([imageId("web")]));
    const { outs } = await plugin.create(inputs);
    assert.deepEqual(outs["images"], secret([imageId("web")]));
    assert.equal(outs["scanVul"], true);
    plugin.urn = step("submission");
    const { fingerprint, reading } = outs;
    const sent = await plugin.create({ baseline: secret({ request, fingerprint, reading }) });
    assert.deepEqual(Object.keys(sent.outs["baseline"] as object), Object.keys(secret("")));
  });

  it("refuses what is no task, a task that waits for itself, one that is given twice, and thresholds that cannot pass", async () => {
    const { submitted } = await submit();
    const task = { name: "web", kind: "tencent:LocalScanTask", submitted };
    plugin.urn = gate;
    const reasons = async (inputs: Properties) => (await plugin.check(inputs)).failures.map(({ reason }) => reason);
    assert.deepEqual(await reasons({}), ["tasks is required"]);
    assert.deepEqual(await reasons({ tasks: ["web"] }), [
      'tasks[0] is not a scan task; give the output "gated" of a task',
    ]);
    assert.deepEqual(await reasons({ tasks: [{ ...task, isAwaited: true }] }), [
      "tasks[0] waits for its scan by itself; declare it with wait: false",
    ]);
    assert.deepEqual(await reasons({ tasks: [task, task], thresholds: { critical: 0 } }), [
      'tasks[1] is "web" again; give each scan once',
    ]);
    assert.deepEqual(await reasons({ tasks: [task] }), ["web: has no thresholds, and a gate needs them"]);
    assert.deepEqual(await reasons({ tasks: [task], thresholds: { viruses: 0 } }), [
      "tasks[0] judges viruses, but this scan does not look for that, so it could never pass",
    ]);
    assert.deepEqual(await reasons({ tasks: [task], maxAge: "soon" }), ["maxAge is not a time such as 24h, 30m or 7d"]);
  });

  it("gives a pass only for a gate that passed, for the digests that were scanned, and in time", async () => {
    const { submitted } = await submit();
    plugin.urn = gate;
    const tasks = [{ name: "web", kind: "tencent:LocalScanTask", submitted, thresholds: { critical: 0 } }];
    const { outs: gated } = await plugin.create({ tasks: secret(tasks) });
    assert.equal(gated["verdict"], "PASS");
    // They can name the images of a secret request.
    for (const name of ["results", "scanGate"])
      assert.deepEqual(gated[name], secret((gated[name] as Properties)["value"]));
    const { value: scanGate } = gated["scanGate"] as Properties;
    plugin.urn = pass;
    const reasons = async (inputs: Properties) => (await plugin.check(inputs)).failures.map(({ reason }) => reason);
    const good = { scanGate, digests: [imageId("web")], maxAge: "1h" };
    assert.deepEqual(await reasons(good), []);
    const { outs } = await plugin.create(good);
    assert.deepEqual([outs["admitted"], outs["digest"], outs["verdict"]], [true, imageId("web"), "PASS"]);
    assert.match(String(await reasons({ scanGate, digests: [imageId("api")] })), /^refused: it is about other images/);
    assert.match(String(await reasons({ scanGate: "PASS" })), /^refused: /);
    assert.match(String(await reasons({ scanGate, notBefore: "2100-01-01T00:00:00Z" })), /^refused: .*2100/);
    assert.deepEqual(await reasons({ scanGate: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }), []);
  });

  it("finds images, and says which argument is wrong", async () => {
    const { ids, isComplete } = await plugin.invoke("image-scan:tencent:getLocalImages", { name: "shop/web" });
    assert.deepEqual([ids, isComplete], [[imageId("web")], true]);
    await assert.rejects(
      plugin.invoke("image-scan:tencent:getLocalImages", { nam: "shop/web" }),
      /did you mean "name"/,
    );
    await assert.rejects(plugin.invoke("image-scan:tencent:getLocalImages", {}), /nothing says which images to find/);
    await assert.rejects(plugin.invoke("image-scan:tencent:getImages", { name: "*" }), /has no tencent:getImages/);
  });

  it("ends a wait at once when the update is cancelled, and keeps its task", async () => {
    account.emulator.tencent.local.scanMs = 600_000;
    const inputs = await submit();
    const before = account.calls().length;
    plugin.urn = step("wait");
    const waiting = plugin.create(inputs).catch((error: unknown) => error);
    await until("the first look", () => account.calls().length > before);
    const begun = Date.now();
    await plugin.cancel();
    const { id, properties, reasons } = initFailureOf(await waiting);
    assert(Date.now() - begun < 1_000);
    assert.equal(properties["waitedFor"], id);
    assert.match(String(reasons), /task 41033 has not ended yet .*, and the update was cancelled\. The scan continues/);
    assert.deepEqual(await plugin.diff(id, properties, inputs), { changes: 2, replaces: [] });
  });

  it("finishes a submission that was sent when the update is cancelled", async () => {
    account.emulator.faults.plan({ action: "CreateAssetImageScanTask", fault: "delay", ms: 1_000 });
    const submitting = submit();
    await until("the submission to be sent", () => account.calls("CreateAssetImageScanTask").length > 0);
    await plugin.cancel();
    const { task } = (await submitting)["submitted"] as { task: Properties };
    assert.deepEqual(task, { taskId: "41033" });
  });

  it("refuses a second process that changes the same account in the same run", async () => {
    plugin.urn = urn("image-scan:tencent:ScanSetting");
    const { id, outs } = await plugin.create(setting);
    const config = { tencentcloud: secret(JSON.stringify(keys)) };
    const second = await Plugin.start(config, processes.plugin, plugin);
    // The same keys, with another name of the host.
    const elsewhere = JSON.stringify({ ...keys, endpoint: String(keys["endpoint"]).replace("127.0.0.1", "localhost") });
    const third = await Plugin.start({ tencentcloud: secret(elsewhere) }, processes.plugin, plugin);
    const otherRun = await Plugin.start(config, processes.plugin);
    const refusal = /another provider of this update changes the same account.*\[IS-TWO-PROVIDERS\]/;
    try {
      second.urn = third.urn = otherRun.urn = plugin.urn;
      const calls = account.calls().length;
      await assert.rejects(second.create(setting), refusal);
      await assert.rejects(third.create(setting), refusal);
      // The engine deletes with the provider of the last update, so a delete is not refused.
      await second.delete(id, outs);
      assert.match(plugin.logs.at(-1)?.message ?? "", /the schedule stays as it is \[IS-TWO-PROVIDERS\]/);
      assert.equal(account.calls().length, calls);
      assert.equal((await second.read(id, outs)).id, id);
      await otherRun.update(id, outs, { ...setting, scanPeriod: 2 });
      await plugin.stop();
      assert.equal((await second.update(id, outs, setting))["enable"], true);
    } finally {
      await second.stop();
      await third.stop();
      await otherRun.stop();
    }
  });

  it("refuses dynamic resources beside the plugin in the same account and run, but not in another account", async () => {
    plugin.urn = urn("image-scan:tencent:ScanSetting");
    await plugin.create(setting);
    const named = Object.entries(keys).flatMap(([name, value]) => [
      [`tencentcloud:${name}`, value],
      [`tencentcloud-other:${name}`, name === "secretId" ? `${value}2` : value],
    ]);
    const dynamic = await Plugin.start(Object.fromEntries(named) as Properties, processes.dynamic, plugin);
    const text = (name: string) => `exports.handler=()=>require("pulumi-image-scan/run")("tencent:${name}")`;
    try {
      const calls = account.calls().length;
      await assert.rejects(dynamic.create({ __provider: text("ScanSetting"), ...setting }), /\[IS-TWO-PROVIDERS\]/);
      assert.equal(account.calls().length, calls);
      const { fingerprint, reading } = (
        await dynamic.create({ __provider: text("LocalScanTask/baseline"), ...request })
      ).outs;
      const inputs = { __provider: text("LocalScanTask/submission"), baseline: { request, fingerprint, reading } };
      await assert.rejects(dynamic.create(inputs), /\[IS-TWO-PROVIDERS\]/);
      assert.equal(account.submissions().length, 0);
      const elsewhere = { __provider: text("ScanSetting"), ...setting, account: "other" };
      await assert.rejects(dynamic.create(elsewhere), /SecretIdNotFound/);
    } finally {
      await dynamic.stop();
    }
  });

  it("ends by itself when the engine is gone", async () => {
    await plugin.loseEngine(10_000);
  });
});
