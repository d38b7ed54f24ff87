import assert from "node:assert/strict";
import type { Fault } from "../../emulator/index.js";
import { Account, imageId } from "../support/account.js";
import { killedUp } from "../support/interrupt.js";
import { Stack } from "../support/stack.js";

interface Case {
  readonly what: string;
  readonly program: string;
  readonly submits: string;
  readonly fault: Fault;
}

const registry = `const task = new tencent.RegistryScanTask("release", { ids: ["8741110"], scanTypes: ["CVE"] });`;
const vulnerability = `const task = new tencent.VulnerabilityScanTask("release", {
  localImageIds: ["${imageId("web")}"], registryImageIds: ["8741110"],
});`;
const hss = `const task = new huawei.ScanTask("release", {
  images: [{ id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" }], scanScope: ["all"],
});`;

const hang = { fault: "hang", executed: true } as const;
const cases: readonly Case[] = [
  {
    what: "a registry scan, between acceptance and answer",
    program: registry,
    submits: "CreateAssetImageRegistryScanTask",
    fault: { action: "CreateAssetImageRegistryScanTask", ...hang },
  },
  {
    what: "a vulnerability scan, between acceptance and answer",
    program: vulnerability,
    submits: "CreateVulScanTask",
    fault: { action: "CreateVulScanTask", ...hang },
  },
  {
    what: "an HSS scan, between acceptance and answer",
    program: hss,
    submits: "CreateManualImageScanTask",
    fault: { action: "CreateManualImageScanTask", ...hang },
  },
  {
    what: "an HSS scan, between the answer and the look for its task",
    program: hss,
    submits: "CreateManualImageScanTask",
    // The baseline reads the list, and so does the submission just before it.
    fault: { action: "ListImageScanTask", after: 2, ...hang },
  },
];

describe("a SIGKILL of the CLI, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(6, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  for (const { what, program, submits, fault } of cases) {
    it(`in ${what}: the next update resumes the task, and submits nothing`, async () => {
      account.emulator.faults.plan(fault);
      stack = await Stack.create(account.emulator, `${program}\nexports.status = task.status;`);
      const { action = "", after = 0 } = fault;
      let seen = 0;
      await killedUp(
        stack,
        account.emulator,
        (event) => event.action === action && event.moment === "received" && seen++ === after,
      );
      await stack.up();
      assert.deepEqual(await stack.outputs(), { status: "SUCCEEDED" });
      assert.equal(account.calls(submits).length, 1);
      assert.match(await stack.up(), /unchanged/);
    });
  }
});
