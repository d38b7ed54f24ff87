import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { Account, imageId } from "../support/account.js";
import { Postgres } from "../support/postgres.js";
import { requireNoSecret } from "../support/secrets.js";
import { credentialsOf, Stack } from "../support/stack.js";
import { until } from "../support/until.js";

const program = `
const scan = new tencent.LocalScanTask("web", { images: ["${imageId("web")}"], scanVul: true });
exports.taskId = scan.taskId;
exports.status = scan.status;`;

describe("a stack whose state is in PostgreSQL, on the real engine", () => {
  let account: Account;
  let postgres: Postgres;
  const stacks: Stack[] = [];

  before(async function () {
    const opened = await Postgres.open();
    if (typeof opened === "string") {
      process.stdout.write(`    skipped: ${opened}\n`);
      return this.skip();
    }
    postgres = opened;
  });
  after(() => postgres?.close());
  beforeEach(async () => {
    account = await Account.open(6, Date.now);
  });
  afterEach(async () => {
    for (const stack of stacks.splice(0)) await stack.remove();
    await account.close();
  });

  /** Somebody of the team, on a machine of their own. */
  const member = async (): Promise<Stack> => {
    const env = { ...credentialsOf(account.emulator), PULUMI_BACKEND_URL: postgres.url };
    const stack = await Stack.create(account.emulator, program, { env });
    // What a team has in its repository.
    const [first] = stacks;
    if (first !== undefined) copyFileSync(join(first.folder, "Pulumi.dev.yaml"), join(stack.folder, "Pulumi.dev.yaml"));
    stacks.push(stack);
    return stack;
  };

  it("admits one update at a time; the second one then finds the same scan", async () => {
    const ours = await member();
    const theirs = await member();
    const first = ours.start("up", "--yes", "--skip-preview");
    await until("a scan runs", () => account.calls("DescribeAssetImageScanStatus").length > 0);
    const refused = await theirs.upFails();
    assert.match(refused, /the stack is currently locked by 1 lock\(s\)/);
    assert.match(refused, /created by .*@.* \(pid \d+\)/);
    const { code, output } = await first.done;
    assert.equal(code, 0, output);
    const calls = account.calls().length;
    await theirs.up();
    assert.equal(account.calls().length, calls);
    assert.deepEqual(await theirs.outputs(), { status: "SUCCEEDED", taskId: "41033" });
    assert.equal(account.calls("CreateAssetImageScanTask").length, 1);
    assert.match(postgres.query("select key from pulumi_state"), /stacks\/app\/dev\.json$/m);
    const rows = postgres.query("select convert_from(decode(data->>'data', 'base64'), 'UTF8') from pulumi_state");
    assert.match(rows, /41033/);
    requireNoSecret(account.emulator, { "the database": rows });
  });

  it("another user resumes a killed update after the lock is removed", async () => {
    const ours = await member();
    const theirs = await member();
    const first = ours.start("up", "--yes", "--skip-preview");
    await until("a scan runs", () => account.calls("DescribeAssetImageScanStatus").length > 0);
    process.kill(-(first.process.pid as number), "SIGKILL");
    await first.done;
    assert.match(await theirs.upFails(), /the stack is currently locked by 1 lock\(s\)/);
    await theirs.succeed("cancel", "--yes");
    await theirs.up();
    assert.deepEqual(await theirs.outputs(), { status: "SUCCEEDED", taskId: "41033" });
    assert.equal(account.calls("CreateAssetImageScanTask").length, 1);
  });
});
