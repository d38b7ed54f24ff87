import assert from "node:assert/strict";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import { settingProvider } from "../../../provider/lifecycle/setting.js";
import { registryScanSetting } from "../../../provider/tencent/settings/registry-scan-setting.js";
import { Account } from "../../support/account.js";

type Outs = Record<string, unknown>;
const declared = {
  enable: true,
  scanTime: "18:10",
  scanEndTime: "20:00",
  scanPeriod: 1,
  scanTypes: ["VIRUS", "CVE"],
  scanScope: 1,
  ids: ["1256299843", "8741110"],
  images: [{ instanceName: "demo", namespace: "shop", imageName: "web", imageTag: "1.4.2" }],
  namespaces: ["shop"],
};

for (const site of ["cn", "intl"] as const) {
  describe(`the schedule of registry images, on the ${site} site`, () => {
    let account: Account;
    beforeEach(async () => {
      account = await Account.open(60, undefined, site);
    });
    afterEach(() => account.close());

    const provider = () => {
      const client = account.client();
      return settingProvider(
        registryScanSetting,
        () => client,
        () => account.name,
        { clock: account.clock },
      );
    };
    const read = async (id: string, outs: unknown) => {
      const result = await provider().read?.(id, outs);
      return { inputs: result?.inputs as Outs, props: result?.props as Outs };
    };
    const written = () => account.emulator.tencent.calls.filter(({ action }) => action.startsWith("Update")).at(-1);

    it("sends every field by its name, and the defaults of undeclared ones", async () => {
      await provider().create(declared);
      assert.deepEqual(written()?.request, {
        Enable: true,
        ScanPeriod: 1,
        ScanTime: "18:10",
        ScanEndTime: "20:00",
        ScanType: ["CVE", "VIRUS"],
        ScanScope: 1,
        Id: [1_256_299_843, 8_741_110],
        Images: [{ InstanceName: "demo", Namespace: "shop", ImageName: "web", ImageTag: "1.4.2", Force: "false" }],
        Latest: false,
        ContainerRunning: false,
        RegistryType: [],
        Namespace: ["shop"],
        ExcludeImageAssetIds: [],
      });
    });

    it("sees no drift in case, order, seconds or missing fields", async () => {
      const { id, outs } = await provider().create(declared);
      for (const preset of [undefined, "schedule-legacy"] as const) {
        if (preset !== undefined) account.emulator.preset(preset);
        const { enable, scanTime, scanTypes, ids } = (await read(id, outs)).inputs;
        assert.deepEqual(
          { enable, scanTime, scanTypes, ids },
          {
            enable: true,
            scanTime: "18:10",
            scanTypes: ["VIRUS", "CVE"],
            ids: ["1256299843", "8741110"],
          },
        );
      }
    });

    it("sees real drift", async () => {
      const { id, outs } = await provider().create(declared);
      const { setting } = account.emulator.tencent.registry;
      setting.values = { ...setting.values, ScanType: ["CVE"], ScanPeriod: 7 };
      const { scanTypes, scanPeriod } = (await read(id, outs)).inputs;
      assert.deepEqual({ scanTypes, scanPeriod }, { scanTypes: ["CVE"], scanPeriod: 7 });
    });

    it("sends ids to leave out", async () => {
      const { scanScope: _, ids: __, images: ___, ...whole } = declared;
      await provider().create({ ...whole, excludeImageAssetIds: ["8741112"] });
      assert.deepEqual(written()?.request["ExcludeImageAssetIds"], [8_741_112]);
    });

    it("restores a schedule with its excluded ids", async () => {
      const { setting } = account.emulator.tencent.registry;
      setting.values = { Enable: true, ScanTime: "22:00", ScanPeriod: 7, ScanType: [], ExcludeImageAssetIds: [7] };
      const { outs } = await provider().create(declared);
      forgetAll();
      await provider().delete?.("id", outs);
      const { Enable, ScanTime, ExcludeImageAssetIds } = setting.values;
      assert.deepEqual([Enable, ScanTime, ExcludeImageAssetIds], [true, "22:00", [7]]);
    });

    it("accepts names that the cloud completes", async () => {
      const { setting } = account.emulator.tencent.registry;
      const { id, outs } = await provider().create(declared);
      const [image] = setting.values["Images"] as object[];
      setting.values = { ...setting.values, Images: [{ ...image, RegistryType: "tcr", Force: false }] };
      assert.deepEqual((await read(id, outs)).inputs["images"], declared.images);
    });

    it("runs by itself in the emulator, and shows the result", async () => {
      const daily = { enable: true, scanTime: "18:10", scanPeriod: 1, scanTypes: ["CVE"] };
      const { id, outs } = await provider().create(daily);
      account.clock.pass(26 * 3_600_000);
      const { lastScanTime, scanResult } = (await read(id, outs)).props;
      assert.deepEqual([lastScanTime, scanResult], ["2026-11-23 18:10:00", "Success"]);
      account.emulator.preset("quota-empty");
      account.clock.pass(24 * 3_600_000);
      assert.equal((await read(id, outs)).props["scanResult"], "InsufficientLicense");
    });
  });
}
