import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Account, imageId } from "../support/account.js";
import { interrupted, killedUp } from "../support/interrupt.js";
import { Stack } from "../support/stack.js";
import { cannotRunYaml } from "../support/yaml.js";

const web = imageId("web");

/** The same program for both: a schedule, a scan of each kind, a gate and its pass, and a lookup. */
const inJavaScript = `
new tencent.ScanSetting("nightly", {
  enable: true, scanTime: "01:00", scanEndTime: "05:00", scanPeriod: 1, scanVul: true, scanVirus: true, scanRisk: true,
});
const found = tencent.getLocalImagesOutput({ name: "shop/web" });
const local = new tencent.LocalScanTask("local", {
  images: found.ids, scanVul: true, wait: false, thresholds: { critical: 0 },
});
const registry = new tencent.RegistryScanTask("registry", { ids: ["8741110"], scanTypes: ["CVE"] });
const vuln = new tencent.VulnerabilityScanTask("vuln", { localImageIds: ["${imageId("api")}"] });
const hss = new huawei.ScanTask("hss", {
  images: [{ id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" }], scanScope: ["vulnerabilities"],
});
const gate = new ScanGate("gate", { tasks: [local], maxAge: "24h" });
exports.ids = [local.taskId, registry.taskId, vuln.localTaskId];
exports.statuses = [registry.status, vuln.status, hss.status];
exports.findings = [registry.findings, vuln.findings, hss.findings];
exports.verdict = gate.verdict;
exports.image = gate.require("shop/web@${web}", { digest: "${web}" });
`;

const inYaml = `
variables:
  found: { fn::invoke: { function: "image-scan:tencent:getLocalImages", arguments: { name: shop/web } } }
resources:
  nightly:
    type: image-scan:tencent:ScanSetting
    properties: &schedule
      { enable: true, scanTime: "01:00", scanEndTime: "05:00", scanPeriod: 1, scanVul: true, scanVirus: true, scanRisk: true }
  local:
    type: image-scan:tencent:LocalScanTask
    properties: { images: "\${found.ids}", scanVul: true, wait: false, thresholds: { critical: 0 } }
  registry:
    type: image-scan:tencent:RegistryScanTask
    properties: { ids: ["8741110"], scanTypes: [CVE] }
  vuln:
    type: image-scan:tencent:VulnerabilityScanTask
    properties: { localImageIds: ["${imageId("api")}"] }
  hss:
    type: image-scan:huawei:ScanTask
    properties:
      images: [{ id: "42", namespace: demo, imageName: nginx, imageVersion: "1.27" }]
      scanScope: [vulnerabilities]
  gate:
    type: image-scan:ScanGate
    properties: { tasks: ["\${local.gated}"], maxAge: 24h }
  pass:
    type: image-scan:ScanGatePass
    properties: { scanGate: "\${gate.scanGate}", digests: ["${web}"] }
outputs:
  ids: ["\${local.taskId}", "\${registry.taskId}", "\${vuln.localTaskId}"]
  statuses: ["\${registry.status}", "\${vuln.status}", "\${hss.status}"]
  findings: ["\${registry.findings}", "\${vuln.findings}", "\${hss.findings}"]
  verdict: \${gate.verdict}
  image: shop/web@\${pass.digest}
`;

const task = (more = "", options = "") => `
resources:
  release:
    type: image-scan:tencent:LocalScanTask
    properties: { images: ["${web}"], scanVul: true, ${more} }
    options: { ${options} }
outputs: { taskId: "\${release.taskId}", status: "\${release.status}" }
`;

