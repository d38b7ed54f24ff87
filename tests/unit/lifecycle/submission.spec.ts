import assert from "node:assert/strict";
import { createAssetImageScanTask } from "../../../provider/tencent/api/local-images.js";
import { Account, imageId } from "../../support/account.js";
import { LocalScan } from "../../support/local-scan.js";
import { inAnotherRun } from "../../support/task-run.js";

const web = { Images: [imageId("web")], ScanVul: true, IsOneClickScanningTask: true };

describe("submissionProvider, of a local scan", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const submissions = () => account.emulator.tencent.local.tasks.size;

  it("submits once, and returns the task's id", async () => {
    const scan = new LocalScan(account);
    const { id, taskId, origin } = await scan.submit(await scan.readBaseline());
    assert.deepEqual({ id, taskId, origin }, { id: "41033", taskId: "41033", origin: "submitted" });
    assert.equal(submissions(), 1);
  });

  it("sends the request by the API's names, as a one-click scan", async () => {
    const scan = new LocalScan(account);
    await scan.submit(await scan.readBaseline());
    const call = account.emulator.tencent.calls.find(({ action }) => action === "CreateAssetImageScanTask");
    assert.deepEqual(call?.request, {
      Images: [imageId("web"), imageId("api")].sort(),
      ScanVul: true,
      ScanVirus: false,
      ScanRisk: false,
      ScanScope: 1,
      IsOneClickScanningTask: true,
    });
  });

  for (const executed of [true, false]) {
    it(`sends no second request after an answer is lost ${executed ? "after" : "before"} its execution`, async () => {
      account.emulator.faults.plan({ action: "CreateAssetImageScanTask", fault: "reset", executed });
      const scan = new LocalScan(account);
      const reading = await scan.readBaseline();
      if (executed) {
        assert.equal((await scan.submit(reading))["origin"], "found");
      } else {
        await assert.rejects(scan.submit(reading), /no task of this request has appeared, and it was not sent again/);
        assert.equal(submissions(), 0);
        assert.equal((await scan.submit(reading))["origin"], "submitted");
      }
      assert.equal(submissions(), 1);
    });
  }

  it("treats half an answer, an HTML page and an internal error as a lost answer", async () => {
    for (const fault of [
      { fault: "garbage" },
      { fault: "status" },
      { fault: "error", code: "InternalError" },
    ] as const) {
      const before = submissions();
      account.emulator.faults.plan({ action: "CreateAssetImageScanTask", executed: true, ...fault });
      const scan = new LocalScan(account);
      assert.equal((await scan.submit(await scan.readBaseline()))["origin"], "found", fault.fault);
      assert.equal(submissions(), before + 1);
      account.clock.pass(61_000);
    }
  });

  for (const over of [false, true]) {
    it(`finds the task of a run that was killed between acceptance and answer${over ? ", with the scan over" : ""}`, async () => {
      const scan = new LocalScan(account);
      // Read by another process, as far as this one knows.
      const reading = { ...(await scan.readBaseline()), id: "from the state" };
      account.emulator.faults.plan({ action: "CreateAssetImageScanTask", fault: "reset", executed: true });
      await assert.rejects(
        createAssetImageScanTask(account.client(), { ...web, Images: [imageId("web"), imageId("api")] }),
      );
      if (over) account.clock.pass(61_000);
      const { taskId, origin } = await scan.submit(reading);
      assert.deepEqual({ taskId, origin }, { taskId: "41033", origin: "found" });
      assert.equal(submissions(), 1);
    });
  }

  it("submits after a run that was killed before the request", async () => {
    const scan = new LocalScan(account);
    const reading = { ...(await scan.readBaseline()), id: "from the state" };
    assert.equal((await scan.submit(reading))["origin"], "submitted");
  });

  it("does not adopt a scan of other images that began in between", async () => {
    const scan = new LocalScan(account, { images: [imageId("api")], scanVul: true });
    const reading = { ...(await scan.readBaseline()), id: "from the state" };
    await createAssetImageScanTask(account.client(), web);
    assert.deepEqual((await scan.submit(reading))["origin"], "submitted");
    assert.equal(submissions(), 2);
  });

  for (const end of ["Error", "Timeout", "Cancel"] as const) {
    it(`submits nothing after a lost answer whose scan ended with ${end} before it touched an image`, async () => {
      const scan = new LocalScan(account);
      const reading = { ...(await scan.readBaseline()), id: "from the state" };
      account.emulator.tencent.local.nextEnd = end;
      await createAssetImageScanTask(account.client(), { ...web, Images: [imageId("web"), imageId("api")] });
      for (const task of account.emulator.tencent.local.tasks.values()) task.ends = task.begun;
      account.clock.pass(61_000);
      await assert.rejects(scan.submit(reading), /not known whether this scan was started before.*Seen since: 41033/s);
      assert.equal(submissions(), 1);
    });
  }

  it("does not adopt a scan if only the cloud knows its images", async () => {
    const scan = new LocalScan(account, { scanScope: 2, scanVul: true });
    const reading = { ...(await scan.readBaseline()), id: "from the state" };
    await createAssetImageScanTask(account.client(), web);
    await assert.rejects(scan.submit(reading), /not known.*Seen since: 41033/s);
  });

  it("finds its scan of every licensed image", async () => {
    const scan = new LocalScan(account, { scanScope: 0, scanVul: true });
    const reading = { ...(await scan.readBaseline()), id: "from the state" };
    await createAssetImageScanTask(account.client(), { ScanScope: 0, ScanVul: true, IsOneClickScanningTask: true });
    assert.deepEqual((await scan.submit(reading))["origin"], "found");
  });

  it("refuses to adopt the task of an earlier request", async () => {
    const scan = new LocalScan(account);
    const inputs = scan.submissionInputs(await scan.readBaseline());
    const failures = async (olds: object, news: object) =>
      (await scan.submission.check?.(olds, { ...inputs, ...news }))?.failures?.map(({ property }) => property);
    const adopting = (fingerprint: string) => ({ baseline: { fingerprint }, adoptTaskId: "7" });
    assert.deepEqual(await failures({}, {}), []);
    assert.deepEqual(await failures(adopting("e"), { adoptTaskId: "7" }), ["adoptTaskId"]);
    assert.deepEqual(await failures(adopting("f"), { adoptTaskId: "7" }), []);
  });

  it("works with an account that has no record", async () => {
    account.emulator.faults.plan({
      action: "DescribeAssetImageScanTask",
      fault: "error",
      code: "ResourceNotFound",
      times: 9,
    });
    const scan = new LocalScan(account);
    assert.equal((await scan.submit(await scan.readBaseline()))["origin"], "submitted");
  });

  it("submits nothing and reports the scans if their owner is unknown", async () => {
    const scan = new LocalScan(account);
    const reading = { ...(await scan.readBaseline()), id: "from the state" };
    await createAssetImageScanTask(account.client(), web);
    await assert.rejects(
      scan.submit(reading),
      /not known whether this scan was started before.*Seen since: 41033.*adoptTaskId: "41033".*triggers/s,
    );
    assert.equal(submissions(), 1);
  });

  it("submits nothing if the read after the baseline fails", async () => {
    const scan = new LocalScan(account);
    const reading = { ...(await scan.readBaseline()), id: "from the state" };
    account.emulator.faults.plan({ action: "DescribeAssetImageScanTask", fault: "garbage", times: 10 });
    await assert.rejects(scan.submit(reading), { kind: "protocol" });
    assert.equal(submissions(), 0);
  });

  it("waits for an older scan of the same images, then submits its own", async () => {
    await createAssetImageScanTask(account.client(), web);
    const scan = new LocalScan(account);
    const { taskId, origin } = await scan.submit(await scan.readBaseline());
    assert.deepEqual({ taskId, origin }, { taskId: "41034", origin: "submitted" });
    assert.equal(account.calls("CreateAssetImageScanTask").length, 3);
  });

  it("waits for any scan of the account if only the cloud knows the images", async () => {
    await createAssetImageScanTask(account.client(), { ...web, IsOneClickScanningTask: false });
    const scan = new LocalScan(account, { clusterIds: ["cls-demo"], scanVul: true });
    assert.deepEqual((await scan.submit(await scan.readBaseline()))["origin"], "submitted");
  });

  it("stops waiting for an older scan at its limit, and submits nothing", async () => {
    await createAssetImageScanTask(account.client(), web);
    const scan = new LocalScan(account);
    const patience = scan.submit(await scan.readBaseline(), { waitTimeoutSeconds: 10 });
    await assert.rejects(patience, /nothing was submitted: an earlier scan of 1 of the same images is still running/);
    assert.equal(submissions(), 1);
  });

  it("reports a refusal without a running scan as its cause", async () => {
    account.emulator.tencent.local.add({ id: imageId("unlicensed"), authorized: false });
    const scan = new LocalScan(account, { images: [imageId("unlicensed")], scanVul: true });
    await assert.rejects(scan.submit(await scan.readBaseline()), {
      code: "FailedOperation.ErrAlreadyScanning",
      message: /no scan licence/,
    });
  });

  for (const [code, seconds] of [
    ["FailedOperation.ErrAlreadyScanning", 36],
    ["AuthFailure.UnauthorizedOperation", 31],
    ["InvalidParameter", 31],
  ] as const) {
    it(`reports a repeated refusal after half a minute: ${code}`, async () => {
      const scan = new LocalScan(account);
      const reading = await scan.readEarlierBaseline();
      account.emulator.faults.plan({ action: "CreateAssetImageScanTask", fault: "error", code, times: 9 });
      const begun = account.clock.now();
      await assert.rejects(scan.submit(reading), { code });
      assert(account.clock.now() - begun <= seconds * 1000, `${account.clock.now() - begun} ms`);
      assert.equal(submissions(), 0);
    });
  }

  it("reports a missing right to read at once, also after an earlier submission", async () => {
    const scan = new LocalScan(account);
    const reading = await scan.readEarlierBaseline();
    const code = "AuthFailure.UnauthorizedOperation";
    account.emulator.faults.plan({ action: "DescribeAssetImageScanTask", fault: "error", code, times: 9 });
    const begun = account.clock.now();
    await assert.rejects(scan.submit(reading), { code });
    assert(account.clock.now() - begun <= 2_000, `${account.clock.now() - begun} ms`);
  });

  it("adopts a task by its id, and refuses one that does not exist", async () => {
    await createAssetImageScanTask(account.client(), web);
    const scan = new LocalScan(account);
    const reading = await scan.readBaseline();
    await assert.rejects(scan.submit(reading, { adoptTaskId: "7" }), /adoptTaskId: the cloud knows no task 7/);
    const { taskId, origin } = await scan.submit(reading, { adoptTaskId: "41033" });
    assert.deepEqual({ taskId, origin }, { taskId: "41033", origin: "adopted" });
    assert.equal(submissions(), 1);
  });

  it("is replaced only with its baseline, or for another adopted task", async () => {
    const scan = new LocalScan(account);
    const olds = { baseline: { id: "b" }, submitted: { task: { taskId: "1" } } };
    const baseline = { fingerprint: "f", request: {}, reading: { id: "b" } };
    const diff = async (news: object) => scan.submission.diff?.("1", olds, { baseline, ...news });
    assert.deepEqual(await diff({ waitTimeoutSeconds: 5, line: "urn" }), { changes: false });
    assert.deepEqual(await diff({ onDelete: "leave" }), { changes: true });
    assert.deepEqual(await diff({ adoptTaskId: "1" }), { changes: false });
    assert.deepEqual(await diff({ adoptTaskId: "2" }), { replaces: ["adoptTaskId"] });
    const other = { ...baseline, reading: { id: "another" } };
    assert.deepEqual(await diff({ baseline: other }), { replaces: ["baseline"] });
  });

  it("has a new baseline only for another request, account or triggers", async () => {
    const scan = new LocalScan(account);
    const { baseline } = scan;
    const old = { ...scan.request, triggers: ["1", "2"] };
    const diff = async (news: object) => baseline.diff?.("1", old, { ...old, ...news });
    const { images = [] } = scan.request;
    for (const same of [{}, { images: [...images, ...images].reverse() }, { scanVirus: false, scanScope: 1 }]) {
      assert.deepEqual(await diff(same), { changes: false });
    }
    assert.deepEqual(await diff({ images: images.slice(1) }), { replaces: ["images"] });
    assert.deepEqual(await diff({ account: "prod" }), { replaces: ["account"] });
    assert.deepEqual(await diff({ triggers: ["2", "1"] }), { replaces: ["triggers"] });
    assert.deepEqual(await diff({ triggers: ["1", "2"], timeout: 60 }), { replaces: ["timeout"] });
  });

  describe("when it is deleted", () => {
    const stops = () => account.calls("ModifyAssetImageScanStop").length;
    const later = inAnotherRun;

    it("stops its own running task after a read of its status", async () => {
      const scan = new LocalScan(account);
      const state = await scan.submit(await scan.readBaseline());
      const before = account.calls().length;
      await scan.submission.delete?.("41033", later(state));
      assert.deepEqual(account.calls().slice(before, before + 2), [
        "DescribeAssetImageScanStatus",
        "ModifyAssetImageScanStop",
      ]);
      assert.equal(account.emulator.tencent.local.tasks.get("41033")?.end, "Cancel");
    });

    it("stops no ended, adopted, retained or still used task", async () => {
      const scan = new LocalScan(account);
      const state = await scan.submit(await scan.readBaseline());
      await scan.submission.delete?.("41033", state);
      await scan.submission.delete?.("41033", later(state, { onDelete: "leave" }));
      await scan.submission.delete?.("41033", later(state, { origin: "adopted" }));
      account.clock.pass(61_000);
      await scan.submission.delete?.("41033", later(state));
      assert.equal(stops(), 0);
    });

    it("does not stop a task that its successor is to find: replaced alone, with the delete first", async () => {
      const scan = new LocalScan(account);
      const reading = await scan.readEarlierBaseline();
      const state = await scan.submit(reading);
      await scan.submission.check?.({}, { ...scan.submissionInputs(reading), adoptTaskId: "7" });
      await scan.submission.check?.({}, { ...scan.submissionInputs({ ...reading, id: "another" }) });
      await scan.submission.check?.({}, scan.submissionInputs(reading));
      await scan.submission.delete?.("41033", later(state));
      assert.equal(stops(), 0);
    });

    it("stops its task where the program takes over another one instead", async () => {
      const scan = new LocalScan(account);
      const reading = await scan.readBaseline();
      const state = await scan.submit(reading);
      await scan.submission.check?.({}, { ...scan.submissionInputs(reading), adoptTaskId: "7" });
      await scan.submission.delete?.("41033", later(state));
      assert.equal(stops(), 1);
    });

    it("calls nothing when the wait has seen the end", async () => {
      const scan = new LocalScan(account);
      const reading = await scan.readBaseline();
      const state = await scan.submit(reading);
      const waited = await scan.wait(reading, state);
      const before = account.calls().length;
      await scan.waiting.delete?.("w", waited);
      await scan.submission.delete?.("41033", later(state));
      assert.equal(account.calls().length, before);
    });
  });
});
