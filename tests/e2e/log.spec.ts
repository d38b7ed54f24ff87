import assert from "node:assert/strict";
import { Account, imageId } from "../support/account.js";
import { credentialsOf, Stack } from "../support/stack.js";

const program = (images: readonly string[]) => `
const task = new tencent.LocalScanTask("release", { images: ${JSON.stringify(images)}, scanVul: true });
exports.end = pulumi.all([task.taskId, task.finishedAt]);`;

describe("a log without a terminal, on the real engine", () => {
  let account: Account;
  let stacks: readonly Stack[] = [];
  after(async () => {
    for (const stack of stacks) await stack.remove();
    await account.close();
  });

  it("has a line for each change of a scan, as far apart as PULUMI_IMAGE_SCAN_LOG_SECONDS says", async () => {
    account = await Account.open(12, Date.now);
    const { local } = account.emulator.tencent;
    for (const id of ["sha256:one", "sha256:two"]) local.add({ id, name: `log/${id.slice(7)}:1` });
    const env = { ...credentialsOf(account.emulator), PULUMI_IMAGE_SCAN_LOG_SECONDS: "3600" };
    stacks = [
      await Stack.create(account.emulator, program([imageId("web"), imageId("api")])),
      await Stack.create(account.emulator, program(["sha256:one", "sha256:two"]), { env }),
    ];
    const [often = "", once = ""] = await Promise.all(stacks.map((stack) => stack.up()));
    const first =
      /LocalScan release creating \(\ds\) 0% \d+s left, 0\/2 images \[task 4103\d; Ctrl-C twice stops the wait, /;
    const second =
      /LocalScan release creating \(\d+s\) 50% \d+s left, 1\/2 images \[task 4103\d; Ctrl-C twice stops the wait, /;
    const end = /LocalScan release created \(\d+s\) SUCCEEDED, 2\/2 images/;
    for (const output of [often, once]) for (const line of [first, end]) assert.match(output, line);
    assert.match(often, second);
    assert.doesNotMatch(once, /50%/);
    for (const stack of stacks) {
      const [id, finishedAt] = (await stack.outputs())["end"] as [string, string];
      const lateMs = Date.parse(finishedAt) - (local.tasks.get(id)?.ends ?? 0);
      assert(lateMs < 6_000, `the end was seen ${lateMs} ms late`);
    }
  });
});
