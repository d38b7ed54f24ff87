import assert from "node:assert/strict";
import { findImages, type HssImageQuery } from "../../../provider/huawei/images/find-images.js";
import { scanTask } from "../../../provider/huawei/tasks/scan-task.js";
import { findFailures } from "../../../provider/validation/inputs.js";
import { Account } from "../../support/account.js";
import { TaskRun } from "../../support/task-run.js";

describe("a search for images of HSS", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open();
  });
  afterEach(() => account.close());

  const find = (query: HssImageQuery) => findImages(account.huaweiClient(), query);
  const ids = async (query: HssImageQuery) => (await find(query)).images.map(({ id }) => id);

  it("gives an image with the fields that a scan of it takes, and how its scan stands apart from them", async () => {
    account.emulator.huawei.world.add({
      ...{ id: 90, image_name: "cart", scan_status: "success", latest_scan_time: Date.UTC(2026, 0, 2) },
    });
    const { images, scans, ...found } = await find({ image: "shop/cart:latest" });
    assert.deepEqual(images, [
      {
        id: "90",
        imageName: "cart",
        imageVersion: "latest",
        namespace: "shop",
        registryId: "registry-1",
        registryName: "SWR",
        registryType: "SwrPrivate",
        imageDigest: `sha256:${"90".padStart(64, "1")}`,
      },
    ]);
    assert.deepEqual(scans, [
      { image: "shop/cart:latest", scanStatus: "success", scanTime: "2026-01-02T00:00:00.000Z" },
    ]);
    assert.deepEqual(found, { total: 1, isComplete: true });
    assert.deepEqual(account.calls(), ["ListRegistryImages"]);
    assert.deepEqual(findFailures({ images, scanScope: ["vulnerabilities"] }, scanTask.inputs), []);
  });

  it("finds images by each part", async () => {
    assert.deepEqual(await ids({ name: "shop/*" }), ["43", "44"]);
    assert.deepEqual(await ids({ namespace: "demo" }), ["42"]);
    assert.deepEqual(await ids({ registryType: "Harbor" }), ["45"]);
    assert.deepEqual(await ids({ registry: "harbor" }), ["45"]);
    assert.deepEqual(await ids({ tag: "2.0.1" }), ["43"]);
    // The cloud's own filter compares parts of names.
    assert.deepEqual(await ids({ name: "shop/ap" }), []);
  });

  it("takes the address of SWR for images of SWR alone", async () => {
    assert.deepEqual(await ids({ image: "swr.cn-north-4.myhuaweicloud.com/shop/api:2.0.1" }), ["43"]);
    assert.deepEqual(await ids({ image: "swr.cn-north-4.myhuaweicloud.com/tools/backup:0.9" }), []);
    assert.deepEqual(await ids({ image: "registry.example/shop/api:2.0.1" }), []);
  });

  it("finds an image on a host, with the fields that a scan of those takes", async () => {
    const { images } = await find({ image: "worker:2.0.1", globalImageType: "local" });
    assert.deepEqual(images, [
      {
        imageId: `sha256:${"46".padStart(64, "0")}`,
        imageName: "worker",
        imageVersion: "2.0.1",
        registryType: "Local",
        imageDigest: `sha256:${"46".padStart(64, "1")}`,
      },
    ]);
    const request = { images, globalImageType: "local", scanScope: ["vulnerabilities"] };
    assert.deepEqual(findFailures(request, scanTask.inputs), []);
  });

  for (const globalImageType of ["registry", "local"] as const) {
    it(`finds what a scan takes as it is: ${globalImageType}`, async () => {
      const { images } = await find({ name: "*", globalImageType });
      const request = { images, globalImageType, scanScope: ["vulnerabilities"] } as const;
      const { status, counts } = await new TaskRun(account, scanTask, account.huaweiClient(), request).run();
      assert.deepEqual([status, (counts as { total: number }).total], ["SUCCEEDED", images.length]);
      assert(images.length > 0);
    });
  }

  it("refuses arguments that belong to the other list", async () => {
    await assert.rejects(
      find({ registryType: "Harbor", globalImageType: "local" }),
      /registryType is not used with globalImageType: "local"/,
    );
    assert.deepEqual(account.calls(), []);
  });
});
