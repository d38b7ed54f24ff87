import assert from "node:assert/strict";
import { Account } from "../support/account.js";
import { Stack } from "../support/stack.js";

const program = `
const found = tencent.getRegistryImagesOutput({ image: "demo.example/shop/web:1.4.2" });
const scan = new tencent.RegistryScanTask("web", { ids: found.ids, scanTypes: ["CVE"] });
exports.status = scan.status;
huawei.getImages({ name: "shop/*" }).then(({ images }) => {
  new huawei.ScanTask("shop", { images, scanScope: ["vulnerabilities"] });
});`;

const lookups = ["DescribeAssetImageRegistryList", "ListRegistryImages"];

describe("a lookup, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  it("finds what is then scanned once: its calls are all that a preview makes, and no scan follows from its own result", async () => {
    stack = await Stack.create(account.emulator, program);
    await stack.succeed("preview");
    const asked = account.calls().filter((action) => action !== "KeystoneListProjects");
    assert.deepEqual(asked.sort(), lookups);
    await stack.up();
    assert.deepEqual(await stack.outputs(), { status: "SUCCEEDED" });
    const { registry } = account.emulator.tencent;
    assert.deepEqual(
      [...registry.tasks.values()].map(({ images }) => images.map(({ id }) => id)),
      [[8_741_110]],
    );
    assert.deepEqual(
      account.emulator.huawei.world.tasks.map(({ images }) => images.map(({ id }) => id)),
      [[43, 44]],
    );
    // The scan has changed what the lists say of the images.
    assert.match(await stack.up(), /unchanged/);
    assert.equal(account.submissions().length, 2);
  });

  it("fails the program with one line where the credentials are refused, and starts nothing", async () => {
    stack = await Stack.create(account.emulator, program, { env: { TENCENTCLOUD_SECRET_ID: "AKIDwrong" } });
    const output = await stack.upFails();
    assert.match(output, /tencent\.getRegistryImages: Tencent Cloud cannot be used: [^\n]*\[IS-CONFIG\]/);
    assert.doesNotMatch(output, /^ +at /m);
    assert.deepEqual(account.submissions(), []);
  });
});
