import assert from "node:assert/strict";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import { scanTask } from "../../../provider/tasks/huawei/scan-task.js";
import { localScanTask } from "../../../provider/tasks/tencent/local-scan-task.js";
import { registryScanTask } from "../../../provider/tasks/tencent/registry-scan-task.js";
import { vulnerabilityScanTask } from "../../../provider/tasks/tencent/vulnerability-scan-task.js";
import { Account, imageId } from "../../support/account.js";
import { submits } from "../../support/submits.js";
import { TaskRun } from "../../support/task-run.js";

type Run = Pick<TaskRun<never, object, object>, "snapshot" | "submit" | "wait">;

const kinds: Readonly<Record<string, (account: Account) => Run>> = {
  "a local scan": (account) =>
    new TaskRun(account, localScanTask, account.client(), { images: [imageId("web")], scanVul: true }),
  "a registry scan": (account) =>
    new TaskRun(account, registryScanTask, account.client(), { ids: ["8741110"], scanTypes: ["CVE"] }),
  "a vulnerability scan": (account) =>
    new TaskRun(account, vulnerabilityScanTask, account.client(), { localImageIds: [imageId("web")] }),
  "a scan by HSS": (account) =>
    new TaskRun(account, scanTask, account.huaweiClient(), {
      images: [{ id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" }],
      scanScope: ["all"],
    }),
};

// What an onError hook of a program does: the engine calls the step that failed again, in the same process.
describe("a create that is called again after it failed", () => {
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open();
  });
  afterEach(() => account.close());

  const started = () => account.calls().filter((action) => submits.includes(action)).length;

  for (const [what, of] of Object.entries(kinds)) {
    it(`starts ${what} once, whatever the cloud answers in between`, async () => {
      const run = of(account);
      const snapshot = await run.snapshot();
      const { faults } = account.emulator;
      for (const action of submits) faults.plan({ fault: "reset", executed: true, action });
      // Nothing can be looked up: so nobody knows what became of the request.
      faults.plan({ fault: "status", times: 100_000 });
      for (let times = 0; times < 20; times++) await assert.rejects(run.submit(snapshot));
      assert(started() <= 1);
      faults.clear();
      const submitted = await run.submit(snapshot).catch(() => run.submit(snapshot));
      assert.equal((await run.wait(snapshot, submitted))["status"], "SUCCEEDED");
      assert.equal(started(), 1);
    });
  }
});