describe("a program in YAML, with the plugin, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  before(function () {
    if (cannotRunYaml === undefined) return;
    process.stdout.write(`    skipped: ${cannotRunYaml}\n`);
    this.skip();
  });
  beforeEach(async () => {
    account = await Account.open(2, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const submissions = () => account.submissions().length;

  it("makes the same calls, and has the same outputs, as the program in JavaScript", async () => {
    const other = await Account.open(2, Date.now);
    const inNode = await Stack.create(other.emulator, inJavaScript);
    stack = await Stack.create(account.emulator, "");
    stack.yaml(inYaml);
    try {
      const preview = await stack.succeed("preview");
      // A schedule, three steps of three tasks each, two of the fourth, four components, a gate, a pass, and the stack.
      assert.match(preview, /\+ 19 to create/);
      assert.deepEqual(account.calls(), ["DescribeAssetImageList"]);
      await Promise.all([stack.up(), inNode.up()]);
      const [outputs, expected] = [await stack.outputs(), await inNode.outputs()];
      assert.deepEqual(outputs, expected);
      assert.deepEqual(outputs["statuses"], ["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
      const kinds = (one: Account) => [...new Set(one.calls())].sort();
      assert.deepEqual(kinds(account), kinds(other));
      assert.deepEqual([submissions(), other.submissions().length], [4, 4]);
      const calls = account.calls().length;
      assert.match(await stack.up(), /19 unchanged/);
      // Only the lookup.
      assert.equal(account.calls().length, calls + 1);
    } finally {
      await inNode.remove();
      await other.close();
    }
  });

  it("scans once through a SIGKILL before the answer, a Ctrl-C in the search, and one in the wait", async () => {
    account.emulator.faults.plan({ action: "CreateAssetImageScanTask", fault: "hang", executed: true });
    account.emulator.tencent.local.scanMs = 600_000;
    stack = await Stack.create(account.emulator, "");
    stack.yaml(task());
    await killedUp(stack, account.emulator, ({ action }) => action === "CreateAssetImageScanTask");
    const cancelled = async () => {
      let struck = 0;
      const moment = ({ action }: { readonly action: string }) => {
        struck = Date.now();
        return action.startsWith("Describe");
      };
      const up = ["up", "--yes", "--skip-preview"];
      const { code, output } = await interrupted(stack, up, { emulator: account.emulator, way: "one Ctrl-C", moment });
      assert.notEqual(code, 0);
      assert(Date.now() - struck < 10_000, "it ends within seconds");
      return output;
    };
    // What the search finds is stored.
    assert.match(await cancelled(), /LocalSend release created/);
    assert.match(await cancelled(), /task 41033 has not ended yet .*, and the update was cancelled/);
    account.finishLocalScans();
    await stack.up();
    assert.deepEqual(
      { ...(await stack.outputs()), submissions: submissions() },
      { taskId: "41033", status: "SUCCEEDED", submissions: 1 },
    );
  });

  it("forwards options, shows details, imports a schedule, and keeps secrets", async () => {
    stack = await Stack.create(account.emulator, "", { env: {} });
    const { secretId, secretKey } = account.emulator.address.tencent;
    await stack.succeed("config", "set", "--path", "--secret", "image-scan:tencentcloud.secretId", secretId);
    stack.yaml(task());
    assert.match(
      await stack.upFails(),
      /image-scan:tencentcloud\.secretKey is not set: pulumi config set --path --secret image-scan:tencentcloud\.secretKey VALUE/,
    );
    await stack.succeed("config", "set", "--path", "--secret", "image-scan:tencentcloud.secretKey", secretKey);
    stack.yaml(task('triggers: ["1"]', "protect: true"));
    await stack.up();
    assert.equal(submissions(), 1);

    stack.yaml(task('triggers: ["2"]', "protect: true"));
    assert.match(await stack.fail("preview"), /marked for protection/);
    stack.yaml(task('triggers: ["2"]'));
    const preview = await stack.succeed("preview", "--diff");
    assert.match(preview, /~ triggers: \[\s*~ \[0\]: "1" => "2"/);
    assert.match(
      preview,
      /This update starts 1 scan:\n\s*- triggers changed: tencent:LocalScanTask "release", 1 image/,
    );
    stack.yaml(task('triggers: ["2"]', "ignoreChanges: [triggers]"));
    const unchanged = await stack.succeed("preview");
    assert.match(unchanged, /5 unchanged/);
    assert.doesNotMatch(unchanged, /This update starts/);
    await stack.up();
    assert.equal(submissions(), 1);

    stack.yaml(task("scanVull: true"));
    assert.match(await stack.fail("preview"), /scanVull does not exist on 'image-scan:tencent:LocalScanTask'/);
    stack.yaml(task("scanVirus: true, thresholds: { viruss: 0 }"));
    assert.match(await stack.fail("preview"), /viruss/);

    const { values } = account.emulator.tencent.local.setting;
    account.emulator.tencent.local.setting.values = {
      ...values,
      Enable: true,
      ScanTime: "02:00",
      ScanPeriod: 1,
      ScanVul: true,
    };
    stack.yaml("");
    const imported = await stack.succeed(
      "import",
      "--yes",
      "--protect=false",
      "image-scan:tencent:ScanSetting",
      "nightly",
      "default",
    );
    assert.match(imported, /scanTime: (?:"|')?02:00/);
    assert.equal(submissions(), 1);
  });

  it("parent, aliases, customTimeouts, replaceOnChanges, retainOnDelete and deletedWith mean all steps of a task", async () => {
    const one = (name: string, image: string, options = "", more = "") => `
  ${name}:
    type: image-scan:tencent:LocalScanTask
    properties: { images: ["${image}"], scanVul: true, ${more} }
    options: { ${options} }`;
    const first = one("first", web);
    const out = (name: string) => `\noutputs: { scan: ["\${${name}.taskId}", "\${${name}.status}"] }\n`;
    const program = (...tasks: string[]) => stack.yaml(`resources:${tasks.join("")}`);
    stack = await Stack.create(account.emulator, "");

    program(
      first,
      one("second", imageId("api"), `parent: "\${first}", additionalSecretOutputs: [reason]`),
      out("second"),
    );
    await stack.up();
    const before = (await stack.outputs())["scan"];
    assert.deepEqual(before, ["41034", "SUCCEEDED"]);

    // The URN as text, of a task that has another name and no parent now.
    const nested = "image-scan:tencent:LocalScanTask$image-scan:tencent:LocalScanTask";
    const alias = `aliases: ["urn:pulumi:dev::app::${nested}::second"]`;
    program(
      first,
      one("third", imageId("api"), `${alias}, replaceOnChanges: [thresholds]`, "thresholds: { critical: 5 }"),
      out("third"),
    );
    await stack.up();
    assert.deepEqual([(await stack.outputs())["scan"], submissions()], [before, 2]);
    assert.match(await stack.up(), /9 unchanged/);

    account.emulator.tencent.local.scanMs = 600_000;
    const timed = one("timed", imageId("api"), "customTimeouts: { create: 2s }");
    program(first, timed);
    assert.match(await stack.upFails(), /task \d+ has not ended within 2 s .*\[IS-WAIT-TIMEOUT\]/);
    account.finishLocalScans();
    // Nothing of these two is deleted, so their scans are not stopped.
    program(
      ...[first, one("timed", imageId("api")), one("kept", web, "retainOnDelete: true", "wait: false")],
      one("along", imageId("api"), `deletedWith: "\${first}"`, "wait: false, scanRisk: true"),
    );
    await stack.up();
    const started = submissions();
    assert.equal(started, 5);
    for (const running of account.emulator.tencent.local.tasks.values()) running.ends = Date.now() + 600_000;
    await stack.succeed("destroy", "--yes", "--skip-preview");
    assert.deepEqual([account.calls("ModifyAssetImageScanStop"), submissions()], [[], started]);
  });

  it("replacementTrigger and replaceWith start one scan each, deleteBeforeReplace deletes first, and hooks run once", async () => {
    // YAML has no replacementTrigger.
    const program = (triggers: string, more: string) => `
class Task extends pulumi.ComponentResource {
  constructor(name, image, triggers, opts) {
    const outputs = { taskId: undefined };
    super("image-scan:tencent:LocalScanTask", name, { images: [image], scanVul: true, triggers, ...outputs }, opts, true);
  }
}
const hook = (name) =>
  new pulumi.ResourceHook(name, async ({ urn }) =>
    require("node:fs").appendFileSync("seen.log", name + " " + urn.split("::")[2].split(":").at(-1) + " "));
const hooks = { beforeCreate: [hook("before")], afterCreate: [hook("after")] };
const first = new Task("first", "${web}", ["${triggers}"]);
const task = new Task("release", "${imageId("api")}", [], { replaceWith: [first], hooks, ${more} });
exports.ids = [first.taskId, task.taskId];`;
    stack = await Stack.create(account.emulator, program("1", 'replacementTrigger: "a"'));
    stack.usePlugin();
    stack.useOwnHost();
    await stack.up();
    assert.equal(readFileSync(join(stack.folder, "seen.log"), "utf8"), "before LocalRead after LocalScan ");
    assert.match(await stack.up(), /9 unchanged/);

    stack.program(program("1", 'replacementTrigger: "b", deleteBeforeReplace: true'));
    const replacing = await stack.up();
    const before = ["LocalScan release deleted original", "LocalSend release created replacement"];
    const [deleted = -1, created = -1] = before.map((line) => replacing.indexOf(line));
    assert(deleted !== -1 && deleted < created, replacing);
    const ids = (await stack.outputs())["ids"] as string[];
    assert.deepEqual([new Set(ids).has("41035"), submissions()], [true, 3]);

    stack.program(program("2", 'replacementTrigger: "b"'));
    const preview = await stack.succeed("preview");
    for (const why of [
      'triggers changed: tencent:LocalScanTask "first"',
      'replaced by an option: tencent:LocalScanTask "release"',
    ])
      assert(preview.includes(why), preview);
    await stack.up();
    assert.equal(submissions(), 5);
    assert.match(await stack.up(), /9 unchanged/);
  });

  it("a gate resumes after a SIGKILL, and no scan starts again", async () => {
    account.emulator.tencent.local.scanMs = 6_000;
    stack = await Stack.create(account.emulator, "");
    stack.yaml(`
resources:
  release:
    type: image-scan:tencent:LocalScanTask
    properties: { images: ["${web}"], scanVul: true, wait: false, thresholds: { critical: 0 } }
  gate:
    type: image-scan:ScanGate
    properties: { tasks: ["\${release.gated}"] }
outputs: { verdict: "\${gate.verdict}", taskId: "\${release.taskId}" }
`);
    await killedUp(stack, account.emulator, ({ action }) => action === "DescribeAssetImageScanStatus");
    await stack.up();
    assert.deepEqual([await stack.outputs(), submissions()], [{ verdict: "PASS", taskId: "41033" }, 1]);
  });
});
