import assert from "node:assert/strict";
import { readScope, toMask } from "../../../provider/huawei/images/scan-scope.js";
import { scanSetting } from "../../../provider/huawei/settings/scan-setting.js";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import { settingProvider } from "../../../provider/lifecycle/setting.js";
import { findFailures } from "../../../provider/validation/inputs.js";
import { Account } from "../../support/account.js";

type Outs = Record<string, unknown>;
const declared = {
  enabled: true,
  scanCycle: 7,
  scanScope: ["all"],
  registries: [
    { registryId: "registry-1" },
    { registryId: "registry-2", registryName: "harbor", registryType: "Harbor" },
  ],
};

describe("the recurring scan of HSS", () => {
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open();
  });
  afterEach(() => account.close());

  const provider = () => {
    const client = account.huaweiClient();
    return settingProvider(
      scanSetting,
      () => client,
      () => account.name,
      { clock: account.clock },
    );
  };
  const read = async (id: string, outs: unknown) => (await provider().read?.(id, outs))?.inputs as Outs;
  const policy = (enterprise = "0") => account.emulator.huawei.world.policyOf(enterprise);
  const written = () => account.emulator.huawei.calls.filter(({ action }) => action === "ModifyImageScanPolicy").at(-1);

  it("writes the whole policy, with the cloud's names and kinds of registries", async () => {
    await provider().create(declared);
    assert.deepEqual(written()?.request.body, {
      enabled: true,
      scan_cycle: 7,
      scan_scope: 0x7fffffff,
      rate_limit: 0,
      time_scope: 0,
      registry_info: [
        { registry_id: "registry-1", registry_name: "SWR", registry_type: "SwrPrivate" },
        { registry_id: "registry-2", registry_name: "harbor", registry_type: "Harbor" },
      ],
    });
  });

  it("ignores other spellings of mask and list, and sees real drift", async () => {
    const { id, outs } = await provider().create(declared);
    const same = await read(id, outs);
    assert.deepEqual([same["scanScope"], same["registries"]], [declared.scanScope, declared.registries]);
    policy().scan_scope = 0xf0000;
    policy().selected = ["registry-1"];
    const changed = await read(id, outs);
    assert.deepEqual(
      [changed["scanScope"], changed["registries"]],
      [["vulnerabilities"], [{ registryId: "registry-1" }]],
    );
  });

  it("writes nothing for an unlisted registry", async () => {
    const unknown = provider().create({ ...declared, registries: [{ registryId: "nowhere" }] });
    await assert.rejects(unknown, /HSS lists no registry "nowhere".*nothing was written/s);
    assert.equal(written(), undefined);
  });

  it("is separate for each enterprise project, and is replaced when that changes", async () => {
    await provider().create({ ...declared, enterpriseProjectId: "e1" });
    assert.deepEqual([policy("e1").enabled, policy().enabled], [true, false]);
    const diff = await provider().diff?.("id", { ...declared, enterpriseProjectId: "e1" }, declared);
    assert.deepEqual(diff?.replaces, ["enterpriseProjectId"]);
  });

  it("stays enabled when the program adds its project id", async () => {
    const { projectId } = account.emulator.huawei;
    const one = provider();
    const { outs } = await one.create(declared);
    await one.create({ ...declared, projectId });
    await one.delete?.("id", outs);
    assert.equal(policy().enabled, true);
  });

  it("restores the previous schedule", async () => {
    Object.assign(policy(), { enabled: true, scan_cycle: 14, scan_scope: 0xf00, selected: ["registry-1"] });
    const one = provider();
    const { outs } = await one.create(declared);
    // Another run, in which nothing declares it.
    forgetAll();
    await settingProvider(
      scanSetting,
      () => account.huaweiClient(),
      () => "another run",
      { clock: account.clock },
    ).delete?.("id", outs);
    assert.deepEqual([policy().enabled, policy().scan_cycle, policy().scan_scope], [true, 14, 0xf00]);
  });

  it("accepts only values that HSS accepts", () => {
    const failures = (more: object) =>
      findFailures({ ...declared, ...more }, scanSetting.inputs).map(({ property }) => property);
    assert.deepEqual(failures({}), []);
    assert.deepEqual(failures({ scanCycle: 1, timeScope: 2, scanScope: ["virus"], rateLimit: 1001 }), [
      "scanCycle",
      "scanScope",
      "timeScope",
      "rateLimit",
    ]);
  });
});

describe("the scan scope of HSS", () => {
  it("is the documented mask", () => {
    assert.deepEqual(
      [
        ["all"],
        ["vulnerabilities"],
        ["baseline"],
        ["maliciousFiles"],
        ["sensitiveInformation"],
        ["softwareCompliance"],
      ].map((names) => toMask(names as Parameters<typeof toMask>[0])),
      [2_147_483_647, 983_040, 61_440, 3_840, 240, 15],
    );
    assert.equal(toMask(["vulnerabilities", "softwareCompliance"]), 0xf000f);
  });

  it("is compared by its meaning", () => {
    assert.deepEqual(readScope(0xfffff), ["all"]);
    assert.deepEqual(readScope(0xf000f), ["vulnerabilities", "softwareCompliance"]);
    assert.equal(readScope(0x10000), 0x10000);
  });
});
