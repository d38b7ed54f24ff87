import assert from "node:assert/strict";
import { Account, imageId } from "../support/account.js";
import { Stack } from "../support/stack.js";

const task = (name: string, options = "") => `
const task = new tencent.LocalScanTask("${name}", { images: ["${imageId("web")}"], scanVul: true }, ${options || "{}"});
exports.taskId = task.taskId;
exports.status = task.status;`;
const grouped = `
const group = new pulumi.ComponentResource("app:index:Group", "group");
${task("release", "{ parent: group, aliases: [{ parent: pulumi.rootStackResource }] }")}`;

describe("a renamed task, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(0, Date.now);
    stack = await Stack.create(account.emulator, task("release"));
    await stack.up();
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const started = () => account.submissions().length;
  const isTheSame = async () => {
    assert.deepEqual(
      { ...(await stack.outputs()), started: started() },
      { taskId: "41033", status: "SUCCEEDED", started: 1 },
    );
  };

  it("keeps its scan with an alias when renamed, refreshed and moved", async () => {
    stack.program(task("renamed", '{ aliases: [{ name: "release" }] }'));
    await stack.up();
    await isTheSame();
    stack.program(task("release", '{ aliases: [{ name: "renamed" }] }'));
    await stack.up("--refresh");
    stack.program(grouped);
    await stack.up();
    await isTheSame();
    assert.match(await stack.up(), /unchanged/);
  });

  it("keeps its scan with the guide's `pulumi state rename` commands", async () => {
    const { resources } = await stack.deployment();
    const own = resources.filter(({ urn }) => urn.endsWith("::release")).map(({ urn }) => urn);
    assert.equal(own.length, 3);
    for (const urn of own) await stack.succeed("state", "rename", urn, "renamed", "--yes");
    stack.program(task("renamed"));
    assert.match(await stack.up(), /unchanged/);
    await isTheSame();
  });

  it("starts a new scan without an alias or a state rename", async () => {
    stack.program(task("renamed"));
    assert.match(await stack.succeed("preview"), /3 to create.*3 to delete/s);
    await stack.up();
    assert.equal(started(), 2);
  });
});
