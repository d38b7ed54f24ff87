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
  /** Moves the tag of the image to another one. */
  readonly moveTag?: (account: Account) => void;
}

const registry = `const task = new tencent.RegistryScanTask("release", {
  images: ["demo.example/shop/web:1.4.2"], scanTypes: ["CVE"],
});`;
const vulnerability = `const task = new tencent.VulnerabilityScanTask("release", {
  localImageIds: ["${imageId("web")}"], registryImageIds: ["8741110"],
});`;
const hss = `const task = new huawei.ScanTask("release", {
  images: ["demo/nginx:1.27"], scanScope: ["all"],
});`;

function moveRegistryTag({ emulator }: Account): void {
  const { registry: world } = emulator.tencent;
  Object.assign(world.images.get("8741110") ?? {}, { latest: false });
  world.add({ id: 90, name: "web", tag: "1.4.2" });
}

function moveHssTag({ emulator }: Account): void {
  const { world } = emulator.huawei;
  Object.assign(world.images.get("42") ?? {}, { image_version: "older" });
  world.add({ id: 142, namespace: "demo", image_name: "nginx", image_version: "1.27" });
}

const hang = { fault: "hang", executed: true } as const;
const cases: readonly Case[] = [
  {
    what: "a registry scan, between acceptance and answer",
    program: registry,
    submits: "CreateAssetImageRegistryScanTask",
    fault: { action: "CreateAssetImageRegistryScanTask", ...hang },
    moveTag: moveRegistryTag,
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
    moveTag: moveHssTag,
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

  for (const { what, program, submits, fault, moveTag } of cases) {
    const also = moveTag === undefined ? "" : ", and the tag of its image has moved";
    it(`in ${what}${also}: the next update resumes the task, and submits nothing`, async () => {
      account.emulator.faults.plan(fault);
      stack = await Stack.create(account.emulator, `${program}\nexports.status = task.status;`);
      const { action = "", after = 0 } = fault;
      let seen = 0;
      await killedUp(
        stack,
        account.emulator,
        (event) => event.action === action && event.moment === "received" && seen++ === after,
      );
      moveTag?.(account);
      await stack.up();
      assert.deepEqual(await stack.outputs(), { status: "SUCCEEDED" });
      assert.equal(account.calls(submits).length, 1);
      assert.match(await stack.up(), /unchanged/);
    });
  }
});
