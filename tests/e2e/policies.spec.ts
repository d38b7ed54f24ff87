import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Account, imageId } from "../support/account.js";
import { Stack } from "../support/stack.js";

const pack = resolve(__dirname, "../../../policy");
const web = imageId("web");

const setting = `new tencent.ScanSetting("nightly", {
  enable: false, scanTime: "01:00", scanEndTime: "05:00", scanPeriod: 30, scanVul: true, scanVirus: false, scanRisk: true,
});`;

const workload = (image: string) => `
new Deployment("web", "${image}");`;

const scan = (thresholds = "{ critical: 0 }") => `
new tencent.LocalScanTask("scan", { images: ["${web}"], scanVul: true, thresholds: ${thresholds} });`;

describe("the policy pack, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const under = (config: object) => {
    const file = join(stack.folder, "policies.json");
    writeFileSync(file, JSON.stringify(config));
    return ["--policy-pack", pack, "--policy-pack-config", file] as const;
  };

  it("warns by default, and blocks or corrects if its config says so", async () => {
    stack = await Stack.create(account.emulator, setting);
    const values = () => account.emulator.tencent.local.setting.values;
    const blocked = await stack.fail("up", "--yes", ...under({ "setting-enabled": "mandatory" }));
    assert.match(blocked, /\[mandatory\] {2}setting-enabled[\s\S]*enable is false; set it to true/);
    assert.match(blocked, /\[advisory\] {2}setting-period[\s\S]*scanPeriod is 30 days, and at most 7 are allowed/);
    assert.deepEqual(account.calls(), []);

    const warned = await stack.succeed("up", "--yes", ...under({ "setting-period": { maxDays: 60 } }));
    assert.match(warned, /\[advisory\] {2}setting-enabled/);
    assert.doesNotMatch(warned, /scanPeriod is 30 days/);
    assert.deepEqual([values()["Enable"], values()["ScanPeriod"]], [false, 30]);

    const mend = { enforcementLevel: "remediate" };
    const config = { "setting-enabled": mend, "setting-parts": mend, "setting-period": { ...mend, maxDays: 3 } };
    const mended = await stack.succeed("up", "--yes", ...under(config));
    assert.match(mended, /\[remediate\] {2}setting-enabled/);
    const { Enable, ScanPeriod, ScanVirus } = values();
    assert.deepEqual([Enable, ScanPeriod, ScanVirus], [true, 3, true]);
  });

  it("reports unknown names in the config of a policy", async () => {
    stack = await Stack.create(account.emulator, setting);
    const config = {
      "setting-period": { enforcementLevel: "mandatory", maxDay: 60 },
      "scan-verdict": { maxAge: 1 },
      "images-pined": "mandatory",
      all: "advisory",
    };
    const said = await stack.fail("preview", ...under(config));
    assert.match(
      said,
      /\[mandatory\] {2}setting-period[\s\S]*sets maxDay, which is unknown: it takes maxDays; did you mean/,
    );
    assert.match(said, /\[advisory\] {2}scan-verdict[\s\S]*sets maxAge, which is unknown: it takes maxAgeHours/);
    assert.match(
      said,
      /\[advisory\] {2}config-names[\s\S]*names images-pined, which is no policy, and does nothing; did you mean "images-pinned"\?/,
    );
    assert.doesNotMatch(said, /names all,|names setting-/);
  });

  it("blocks an unscanned workload, and accepts the same image after its scan", async () => {
    stack = await Stack.create(account.emulator, workload(`shop/web@${web}`));
    const config = { "workload-scanned": "mandatory", "scan-verdict": "mandatory", "images-pinned": "mandatory" };
    assert.match(
      await stack.fail("up", "--yes", ...under(config)),
      /"web" runs shop\/web@sha256:\w+: no recent enough scan covers it/,
    );
    stack.program(workload("shop/web:1") + scan());
    assert.match(await stack.fail("up", "--yes", ...under(config)), /shop\/web:1 can mean another image later/);
    assert.deepEqual([await stack.deployments().catch(() => 0), account.calls()], [0, []]);
    stack.program(workload(`shop/web@${web}`) + scan());
    const first = await stack.succeed("up", "--yes", ...under(config));
    assert.doesNotMatch(first, /\[mandatory\]/);
    assert.equal(await stack.deployments(), 1);
    const later = await stack.fail(
      "up",
      "--yes",
      ...under({ "scan-verdict": { enforcementLevel: "mandatory", maxAgeHours: 0.0001 } }),
    );
    assert.match(later, /"scan": the scan ended 0 minutes ago, and the limit is 0.0001 hours/);
  });

  it("accepts another stack's gate from a file until it expires", async () => {
    stack = await Stack.create(
      account.emulator,
      `
      const scan = new tencent.LocalScanTask("scan", {
        images: ["${web}"], scanVul: true, wait: false, thresholds: { critical: 0 },
      });
      exports.scanGate = new ScanGate("gate", { tasks: [scan] }).scanGate;`,
    );
    await stack.up();
    const file = join(stack.folder, "scan-gate.json");
    writeFileSync(file, await stack.succeed("stack", "output", "scanGate", "--json"));
    stack.program(workload(`shop/web@${web}`));
    const policy = { enforcementLevel: "mandatory", scanGates: [file] };
    const old = await stack.fail("up", "--yes", ...under({ "workload-scanned": { ...policy, maxAgeHours: 0.0001 } }));
    assert.match(
      old,
      /no recent enough scan is known to cover it; .*scan-gate.json is not accepted: it finished at .*, more than .* ago/,
    );
    await stack.succeed("up", "--yes", ...under({ "workload-scanned": policy }));
    assert.equal(await stack.deployments(), 1);
  });

  it("refuses a verdict that is not PASS", async () => {
    stack = await Stack.create(account.emulator, scan("{ low: 0 }"));
    const failed = await stack.fail("up", "--yes", ...under({ "scan-verdict": "mandatory" }));
    assert.match(
      failed,
      /"scan": the verdict is FAIL: 2 medium, 5 low in shop\/web:1.4.2, and 0 allowed \(CVE-[\d-]+, .* and 2 more\)/,
    );
  });
});
