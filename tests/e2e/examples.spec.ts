import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { Account } from "../support/account.js";
import { Stack } from "../support/stack.js";

const examples: Readonly<Record<string, (outputs: Record<string, unknown>) => void>> = {
  quickstart: ({ taskId, status, verdict, verdictReason }) =>
    assert.deepEqual(
      [taskId, status, verdict, verdictReason],
      ["41033", "SUCCEEDED", "FAIL", "1 critical in shop/api:2.0.1, and 0 allowed (CVE-2026-40001)"],
    ),
  tencent: ({ taskId, status, localTaskId, restStatus }) =>
    assert.deepEqual([taskId, status, localTaskId, restStatus], ["13", "SUCCEEDED", "36002", "SUCCEEDED"]),
  huawei: ({ taskId, status, counts }) => {
    assert.match(String(taskId), /^[0-9a-f-]{36}$/);
    assert.deepEqual([status, counts], ["SUCCEEDED", { total: 1, scanned: 1, succeeded: 1, risky: 1 }]);
  },
  gate: ({ verdict, reason }) =>
    assert.deepEqual([verdict, reason], ["PASS", "release-tencent: excepted: CVE-2026-40001 until 2099-12-31"]),
  both: ({ statuses, isScanned }) =>
    assert.deepEqual([statuses, isScanned], [{ tencent: "SUCCEEDED", huawei: "SUCCEEDED" }, true]),
};

describe("each example, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(2, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  it("has a test here", async () => {
    stack = await Stack.create(account.emulator, "");
    assert.deepEqual(readdirSync(resolve(__dirname, "../../../examples")).sort(), Object.keys(examples).sort());
  });

  for (const [name, check] of Object.entries(examples)) {
    it(`${name} scans once, publishes ids and statuses, and changes nothing the second time`, async () => {
      stack = await Stack.ofExample(account.emulator, name);
      const preview = await stack.succeed("preview");
      assert.match(preview, /to create/);
      assert.deepEqual(account.calls(), []);
      await stack.up();
      check(await stack.outputs());
      const submitted = account.calls().filter((action) => /^Create/.test(action)).length;
      assert.match(await stack.up(), /unchanged/);
      assert.equal(account.calls().filter((action) => /^Create/.test(action)).length, submitted);
      assert.doesNotMatch(await stack.succeed("preview"), /to update|to create|to replace/);
    });
  }
});
