import assert from "node:assert/strict";
import { taskKind } from "../../../provider/kinds.js";
import { createAssetImageScanTask } from "../../../provider/tencent/api/local-images.js";
import { Account, imageId } from "../../support/account.js";
import { TaskRun } from "../../support/task-run.js";

const local = { images: [imageId("web")], scanVul: true };
const registry = { ids: ["8741110"], scanTypes: ["CVE"] };
const vulnerability = { registryImageIds: ["8741110"] };
const unknownName = { namespace: "shop", imageName: "nothing-like-it", imageTag: "1" };

describe("a request after an interrupted update, which the cloud would refuse", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  /** Submits with the baseline of an earlier update, and tells how many seconds that took. */
  const submit = async (token: string, request: object) => {
    const run = new TaskRun(account, taskKind(token), account.client(), request);
    const reading = await run.readEarlierBaseline();
    const begun = account.clock.now();
    const result = await run.submit(reading).catch((error: Error) => error);
    return { result, seconds: (account.clock.now() - begun) / 1000 };
  };

  for (const [token, request, reason] of [
    ["tencent:LocalScanTask", { images: [`sha256:${"0".repeat(64)}`], scanVul: true }, /has no image sha256:0+ \[IS-M/],
    ["tencent:RegistryScanTask", { ids: ["77"], scanTypes: ["CVE"] }, /the account has no image 77 \[IS-MISSING\]$/],
    ["tencent:RegistryScanTask", { images: [unknownName] }, /no image shop\/nothing-like-it.* \[IS-MISSING\]$/],
  ] as const) {
    it(`is refused at once if a ${token} names no image of the account: ${JSON.stringify(request)}`, async () => {
      const { result, seconds } = await submit(token, request);
      assert.match(String(result), /nothing was submitted: /);
      assert.match(String(result), reason);
      assert(seconds <= 3, `${seconds} s`);
      assert.equal(account.submissions().length, 0);
    });
  }

  for (const [token, request] of [
    ["tencent:LocalScanTask", local],
    ["tencent:RegistryScanTask", registry],
    ["tencent:VulnerabilityScanTask", vulnerability],
  ] as const) {
    it(`is refused at once if the quota is used up, for a ${token}`, async () => {
      account.emulator.presets.add("quota-empty");
      const { result, seconds } = await submit(token, request);
      assert.match(String(result), /nothing was submitted: all 30000 image scans of the month are used \[IS-QUOTA\]$/);
      assert(seconds <= 3, `${seconds} s`);
    });
  }

  it("is refused at once if the service has expired", async () => {
    account.emulator.tencent.quota.state = 4;
    assert.match(String((await submit("tencent:LocalScanTask", local)).result), /Pro edition of TCSS has expired/);
  });

  it("is not refused for one missing image of two, or for an image that a sync can bring", async () => {
    const images = [imageId("web"), `sha256:${"0".repeat(64)}`];
    const { seconds } = await submit("tencent:LocalScanTask", { ...local, images });
    assert(seconds > 25, `${seconds} s`);
    const synced = await submit("tencent:RegistryScanTask", { images: [unknownName], sync: true });
    assert(synced.seconds > 25, `${synced.seconds} s`);
  });

  it("is looked for and sent as ever if the key may not read licences", async () => {
    account.emulator.presets.add("quota-empty");
    for (const action of ["DescribePurchaseStateInfo", "DescribeImageAuthorizedInfo"]) {
      const code = "AuthFailure.UnauthorizedOperation";
      account.emulator.faults.plan({ action, fault: "error", code, times: 9 });
    }
    const { result, seconds } = await submit("tencent:LocalScanTask", local);
    assert.match(String(result), /CreateAssetImageScanTask: .*AuthorizedNotEnough/);
    assert(seconds > 25, `${seconds} s`);
  });

  it("is found if it used up the quota itself", async () => {
    const run = new TaskRun(account, taskKind("tencent:LocalScanTask"), account.client(), local);
    const reading = await run.readEarlierBaseline();
    await createAssetImageScanTask(account.client(), {
      Images: local.images,
      ScanVul: true,
      IsOneClickScanningTask: true,
    });
    account.emulator.presets.add("quota-empty");
    assert.equal((await run.submit(reading))["origin"], "found");
  });
});
