import assert from "node:assert/strict";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import { Account, imageId } from "../../support/account.js";
import { changeAnswers } from "../../support/changed-answers.js";
import { clientFor, taskExamples } from "../../support/examples.js";
import { LocalScan } from "../../support/local-scan.js";
import { TaskRun } from "../../support/task-run.js";

type Answer = Record<string, unknown>;

/** From now on, the answers of one action are changed. */
const change = (account: Account, action: string, by: (answer: Answer) => Answer) =>
  changeAnswers<Answer>(account, (answer, called) => (called === action ? by(answer) : answer));

// Clouds that answer late, or not as they did a moment ago: found by attacks on earlier versions.
describe("a cloud with late or odd answers", () => {
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const started = () => account.submissions().length;

  for (const [what, record] of Object.entries({
    "shows the one before": { TaskID: "", Status: "END", SubStatus: "Success" },
    "has expired": { TaskID: null, Status: null, SubStatus: null },
  })) {
    it(`starts no second scan if the account's record ${what}, and the images show a scan`, async () => {
      const scan = new LocalScan(account);
      const reading = await scan.readEarlierBaseline();
      change(account, "DescribeAssetImageScanTask", (answer) => ({ ...answer, ...record }));
      // The earlier update had sent it.
      await scan.submit(await scan.readBaseline());
      forgetAll();
      await assert.rejects(new LocalScan(account).submit(reading), /not known whether this scan was started before/);
      assert.equal(started(), 1);
    });
  }

  it("keeps a task that has no image yet", async () => {
    const none = { filters: [{ name: "ImageName", values: ["none-of-them"] }], scanVul: true };
    const reading = await new LocalScan(account, none).readEarlierBaseline();
    await new LocalScan(account, { images: [imageId("web")], scanVul: true }).submit(
      await new LocalScan(account).readBaseline(),
    );
    change(account, "DescribeAssetImageScanStatus", (answer) => ({ ...answer, ImageTotal: 0 }));
    forgetAll();
    const own = await new LocalScan(account, none).submit(reading).catch(() => ({ taskId: undefined }));
    assert.notEqual((own as Answer)["taskId"], "41033");
  });

  for (const { kind, request } of taskExamples.filter(({ kind: { token } }) => /Local|Vulnerability/.test(token))) {
    it(`gets a stop for a task of ${kind.token} that it does not show at the moment`, async () => {
      const run = new TaskRun(account, kind, clientFor(account, kind), request);
      const task = await run.submit(await run.readBaseline());
      forgetAll();
      const action = kind.token.includes("Local") ? "DescribeAssetImageScanStatus" : "DescribeVulScanInfo";
      account.emulator.faults.plan({ action, fault: "error", code: "ResourceNotFound", times: 50 });
      await run.submission.delete?.(String(task["id"]), task);
      assert.equal(account.calls().filter((one) => /ScanStop|StopVulScanTask/.test(one)).length, 1);
    });
  }

  it("returns no id of a begun vulnerability scan: it still counts as begun", async () => {
    const example = taskExamples.find(({ kind: { token } }) => token.includes("Vulnerability"));
    assert(example !== undefined);
    change(account, "CreateVulScanTask", (answer) => ({ ...answer, LocalTaskID: null, RegistryTaskID: 0 }));
    const run = new TaskRun(account, example.kind, clientFor(account, example.kind), example.request);
    const reading = await run.readBaseline();
    const task = await run.submit(reading);
    assert.equal(task["origin"], "found");
    assert.equal((await run.wait(reading, task))["status"], "SUCCEEDED");
    assert.equal(started(), 1);
  });

  it("an odd number in another image's row blocks no scan", async () => {
    change(account, "DescribeAssetImageList", ({ List, ...answer }) => ({
      ...answer,
      List: (List as Answer[]).map((row, at) => (at === 4 ? { ...row, VulCnt: -1, RiskCnt: "x" } : row)),
    }));
    assert.equal((await new LocalScan(account).run())["status"], "SUCCEEDED");
  });
});

describe("HSS with late or odd answers", () => {
  const example = taskExamples.find(({ kind: { token } }) => token === "huawei:ScanTask");
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const rows = (by: (row: Answer) => Answer) => (answer: Answer) => ({
    ...answer,
    data_list: (answer["data_list"] as Answer[]).map(by),
  });
  const verdict = async (): Promise<unknown> => {
    assert(example !== undefined);
    const run = new TaskRun(account, example.kind, clientFor(account, example.kind), example.request);
    const reading = await run.readBaseline();
    const task = await run.submit(reading);
    return (await run.wait(reading, task, { thresholds: { high: 0 } }))["verdict"];
  };

  it("fails by its one high vulnerability if all answers are normal", async () => {
    assert.equal(await verdict(), "FAIL");
  });

  it("numbers of an older scan never give PASS, for any start time of the task", async () => {
    change(
      account,
      "ListImageScanTask",
      rows((row) => ({ ...row, begin_time: -62_135_596_800_000 })),
    );
    change(
      account,
      "ListRegistryImages",
      rows((row) => ({ ...row, scan_status: "success", latest_scan_time: 1, vul_num: 0 })),
    );
    assert.equal(await verdict(), "INCONCLUSIVE");
  });

  it("counts a finding of undocumented severity as high", async () => {
    change(
      account,
      "ListImageVulnerabilities",
      rows((row) => ({ ...row, repair_necessity: "constructor" })),
    );
    assert.equal(await verdict(), "FAIL");
  });

  it("is readable with a total of one more than its rows", async () => {
    const one = (answer: Answer) => ({ ...answer, total_num: Number(answer["total_num"]) + 1 });
    change(account, "ListImageScanTask", one);
    change(account, "ListRegistryImages", one);
    assert.equal(await verdict(), "FAIL");
  });
});
