import assert from "node:assert/strict";
import type { CallEvent, Fault } from "../../emulator/index.js";
import { Account, imageId } from "../support/account.js";
import { cannotInterrupt, interrupted, type Way, ways } from "../support/interrupt.js";
import { Stack } from "../support/stack.js";

// Each step of the life cycle, interrupted in each way. A part of the combinations runs always, all of them with SOAK=1.

const [ctrlC, twice, cli, provider, all] = ways;

interface Moment {
  readonly what: string;
  readonly program: string;
  readonly action: string;
  readonly on?: CallEvent["moment"];
  /** What the call meets, so that the moment lasts: where the CLI is killed, and where it is asked to stop. */
  readonly killed?: Fault;
  readonly asked?: Fault;
  readonly destroys?: boolean;
  /** Ways that run always. */
  readonly always: readonly Way[];
}

const task = `const release = new tencent.LocalScanTask("release", {
  images: ["${imageId("web")}", "${imageId("api")}"], scanVul: true,
});
exports.status = release.status;
exports.taskId = release.taskId;`;
const setting = `const nightly = new tencent.ScanSetting("nightly", {
  enable: true, scanTime: "01:00", scanEndTime: "05:00", scanPeriod: 1, scanVul: true, scanVirus: true, scanRisk: true,
});`;
const create = "CreateAssetImageScanTask";
const slowly = (action: string): Fault => ({ action, fault: "delay", ms: 1_500 });
const never = (action: string, executed: boolean): Fault => ({ action, fault: "hang", executed });

const moments: readonly Moment[] = [
  {
    what: "before the request is executed",
    program: task,
    action: create,
    killed: never(create, false),
    asked: slowly(create),
    always: [cli, provider],
  },
  {
    what: "between the request and its answer",
    program: task,
    action: create,
    killed: never(create, true),
    asked: slowly(create),
    always: [ctrlC, cli, all],
  },
  {
    what: "between the answer and its state",
    program: task,
    action: create,
    on: "answered",
    always: [twice, cli],
  },
  { what: "in the wait", program: task, action: "DescribeAssetImageScanStatus", always: [ctrlC, cli, provider] },
  {
    what: "in the read of findings",
    program: task.replace("scanVul", "thresholds: { critical: 0 }, scanVul"),
    action: "DescribeAssetImageVulList",
    killed: never("DescribeAssetImageVulList", false),
    asked: slowly("DescribeAssetImageVulList"),
    always: [cli, provider],
  },
  {
    what: "in the stop",
    program: task.replace("scanVul", "wait: false, scanVul"),
    action: "ModifyAssetImageScanStop",
    killed: never("ModifyAssetImageScanStop", true),
    asked: slowly("ModifyAssetImageScanStop"),
    destroys: true,
    always: [ctrlC, cli],
  },
  {
    what: "in the write of a setting",
    program: setting,
    action: "CreateAssetImageScanSetting",
    killed: never("CreateAssetImageScanSetting", true),
    asked: slowly("CreateAssetImageScanSetting"),
    always: [cli, all],
  },
];

describe("interruptions, on the real engine", () => {
  let account: Account;
  let stack: Stack;
  before(function () {
    if (cannotInterrupt === undefined) return;
    process.stdout.write(`    skipped: ${cannotInterrupt}\n`);
    this.skip();
  });
  beforeEach(async () => {
    account = await Account.open(2, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    const running = [...account.emulator.tencent.local.tasks.values()].filter((one) => !one.settled);
    await account.close();
    assert.equal(running.length, 0, "a scan runs on after destroy");
  });

  for (const moment of moments) {
    for (const way of process.env["SOAK"] === "1" ? ways : moment.always) {
      it(`${moment.what}, by ${way}: the next command resumes the scan without another one`, () =>
        survive(moment, way));
    }
  }

  async function survive(moment: Moment, way: Way): Promise<void> {
    const { program, destroys = false } = moment;
    const { emulator } = account;
    stack = await Stack.create(emulator, program);
    if (destroys) {
      emulator.tencent.local.scanMs = 600_000;
      await stack.up();
    }
    const fault = way === ctrlC ? moment.asked : moment.killed;
    if (fault !== undefined) emulator.faults.plan(fault);
    const command = [destroys ? "destroy" : "up", "--yes", "--skip-preview"];
    const isMoment = ({ action, moment: on }: CallEvent) =>
      action === moment.action && on === (moment.on ?? "received");
    await interrupted(stack, command, { emulator, way, moment: isMoment });
    emulator.faults.clear();
    // What Pulumi itself needs after a kill: its lock taken away.
    await stack.run("cancel", "--yes");
    await stack.succeed(...command);
    await requireEnd(moment);
    if (destroys) return;
    const calls = account.calls().length;
    assert.match(await stack.up(), /unchanged/);
    assert.equal(account.calls().length, calls);
  }

  async function requireEnd({ program, destroys }: Moment): Promise<void> {
    const { local } = account.emulator.tencent;
    const started = account.submissions().length;
    if (program === setting) {
      const { Enable, ScanTime } = local.setting.values;
      assert.deepEqual([Enable, ScanTime, started], [true, "01:00", 0]);
    } else if (destroys === true) {
      assert.deepEqual([[...local.tasks.values()].map(({ end }) => end), started], [["Cancel"], 1]);
    } else {
      assert.deepEqual([await stack.outputs(), started], [{ status: "SUCCEEDED", taskId: "41033" }, 1]);
    }
  }

  it("a SIGKILL leaves a warning until the documented command clears the pending creates", async () => {
    const { emulator } = account;
    emulator.faults.plan(never(create, true));
    stack = await Stack.create(emulator, task);
    const moment = ({ action }: CallEvent) => action === create;
    await interrupted(stack, ["up", "--yes", "--skip-preview"], { emulator, way: cli, moment });
    assert.match(await stack.upFails(), /currently locked/);
    await stack.succeed("cancel", "--yes");
    assert.match(await stack.up(), /interrupted while creating/);
    await stack.succeed("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
    assert.doesNotMatch(await stack.up(), /interrupted/);
    assert.equal(account.calls(create).length, 1);
  });
});
