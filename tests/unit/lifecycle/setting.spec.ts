import assert from "node:assert/strict";
import type { dynamic } from "@pulumi/pulumi";
import { liveSettings } from "../../../provider/lifecycle/run-memory.js";
import { settingProvider } from "../../../provider/lifecycle/setting.js";
import { scanSetting } from "../../../provider/tencent/settings/scan-setting.js";
import { Account } from "../../support/account.js";

type Outs = Record<string, unknown>;

const inputs = {
  enable: true,
  scanTime: "01:00",
  scanEndTime: "05:00",
  scanPeriod: 1,
  scanVul: true,
  scanVirus: true,
  scanRisk: true,
};
const present = {
  Enable: true,
  ScanTime: "22:30",
  ScanEndTime: "23:30",
  ScanPeriod: 7,
  ScanVul: true,
  ScanVirus: false,
  ScanRisk: false,
};

describe("settingProvider, of the local schedule", () => {
  let account: Account;
  let provider: dynamic.ResourceProvider;
  beforeEach(async () => {
    account = await Account.open();
    const client = account.client();
    provider = settingProvider(
      scanSetting,
      () => client,
      () => account.name,
      { clock: account.clock },
    );
  });
  afterEach(() => account.close());

  const stands = () => account.emulator.tencent.local.setting.values;
  const put = (values: object) => {
    account.emulator.tencent.local.setting.values = values as Record<string, unknown>;
  };
  const create = async (more: object = {}) => (await provider.create({ ...inputs, ...more })).outs as Outs;
  /** A delete in a later run, in which nothing declares the setting. */
  const deleteLater = async (state: Outs) => {
    liveSettings.take(scanSetting.token, account.name);
    await provider.delete?.("id", state);
  };

  it("writes every field, and stores the previous schedule", async () => {
    put(present);
    const state = await create({ excludeImages: ["sha256:b"] });
    assert.deepEqual(stands(), {
      Enable: true,
      ScanTime: "01:00",
      ScanEndTime: "05:00",
      ScanPeriod: 1,
      ScanVirus: true,
      ScanRisk: true,
      ScanVul: true,
      Images: [],
      ContainerRunning: false,
      ScanScope: 0,
      ExcludeImages: ["sha256:b"],
      ClusterIDs: [],
    });
    const { scanTime, scanPeriod, enable } = state["previous"] as Outs;
    assert.deepEqual({ scanTime, scanPeriod, enable }, { scanTime: "22:30", scanPeriod: 7, enable: true });
  });

  it("sees no drift in equal values of another form", async () => {
    const state = await create({ excludeImages: ["sha256:a", "sha256:b"] });
    put({
      ...stands(),
      ScanTime: "01:00:00",
      ScanEndTime: "2026-11-22 05:00:00",
      ExcludeImages: ["sha256:b", "sha256:a"],
      ClusterIDs: null,
    });
    const { props, inputs: read } = (await provider.read?.("id", state)) ?? {};
    for (const [name, value] of Object.entries(inputs))
      assert.deepEqual([props[name], read[name]], [value, value], name);
    assert.deepEqual(read.excludeImages, ["sha256:a", "sha256:b"]);
  });

  it("finds drift in declared and undeclared properties", async () => {
    const state = await create();
    put({ ...stands(), ScanTime: "03:00", ScanScope: 2 });
    account.emulator.tencent.local.setting.lastScanTime = "2026-11-21 01:00:12";
    const { props, inputs: read } = (await provider.read?.("id", state)) ?? {};
    assert.deepEqual([read.scanTime, read.scanScope, read.scanEndTime], ["03:00", 2, "05:00"]);
    assert.equal(props.lastScanTime, "2026-11-21 01:00:12");
    assert.equal("previous" in read, false);
    const { outs } = (await provider.update?.("id", props, inputs)) ?? {};
    assert.deepEqual([stands()["ScanTime"], stands()["ScanScope"]], ["01:00", 0]);
    assert.deepEqual(outs.previous, state["previous"]);
  });

  it("finds drift in the window's end, declared or not, set or cleared", async () => {
    const declared = await create();
    put({ ...stands(), ScanEndTime: "" });
    assert.equal((await provider.read?.("id", declared))?.inputs.scanEndTime, "");
    const { scanEndTime: _, ...rest } = inputs;
    const undeclared = (await provider.update?.("id", declared, rest))?.outs;
    assert.equal((await provider.read?.("id", undeclared))?.inputs.scanEndTime, undefined);
    put({ ...stands(), ScanEndTime: "01:05" });
    assert.equal((await provider.read?.("id", undeclared))?.inputs.scanEndTime, "01:05");
  });

  it("does not store the stack's own schedule as the previous one", async () => {
    put(present);
    await create();
    const renamed = await create();
    assert.equal("previous" in renamed, false);
    await provider.check?.(inputs, { ...inputs, scanTime: "03:00" });
    const replaced = await create({ scanTime: "03:00" });
    assert.equal("previous" in replaced, false);
    await deleteLater(replaced);
    assert.equal(stands()["Enable"], false);
  });

  it("stays in the state as disabled if the cloud has lost the setting", async () => {
    const state = await create();
    account.emulator.faults.plan({ fault: "error", code: "ResourceNotFound" });
    const { id, inputs: read } = (await provider.read?.("id", state)) ?? {};
    assert.deepEqual([id, read.enable], ["id", false]);
  });

  describe("when it is deleted", () => {
    it("restores the previous schedule", async () => {
      put(present);
      await deleteLater(await create());
      for (const [name, value] of Object.entries(present)) assert.deepEqual(stands()[name], value, name);
    });

    it("restores a previous schedule that our own rules would refuse", async () => {
      put({ ...present, ScanScope: 2, Images: ["sha256:left-over"] });
      await deleteLater(await create());
      assert.deepEqual([stands()["Enable"], stands()["ScanTime"], stands()["ScanScope"]], [true, "22:30", 2]);
    });

    it("disables the current values if the previous schedule was off", async () => {
      put({ ...present, Enable: false });
      await deleteLater(await create());
      assert.deepEqual([stands()["Enable"], stands()["ScanTime"]], [false, "01:00"]);
    });

    it("disables the current values if the previous schedule cannot be restored", async () => {
      put({ ...present, ScanPeriod: 0 });
      await deleteLater(await create());
      assert.deepEqual([stands()["Enable"], stands()["ScanTime"]], [false, "01:00"]);
    });

    it('disables with onDelete: "disable", and writes nothing with "retain"', async () => {
      put(present);
      await deleteLater(await create({ onDelete: "disable" }));
      assert.deepEqual([stands()["Enable"], stands()["ScanTime"]], [false, "01:00"]);
      await deleteLater(await create({ onDelete: "retain" }));
      assert.equal(stands()["Enable"], true);
    });

    it("writes nothing if the program still has the same setting", async () => {
      const old = await create();
      await provider.check?.({}, { ...inputs, scanTime: "02:00" });
      const before = account.calls().length;
      await provider.delete?.("id", old);
      assert.equal(account.calls().length, before);
    });
  });

  it("keeps the previous schedule after a lost answer to its first write", async () => {
    put(present);
    account.emulator.faults.plan({ action: "CreateAssetImageScanSetting", fault: "reset", times: 10 });
    await assert.rejects(create(), (error: Error & { properties?: Outs }) => {
      assert.equal((error.properties?.["previous"] as Outs | undefined)?.["scanTime"], "22:30");
      return true;
    });
  });

  it("keeps the previous schedule after a lost answer and a refusal", async () => {
    put(present);
    account.emulator.faults.plan({ action: "CreateAssetImageScanSetting", fault: "reset", executed: true });
    account.emulator.faults.plan({
      action: "CreateAssetImageScanSetting",
      fault: "error",
      code: "AuthFailure.TokenFailure",
    });
    await assert.rejects(create(), (error: Error & { properties?: Outs }) => {
      assert.equal((error.properties?.["previous"] as Outs | undefined)?.["scanTime"], "22:30");
      return true;
    });
  });

  it("fails if the cloud stores other values than it accepted, and names them", async () => {
    const { local: world } = account.emulator.tencent;
    Object.defineProperty(world.setting, "values", {
      get: () => ({ ...present, ScanTime: "09:00" }),
      set: () => undefined,
    });
    await assert.rejects(create(), /accepted the setting, but shows other values for .*scanTime/);
  });
});
