import assert from "node:assert/strict";
import { Account, imageId } from "../support/account.js";
import { Stack } from "../support/stack.js";

const setting = (more = "", name = "nightly") => `
const ${name} = new tencent.ScanSetting("${name}", {
  enable: true, scanTime: "01:00", scanEndTime: "05:00", scanPeriod: 1,
  scanVul: true, scanVirus: true, scanRisk: true, ${more}
});
exports.previous = ${name}.previous;`;

const task = (more = "") => `
const release = new tencent.LocalScanTask("release", {
  images: ["${imageId("web")}", "${imageId("api")}"], scanVul: true, scanVirus: true, scanRisk: true, ${more}
});
exports.taskId = release.taskId;
exports.status = release.status;
exports.counts = release.counts;`;

describe("schedules and scans, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(3, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const submissions = () => account.calls("CreateAssetImageScanTask").length;

  it("previews without calls, scans once, finds drift, updates and cleans up", async () => {
    stack = await Stack.create(account.emulator, setting() + task('triggers: ["1"],'));
    const preview = await stack.succeed("preview");
    assert.match(preview, /5 to create/);
    assert.deepEqual(account.calls(), []);

    const up = await stack.up();
    assert.match(up, /LocalScan release .*\d+% .*, \d\/2 images \[task 41033; Ctrl-C/);
    const outputs = await stack.outputs();
    assert.equal(outputs["taskId"], "41033");
    assert.equal(outputs["status"], "SUCCEEDED");
    assert.deepEqual(outputs["counts"], { total: 2, scanned: 2, succeeded: 2, risky: 2 });
    const { values } = account.emulator.tencent.local.setting;
    assert.deepEqual([values["Enable"], values["ScanTime"], values["ScanPeriod"]], [true, "01:00", 1]);

    const calls = account.calls().length;
    assert.match(await stack.up(), /5 unchanged/);
    assert.equal(account.calls().length, calls);

    account.emulator.tencent.local.setting.values = { ...values, ScanTime: "09:00" };
    assert.match(await stack.succeed("refresh", "--yes", "--skip-preview"), /~ .*LocalSetting nightly updated/);
    assert.match(await stack.succeed("preview", "--diff"), /scanTime *: "09:00" => "01:00"/);
    await stack.up();
    assert.equal(account.emulator.tencent.local.setting.values["ScanTime"], "01:00");

    stack.program(setting() + task('triggers: ["1"], failOn: "task", waitTimeoutSeconds: 99, onDelete: "leave",'));
    await stack.up();
    assert.equal(submissions(), 1);
    stack.program(setting() + task('triggers: ["2"],'));
    await stack.up();
    assert.equal(submissions(), 2);
    assert.equal((await stack.outputs())["taskId"], "41034");

    await stack.succeed("destroy", "--yes", "--skip-preview");
    assert.equal(account.emulator.tencent.local.setting.values["Enable"], false);
    assert.deepEqual(account.calls("ModifyAssetImageScanStop"), []);
  });

  it("reports bad input before any call, one line for each property", async () => {
    stack = await Stack.create(account.emulator, setting('scanTime: "25:00", scanScope: 9,'));
    const output = await stack.upFails();
    assert.match(output, /scanTime.*not a time of day/);
    assert.match(output, /scanScope.*not one of 0, 1, 2, 3/);
    stack.program(task("scanScope: 0,"));
    assert.match(await stack.upFails(), /resource 'release' has a problem: scanScope contradicts images/);
    assert.doesNotMatch(output, /\n\s+at .*\.js:\d+/);
    assert.deepEqual(account.calls(), []);
  });

  it("lists in another order in each run change nothing, for each kind of task and setting, and for a gate", async () => {
    account.emulator.tencent.local.scanMs = account.emulator.tencent.registry.scanMs = 0;
    const program = (order: string) => `
const inOrder = (...list) => list${order};
const schedule = { enable: true, scanTime: "01:00", scanPeriod: 1 };
const [web, api] = ["${imageId("web")}", "${imageId("api")}"];
const thresholds = {
  low: 9,
  exceptions: inOrder(...["1", "2"].map((id) => ({ id: "CVE-" + id, reason: "none", expires: "2099-12-31" }))),
};
const named = (imageName, imageTag) => ({ instanceName: "demo", namespace: "shop", imageName, imageTag });
const of = (id, namespace, imageName, imageVersion) => ({ id, namespace, imageName, imageVersion });
new tencent.ScanSetting("local", {
  ...schedule, scanVul: true, scanVirus: true, scanRisk: true, scanScope: 1, images: inOrder(web, api),
});
new tencent.RegistryScanSetting("registry", {
  ...schedule, scanScope: 1, scanTypes: inOrder("CVE", "VIRUS"), ids: inOrder("8741110", 8741112),
});
new huawei.ScanSetting("hss", {
  enabled: true, scanCycle: 7, scanScope: inOrder("vulnerabilities", "maliciousFiles"),
  registries: inOrder({ registryId: "registry-1" }, { registryId: "registry-2" }),
});
const scans = [
  new tencent.LocalScanTask("images", { images: inOrder(web, api), scanVul: true, thresholds }),
  new tencent.RegistryScanTask("ids", { ids: inOrder("8741110", 8741112), scanTypes: inOrder("CVE", "VIRUS") }),
];
const vulnerabilities = new tencent.VulnerabilityScanTask("vulnerabilities", {
  localImageIds: inOrder(web, api), registryImageIds: inOrder("8741110", "8741112"), thresholds, wait: false,
}, { dependsOn: scans });
const names = new tencent.RegistryScanTask("names", {
  images: inOrder(named("web", "1.4.2"), named("api", "2.0.1")), scanTypes: ["CVE"], thresholds, wait: false,
}, { dependsOn: vulnerabilities });
const hss = new huawei.ScanTask("hss", {
  images: inOrder(of("42", "demo", "nginx", "1.27"), of("43", "shop", "api", "2.0.1")),
  scanScope: inOrder("vulnerabilities", "maliciousFiles"), thresholds, wait: false,
});
exports.verdict = new ScanGate("gate", { tasks: inOrder(vulnerabilities, names, hss) }).verdict;`;
    stack = await Stack.create(account.emulator, program(""));
    await stack.up();
    assert.equal(account.submissions().length, 5);
    const calls = account.calls().length;
    for (const order of [".toReversed()", ".toSpliced(0, 1).concat(list[0])"]) {
      stack.program(program(order));
      const output = await stack.up();
      assert.doesNotMatch(output, /created|updated|replaced|deleted/);
      assert.match(output, /\d+ unchanged/);
    }
    assert.equal(account.calls().length, calls);
  });

  it("dependents of a task wait for the end of the scan", async () => {
    const dependent = `
      new tencent.ScanSetting("after", {
        enable: false, scanTime: "01:00", scanPeriod: 1, scanVul: true, scanVirus: true, scanRisk: true,
      }, { dependsOn: [release] });`;
    stack = await Stack.create(account.emulator, task() + dependent);
    await stack.up();
    const actions = account.calls();
    assert(actions.indexOf("CreateAssetImageScanSetting") > actions.lastIndexOf("DescribeAssetImageScanStatus"));
    assert.equal((await stack.outputs())["status"], "SUCCEEDED");
  });

  it("keeps the declared schedule when a setting is renamed, replaced or tainted", async () => {
    account.emulator.tencent.local.setting.values = {
      Enable: true,
      ScanTime: "22:00",
      ScanPeriod: 7,
      ScanVul: true,
      ScanVirus: true,
      ScanRisk: true,
    };
    stack = await Stack.create(account.emulator, setting());
    assert.match(await stack.up(), /overwrites an enabled schedule of the account, which differs in/);
    const schedule = () => {
      const { Enable, ScanTime } = account.emulator.tencent.local.setting.values;
      return { Enable, ScanTime };
    };
    stack.program(setting("", "renamed"));
    await stack.up();
    assert.deepEqual(schedule(), { Enable: true, ScanTime: "01:00" });

    const urn = (await stack.deployment()).resources.find(({ type }) => type.endsWith(":LocalSetting"))?.urn ?? "";
    await stack.up("--replace", urn);
    assert.deepEqual(schedule(), { Enable: true, ScanTime: "01:00" });

    await stack.succeed("state", "taint", urn, "--yes");
    await stack.up();
    assert.deepEqual(schedule(), { Enable: true, ScanTime: "01:00" });
    await stack.succeed("destroy", "--yes", "--skip-preview");
    assert.equal(schedule().Enable, false);
  });

  it("warns of an equal existing schedule, and destroy switches it off", async () => {
    const { local } = account.emulator.tencent;
    stack = await Stack.create(account.emulator, setting());
    await stack.up();
    const found = local.setting.values;
    await stack.succeed("destroy", "--yes", "--skip-preview");
    local.setting.values = found;
    assert.match(
      await stack.up(),
      /the account already has an enabled schedule with exactly these values; pulumi destroy will/,
    );
    await stack.succeed("destroy", "--yes", "--skip-preview");
    assert.equal(local.setting.values["Enable"], false);
  });

  it("a later change to wait: true waits for the same task", async () => {
    stack = await Stack.create(account.emulator, task("wait: false,"));
    await stack.up();
    assert.equal((await stack.outputs())["status"], undefined);
    stack.program(task());
    await stack.up();
    assert.deepEqual([(await stack.outputs())["status"], submissions()], ["SUCCEEDED", 1]);
  });

  it("destroy stops a running scan", async () => {
    account.emulator.tencent.local.scanMs = 600_000;
    stack = await Stack.create(account.emulator, task("wait: false,"));
    await stack.up();
    await stack.succeed("destroy", "--yes", "--skip-preview");
    assert.equal(account.emulator.tencent.local.tasks.get("41033")?.end, "Cancel");
  });
});
