import assert from "node:assert/strict";
import { isPresetName } from "../../emulator/index.js";
import { Presets } from "../../emulator/server/presets.js";
import * as hss from "../../provider/huawei/api/image-scans.js";
import * as local from "../../provider/tencent/api/local-images.js";
import * as registry from "../../provider/tencent/api/registry-images.js";
import { Account, imageId } from "../support/account.js";

// What the documents print, as far as no other test rehearses it.

describe("a preset of the emulator", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const scan = { Images: [imageId("web")], ScanVul: true, IsOneClickScanningTask: true };

  it("applies everywhere, to one image, or only once", () => {
    const presets = new Presets();
    presets.addText("registry-partial=shop/web:1.4.2");
    presets.addText("list-slow");
    assert.deepEqual(
      [presets.has("registry-partial", "8741110", "shop/web:1.4.2"), presets.has("registry-partial", "other")],
      [true, false],
    );
    assert.deepEqual([presets.take("list-slow"), presets.take("list-slow")], [true, false]);
    assert.throws(() => presets.addText("no-such-thing"), /there is no preset "no-such-thing"/);
    assert.equal(isPresetName("constructor"), false);
  });

  it("local-running: the documented example of a running scan, without progress", async () => {
    account.emulator.preset("local-running");
    const { TaskID } = (await local.createAssetImageScanTask(account.client(), scan)).response;
    for (const pass of [0, 600_000]) {
      account.clock.pass(pass);
      const { ImageTotal, ImageScanCnt, LeftSeconds, Schedule, Status } = (
        await local.describeAssetImageScanStatus(account.client(), TaskID ?? "")
      ).response;
      assert.deepEqual([ImageTotal, ImageScanCnt, LeftSeconds, Schedule, Status], [339, 0, 4666, 0, "SCANNING"]);
    }
  });

  it("local-cancelled: END with Cancel", async () => {
    account.emulator.preset("local-cancelled", imageId("web"));
    await local.createAssetImageScanTask(account.client(), scan);
    account.clock.pass(61_000);
    const { Status, SubStatus } = (await local.describeAssetImageScanTask(account.client())).response;
    assert.deepEqual([Status, SubStatus], ["END", "Cancel"]);
  });

  it("schedule-legacy: seconds, lower case, and no optional field", async () => {
    account.emulator.preset("schedule-legacy");
    const request = { Enable: true, ScanTime: "11:05", ScanPeriod: 1, ScanType: ["RISK", "VIRUS"], Latest: true };
    await registry.updateImageRegistryTimingScanTask(account.client(), request);
    const { RequestId: _, ...shown } = (await registry.describeImageRegistryTimingScanTask(account.client()))
      .response as Record<string, unknown>;
    assert.deepEqual(shown, { Enable: true, ScanPeriod: 1, ScanTime: "11:05:00", ScanType: ["risk", "virus"] });
  });

  it("already-scanning and quota-empty: the documented refusals", async () => {
    account.emulator.preset("already-scanning");
    const refused = local.createAssetImageScanTask(account.client(), scan);
    await assert.rejects(refused, { kind: "busy", code: "FailedOperation.ErrAlreadyScanning" });
    account.emulator.preset("quota-empty");
    const empty = registry.createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110] });
    await assert.rejects(empty, { kind: "quota", code: "FailedOperation.AuthorizedNotEnough" });
  });

  it("hss-old-envelope and hss-denied: two envelopes of a refusal with status 400", async () => {
    account.emulator.preset("hss-old-envelope");
    await assert.rejects(hss.listImageScanPolicy(account.huaweiClient(), {}), { kind: "rejected", code: "00000010" });
    account.emulator.preset("hss-denied");
    await assert.rejects(hss.listImageScanPolicy(account.huaweiClient(), {}), { kind: "auth", code: "HSS.0013" });
  });

  it("hss-oldest-first: the other order of the list", async () => {
    for (let times = 0; times < 2; times++) {
      await hss.createManualImageScanTask(account.huaweiClient(), {}, "registry", { is_all: true });
      account.clock.pass(61_000);
    }
    const order = async () =>
      (await hss.listImageScanTask(account.huaweiClient(), {}, { type: "registry" })).response.data_list?.map(
        ({ task_id }) => task_id,
      );
    const newestFirst = await order();
    account.emulator.preset("hss-oldest-first");
    assert.deepEqual(await order(), newestFirst?.toReversed());
  });

  it("a repeated scan costs a tenth on the international site, one on the domestic site", async () => {
    for (const [site, used] of [
      ["intl", 1.1],
      ["cn", 2],
    ] as const) {
      const other = await Account.open(1, undefined, site);
      for (let times = 0; times < 2; times++) {
        await registry.createAssetImageRegistryScanTask(other.client(), { Id: [8_741_110] });
        other.clock.pass(2_000);
      }
      assert.equal(other.emulator.tencent.quota.used, used);
      await other.close();
    }
  });

  it("can be switched on while the emulator runs", async () => {
    const { url } = account.emulator.address;
    const admin = (method: string, body?: unknown) =>
      fetch(`${url}/_emulator/presets`, {
        method,
        headers: { "x-emulator-admin": "1" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    assert.deepEqual(await (await admin("POST", ["registry-partial=8741110", "vul-half"])).json(), {
      "registry-partial": ["8741110"],
      "vul-half": "everywhere",
    });
    assert.equal((await admin("POST", ["nothing"])).status, 400);
    await admin("DELETE");
    assert.deepEqual(await (await admin("GET")).json(), {});
  });

  it("exists for each documented example of Tencent Cloud", () => {
    const documented =
      "registry-create-no-taskid registry-create-taskid registry-timeout registry-partial registry-subset local-running " +
      "local-cancelled vul-half vul-unknown schedule-legacy list-slow already-scanning null-fields";
    for (const name of documented.split(" ")) assert(isPresetName(name), name);
  });
});
