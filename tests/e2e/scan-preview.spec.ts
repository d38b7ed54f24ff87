import assert from "node:assert/strict";
import { Account, imageId } from "../support/account.js";
import { killedUp } from "../support/interrupt.js";
import { Stack } from "../support/stack.js";

const program = (trigger: string, more = "") => `
const args = { images: ["${imageId("web")}"], scanVul: true, wait: false };
const release = new tencent.LocalScanTask("release", { ...args, triggers: ["${trigger}"] });
new tencent.LocalScanTask("late", { ...args, triggers: [release.submittedAt] });
new tencent.LocalScanTask("kept", { ...args, images: ["${imageId("api")}"] });${more}`;

/** Another copy of the package in the same process, as a library can bring it. */
const copy = `
for (const path of Object.keys(require.cache)) if (path.includes("/dist/provider/")) delete require.cache[path];
const other = require("pulumi-image-scan");
if (other.tencent === tencent) throw new Error("it is the same copy");
new other.tencent.RegistryScanTask("copy", { ids: ["8741110", "1256299843"] });
new tencent.LocalScanTask("adopted", { ...args, adoptTaskId: "41033" });`;

describe("a preview of scans, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  before(async () => {
    account = await Account.open(0, Date.now);
    stack = await Stack.create(account.emulator, program("1"));
  });
  after(async () => {
    await stack.remove();
    await account.close();
  });

  /** What a preview says of scans, at its end. It calls nothing. */
  const previewScans = async (...args: string[]): Promise<readonly string[]> => {
    const calls = account.calls().length;
    const [, diagnostics = ""] = (await stack.succeed("preview", ...args)).split("\nDiagnostics:\n");
    assert.equal(account.calls().length, calls, "a preview calls the cloud");
    const [heading, ...lines] = (diagnostics.split("\n\n")[0] ?? "").split("\n");
    if (heading !== "") assert.equal(heading, "  pulumi:pulumi:Stack (app-dev):");
    return lines.map((line) => line.trim());
  };

  it("says at its end which scans the update starts, and why", async () => {
    assert.deepEqual(await previewScans(), [
      "This update starts 3 scans:",
      '- new: tencent:LocalScanTask "release", 1 image',
      '- new: tencent:LocalScanTask "late", 1 image',
      '- new: tencent:LocalScanTask "kept", 1 image',
    ]);
    await stack.up();
    assert.equal(account.submissions().length, 3);
    assert.deepEqual(await previewScans(), []);
  });

  it("counts apart what only the update can tell, and knows the tasks of another copy, and those that adopt", async () => {
    stack.program(program("2", copy));
    assert.deepEqual(await previewScans(), [
      "This update starts 2 scans, and perhaps 1 more:",
      '- triggers changed: tencent:LocalScanTask "release", 1 image',
      '- triggers not known yet: tencent:LocalScanTask "late", 1 image',
      '- new: tencent:RegistryScanTask "copy", 2 images',
    ]);
    await stack.up();
    assert.equal(account.submissions().length, 6);
  });

  it("announces no scan for a changed onDelete, and names the scan that a killed update has started", async () => {
    stack.program(program("2", copy).replace(`images: ["${imageId("api")}`, 'onDelete: "leave", $&'));
    assert.deepEqual(await previewScans(), []);
    const waiting = (more: string) =>
      `new tencent.LocalScanTask("waiting", { images: ["${imageId("web")}"], scanRisk: true, ${more} });`;
    stack.program(program("2", copy + waiting("")));
    account.emulator.tencent.local.scanMs = 600_000;
    await killedUp(stack, account.emulator, ({ action }) => action === "DescribeAssetImageScanStatus");
    assert.deepEqual(await previewScans(), [
      "This update waits for 1 scan that an earlier update started:",
      '- tencent:LocalScanTask "waiting"',
    ]);
    account.finishLocalScans();
    const before = account.submissions().length;
    await stack.up();
    assert.equal(account.submissions().length, before);
    assert.deepEqual(await previewScans(), []);
    stack.program(program("2", copy + waiting('onDelete: "leave"')));
    assert.deepEqual(await previewScans(), []);
  });

  it("says that a missing submission is looked for first, and names --replace a new scan", async () => {
    await stack.succeed("state", "delete", "urn:pulumi:dev::app::pulumi-nodejs:dynamic:LocalSend::kept", "--yes");
    assert.deepEqual(await previewScans("--replace", "**::release"), [
      "This update starts 1 scan, and perhaps 2 more:",
      '- new: tencent:LocalScanTask "release", 1 image',
      '- triggers not known yet: tencent:LocalScanTask "late", 1 image',
      '- unless an earlier update started it: tencent:LocalScanTask "kept", 1 image',
    ]);
    assert.deepEqual(await previewScans("--target", "**::late"), []);
  });
});
