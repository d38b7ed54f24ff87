import assert from "node:assert/strict";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import { Account } from "../../support/account.js";
import { clientFor, taskExamples } from "../../support/examples.js";
import { TaskRun } from "../../support/task-run.js";

// What an onError hook of a program does: the engine calls the step that failed again, in the same process.
describe("a create after a failed create", () => {
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open();
  });
  afterEach(() => account.close());

  const started = () => account.submissions().length;

  for (const { kind, request, submits } of taskExamples) {
    it(`starts ${kind.token} once, for any answers in between`, async () => {
      const run = new TaskRun(account, kind, clientFor(account, kind), request);
      const reading = await run.readBaseline();
      const { faults } = account.emulator;
      faults.plan({ fault: "reset", executed: true, action: submits });
      // Nothing can be looked up: so nobody knows what became of the request.
      faults.plan({ fault: "status", times: 100_000 });
      for (let times = 0; times < 20; times++) await assert.rejects(run.submit(reading));
      assert(started() <= 1);
      faults.clear();
      const submitted = await run.submit(reading).catch(() => run.submit(reading));
      assert.equal((await run.wait(reading, submitted))["status"], "SUCCEEDED");
      assert.equal(started(), 1);
    });
  }
});
