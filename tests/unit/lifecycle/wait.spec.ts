import assert from "node:assert/strict";
import type { PartialFailure } from "../../../provider/lifecycle/partial-failure.js";
import { createAssetImageScanTask } from "../../../provider/tencent/api/local-images.js";
import { Account, imageId } from "../../support/account.js";
import { LocalScan } from "../../support/local-scan.js";

async function failureOf(work: Promise<unknown>): Promise<PartialFailure> {
  const error = await work.then(
    () => assert.fail("did not fail"),
    (e: unknown) => e,
  );
  assert.equal((error as Error).name, "PartialFailure", String(error));
  return error as PartialFailure;
}

describe("waitProvider, of a local scan", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open(600);
  });
  afterEach(() => account.close());

  const world = () => account.emulator.tencent.local;

  it("sees a success, with its counts", async () => {
    const { status, rawStatus, counts, reason } = await new LocalScan(account).run();
    assert.deepEqual(
      { status, rawStatus, counts, reason },
      {
        status: "SUCCEEDED",
        rawStatus: "END/Success",
        counts: { total: 2, scanned: 2, succeeded: 2, risky: 2 },
        reason: undefined,
      },
    );
  });

  it("makes few calls for a scan of ten minutes", async () => {
    await new LocalScan(account).run();
    assert(
      account.calls("DescribeAssetImageScanStatus").length <= 15,
      `${account.calls("DescribeAssetImageScanStatus").length} calls`,
    );
  });

  for (const [end, status] of [
    ["Timeout", "TIMED_OUT"],
    ["Cancel", "CANCELED"],
    ["Error", "FAILED"],
  ] as const) {
    it(`reads END with ${end} as ${status}`, async () => {
      world().nextEnd = end;
      assert.equal((await new LocalScan(account).run())["status"], status);
    });
  }

  it("continues to poll after an undocumented word in the record", async () => {
    world().nextEnd = "Superseded" as "Error";
    const failure = await failureOf(new LocalScan(account).run({ waitTimeoutSeconds: 900 }));
    assert.match(failure.message, /task 41033 has not ended/);
  });

  it("calls a success with a failed image PARTIAL, and names the image", async () => {
    world().add({ id: imageId("broken"), outcome: "error" });
    const { status, counts, reason } = await new LocalScan(account, {
      images: [imageId("web"), imageId("broken")],
      scanVul: true,
    }).run();
    assert.equal(status, "PARTIAL");
    assert.deepEqual(counts, { total: 2, scanned: 2, succeeded: 1, risky: 1 });
    assert.match(String(reason), /sha256:broken \(SCAN_ERR, ScanTimeout\)/);
  });

  it("calls a scan without any scanned image FAILED", async () => {
    world().add({ id: imageId("broken"), outcome: "error" });
    assert.equal(
      (await new LocalScan(account, { images: [imageId("broken")], scanVul: true }).run())["status"],
      "FAILED",
    );
  });

  it("a scan of every licensed image succeeds despite images without a licence", async () => {
    const { status, counts } = await new LocalScan(account, { scanScope: 0, scanVul: true }).run();
    assert.deepEqual(
      { status, counts },
      { status: "SUCCEEDED", counts: { total: 4, scanned: 4, succeeded: 4, risky: 3 } },
    );
  });

  it("does not count earlier results of images that the cloud left out", async () => {
    world().add({ id: imageId("unlicensed"), authorized: false, status: "SCANNED", scanTime: Date.UTC(2025, 0, 1) });
    const { status } = await new LocalScan(account, {
      images: [imageId("web"), imageId("unlicensed")],
      scanVul: true,
    }).run();
    assert.equal(status, "PARTIAL");
  });

  it("does not call zero rows a success when a filter matches nothing afterwards", async () => {
    for (const image of world().images.values()) Object.assign(image, { outcome: "error" });
    const filters = [{ name: "ScanStatus", values: ["notScan"] }];
    const { status, reason } = await new LocalScan(account, { filters, scanVul: true }).run();
    assert.deepEqual([status, reason], ["FAILED", "the cloud shows a result for only 0 of 4 images"]);
  });

  it("judges an adopted task by images scanned since it began", async () => {
    const other = { Images: [imageId("web")], ScanVul: true, IsOneClickScanningTask: true };
    await new LocalScan(account).run();
    account.clock.pass(5_000);
    await createAssetImageScanTask(account.client(), other);
    account.clock.pass(601_000);
    const taken = async (images: string[]) => {
      const scan = new LocalScan(account, { images, scanVul: true });
      const reading = await scan.readBaseline();
      return (await scan.wait(reading, await scan.submit(reading, { adoptTaskId: "41034" })))["status"];
    };
    assert.equal(await taken([imageId("web")]), "SUCCEEDED");
    assert.equal(await taken([imageId("api")]), "FAILED");
    await createAssetImageScanTask(account.client(), { ...other, Images: [imageId("api")] });
    assert.equal(await taken([imageId("web")]), "UNKNOWN");
  });

  it("calls a scan without a matching image FAILED", async () => {
    const filters = [{ name: "ImageName", values: ["nothing-like-this"] }];
    const { status, reason } = await new LocalScan(account, { filters, scanVul: true }).run();
    assert.deepEqual({ status, reason }, { status: "FAILED", reason: "no image matched, so nothing was scanned" });
  });

  describe("when another scan has overwritten the account's record", () => {
    const meanwhile = async (scan: LocalScan) => {
      const reading = await scan.readBaseline();
      const submitted = await scan.submit(reading);
      world().add({ id: imageId("other") });
      await createAssetImageScanTask(account.client(), {
        Images: [imageId("other")],
        ScanVul: true,
        IsOneClickScanningTask: true,
      });
      return scan.wait(reading, submitted);
    };

    it("reads success from the images, each scanned since the baseline", async () => {
      const { status, rawStatus } = await meanwhile(new LocalScan(account));
      assert.deepEqual({ status, rawStatus }, { status: "SUCCEEDED", rawStatus: "END" });
    });

    it("sees its own end while the next scan of the same images runs", async () => {
      const scan = new LocalScan(account);
      const reading = await scan.readBaseline();
      const submitted = await scan.submit(reading);
      account.clock.pass(601_000);
      const again = { Images: [imageId("web"), imageId("api")], ScanVul: true, IsOneClickScanningTask: true };
      await createAssetImageScanTask(account.client(), again);
      const begun = account.clock.now();
      assert.equal((await scan.wait(reading, submitted))["status"], "SUCCEEDED");
      assert(account.clock.now() - begun < 60_000);
    });

    it("does not count an older result as a new one", async () => {
      await new LocalScan(account).run();
      world().nextEnd = "Cancel";
      const { status, reason } = await meanwhile(new LocalScan(account));
      assert.equal(status, "PARTIAL");
      assert.match(String(reason), /no result since the scan was started/);
    });

    it("calls it UNKNOWN if only the cloud knows the images", async () => {
      const { status } = await meanwhile(new LocalScan(account, { scanScope: 2, scanVul: true }));
      assert.equal(status, "UNKNOWN");
    });
  });

  it("uses the images if the account's record has no word for the end", async () => {
    world().nextEnd = "" as "Error";
    assert.deepEqual([(await new LocalScan(account).run())["status"]], ["PARTIAL"]);
  });

  it("continues through unknown words and outages up to the end", async () => {
    const scan = new LocalScan(account);
    const reading = await scan.readBaseline();
    const submitted = await scan.submit(reading);
    account.emulator.faults.plan({ action: "DescribeAssetImageScanStatus", fault: "status", times: 20 });
    assert.equal((await scan.wait(reading, submitted))["status"], "SUCCEEDED");
  });

  it("does not abandon a task after one answer that it does not exist", async () => {
    const scan = new LocalScan(account);
    const reading = await scan.readBaseline();
    const submitted = await scan.submit(reading);
    const missing = { fault: "error", code: "ResourceNotFound" } as const;
    account.emulator.faults.plan({ action: "DescribeAssetImageScanStatus", after: 4, ...missing });
    account.emulator.faults.plan({ action: "DescribeAssetImageScanTask", ...missing });
    assert.equal((await scan.wait(reading, submitted))["status"], "SUCCEEDED");
  });

  it("calls a task UNKNOWN after the cloud has not known it for a minute", async () => {
    const scan = new LocalScan(account);
    const reading = await scan.readBaseline();
    const submitted = await scan.submit(reading);
    world().tasks.clear();
    const begun = account.clock.now();
    const { status } = await scan.wait(reading, submitted);
    assert.equal(status, "UNKNOWN");
    assert(account.clock.now() - begun >= 60_000);
  });

  it("fails at its limit, and waits for the same task in the next update", async () => {
    const scan = new LocalScan(account);
    const reading = await scan.readBaseline();
    const submitted = await scan.submit(reading);
    const inputs = { waitTimeoutSeconds: 60 };
    const failure = await failureOf(scan.wait(reading, submitted, inputs));
    assert.match(failure.message, /task 41033 has not ended within 60 s \(\d+% 9m left, 0\/2 images\)/);
    assert.match(failure.message, /pulumi up.*waitTimeoutSeconds/s);
    assert.deepEqual(failure.properties, {
      waitedFor: submitted["submission"],
      __provider: "text",
    });

    const news = scan.waitInputs(reading, submitted);
    assert.deepEqual(await scan.waiting.diff?.("w", failure.properties, news), { changes: true });
    const { outs } = (await scan.waiting.update?.("w", failure.properties, news)) ?? {};
    assert.equal(outs.status, "SUCCEEDED");
    assert.equal(world().tasks.size, 1);
  });

  it("limits the wait by the scan's own shorter timeout", async () => {
    account.emulator.tencent.local.scanMs = 3_600_000;
    const scan = new LocalScan(account, { images: [imageId("web")], scanVul: true, timeout: 7_200 });
    const reading = await scan.readBaseline();
    const submitted = await scan.submit(reading);
    account.emulator.faults.plan({
      action: "DescribeAssetImageScanStatus",
      fault: "error",
      code: "InternalError",
      times: 10_000,
    });
    const begun = account.clock.now();
    await failureOf(scan.wait(reading, submitted));
    const hours = (account.clock.now() - begun) / 3_600_000;
    assert(hours > 2.1 && hours < 2.3, `${hours} h`);
  });

  describe('with failOn: "task"', () => {
    it("fails with status, counts and remedy in each update, without a call", async () => {
      world().nextEnd = "Error";
      const scan = new LocalScan(account);
      const reading = await scan.readBaseline();
      const submitted = await scan.submit(reading);
      const failure = await failureOf(scan.wait(reading, submitted, { failOn: "task" }));
      assert.equal((failure.properties as { status?: string }).status, "FAILED");
      assert.match(
        failure.message,
        /task 41033 ended FAILED: the cloud reports an error of the scan.*new triggers.*changed request.*failOn: "never"/s,
      );

      const calls = account.calls().length;
      const news = scan.waitInputs(reading, submitted, { failOn: "task" });
      assert.deepEqual(await scan.waiting.diff?.("w", failure.properties, news), { changes: true });
      await failureOf(Promise.resolve(scan.waiting.update?.("w", failure.properties, news)));
      const relaxed = scan.waitInputs(reading, submitted, { failOn: "never" });
      // The engine sees the change itself, and shows it.
      assert.deepEqual(await scan.waiting.diff?.("w", failure.properties, relaxed), {});
      assert.equal((await scan.waiting.update?.("w", failure.properties, relaxed))?.outs.status, "FAILED");
      assert.equal(account.calls().length, calls);
    });

    it("succeeds after a successful scan", async () => {
      assert.equal((await new LocalScan(account).run({ failOn: "task" }))["status"], "SUCCEEDED");
    });
  });

  it("is replaced when its submission is", async () => {
    const { waiting } = new LocalScan(account);
    const diff = await waiting.diff?.("w", { waitedFor: "a", status: "SUCCEEDED" }, { submitted: { submission: "b" } });
    assert.deepEqual(diff, { replaces: ["submitted"] });
  });
});
