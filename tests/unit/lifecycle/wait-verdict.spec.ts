import assert from "node:assert/strict";
import type { Findings } from "../../../provider/model/findings.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { Account, imageId } from "../../support/account.js";
import { TaskRun } from "../../support/task-run.js";

type Outs = Record<string, unknown>;
type Steps = Pick<TaskRun<object>, "baseline" | "waiting">;

async function updatedBy({ waiting }: Steps, state: Outs, inputs: Outs): Promise<Outs> {
  const updated = await waiting.update?.("id", state, inputs);
  return updated?.outs ?? {};
}

async function checked({ baseline }: Steps, inputs: Outs): Promise<unknown> {
  return baseline.check?.({}, inputs);
}

describe("the verdict of a scan", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const run = () => new TaskRun(account, localScanTask, account.client(), { images: [imageId("api")], scanVul: true });
  const exceptions = [{ id: "CVE-2026-40001", reason: "not reachable", expires: "2026-11-22" }];

  it("does not exist without thresholds", async () => {
    const { verdict, findings } = await run().run();
    assert.deepEqual([verdict, (findings as Findings).critical], [undefined, 1]);
  });

  it("follows changed thresholds and expired exceptions without a call", async () => {
    const task = run();
    const reading = await task.readBaseline();
    const submitted = await task.submit(reading);
    const state = await task.wait(reading, submitted, { thresholds: { critical: 0 } });
    assert.equal(state["verdict"], "FAIL");
    const calls = account.calls().length;
    const inputs = (thresholds: object) => task.waitInputs(reading, submitted, { thresholds });
    const updated = (thresholds: object) => updatedBy(task, state, inputs(thresholds));
    assert.equal((await updated({ critical: 1 }))["verdict"], "PASS");
    const excepted = await updated({ critical: 0, exceptions });
    assert.equal(excepted["verdict"], "PASS");
    const diff = () => task.waiting.diff?.("id", excepted, inputs({ critical: 0, exceptions }));
    assert.deepEqual(await diff(), { changes: false });
    account.clock.pass(86_400_000);
    assert.deepEqual(await diff(), { changes: true });
    assert.equal((await updated({ critical: 0, exceptions }))["verdict"], "FAIL");
    assert.equal((await updated({ critical: 1 }))["finishedAt"], state["finishedAt"]);
    assert.equal(account.calls().length, calls);
  });

  it("is inconclusive if an older release stored no findings", async () => {
    const task = run();
    const reading = await task.readBaseline();
    const submitted = await task.submit(reading);
    const { findings: _, ...state } = await task.wait(reading, submitted);
    const outs = await updatedBy(task, state, task.waitInputs(reading, submitted, { thresholds: { critical: 9 } }));
    assert.deepEqual(
      [outs["verdict"], outs["verdictReason"]],
      ["INCONCLUSIVE", "the findings of the scan are not known"],
    );
  });

  it('fails the update with failOn: "verdict", and each later one, until the thresholds allow it', async () => {
    const task = run();
    const reading = await task.readBaseline();
    const submitted = await task.submit(reading);
    const inputs = task.waitInputs(reading, submitted, { thresholds: { critical: 0 }, failOn: "verdict" });
    const failure = (await task.waiting.create(inputs).catch((error: unknown) => error)) as Error & {
      properties: Record<string, unknown>;
    };
    assert.match(
      failure.message,
      /^the verdict is FAIL: 1 critical in shop\/api:2.0.1, and 0 allowed.*; the scan of task \d+ ended SUCCEEDED /,
    );
    assert.equal(failure.properties["verdict"], "FAIL");
    assert.deepEqual(await task.waiting.diff?.("id", failure.properties, inputs), { changes: true });
    await assert.rejects(
      task.waiting.update?.("id", failure.properties, inputs) as Promise<unknown>,
      /verdict is FAIL/,
    );
    const laxer = { ...inputs, thresholds: { critical: 1 } };
    const outs = await updatedBy(task, failure.properties, laxer);
    assert.equal(outs["verdict"], "PASS");
  });

  it("is refused if PASS is impossible: a missing scan type, or no wait", async () => {
    const task = run();
    const reasonsOf = async (more: Outs) => {
      const { failures } = (await checked(task, { ...task.request, ...more })) as {
        failures: { property: string; reason: string }[];
      };
      return failures.map(({ property, reason }) => `${property} ${reason}`);
    };
    assert.deepEqual(await reasonsOf({ thresholds: { critical: 0, viruses: 0 } }), [
      "thresholds judges viruses, but this scan does not look for that, so it could never pass",
    ]);
    assert.deepEqual(await reasonsOf({ thresholds: { critical: 0 }, failOn: "verdict", wait: false }), [
      'failOn is "verdict", but with wait: false no verdict can fail the update; remove wait: false, or use a ScanGate and its require',
    ]);
  });

  it('failOn: "verdict" without thresholds is refused', async () => {
    const task = run();
    const { failures } = (await checked(task, { ...task.request, failOn: "verdict" })) as {
      failures: { property: string }[];
    };
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["failOn"],
    );
  });
});
