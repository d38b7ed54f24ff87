import assert from "node:assert/strict";
import { huaweiRights, type Rights, tencentRights } from "../../../provider/cli/doctor/rights.js";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import { settingProvider } from "../../../provider/lifecycle/setting.js";
import type { SettingKind } from "../../../provider/lifecycle/setting-kind.js";
import type { TaskKind } from "../../../provider/lifecycle/task-kind.js";
import { Account } from "../../support/account.js";
import { clientFor, settingExamples, taskExamples } from "../../support/examples.js";
import { inAnotherRun, TaskRun } from "../../support/task-run.js";

const strict = { thresholds: { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 } };

/** Requests beside the examples that call something else. */
const otherRequests: Readonly<Record<string, readonly object[]>> = {
  "tencent:LocalScanTask": [{ filters: [{ name: "ImageName", values: ["shop"] }], scanVul: true }],
  "tencent:RegistryScanTask": [
    { ids: ["8741110"], scanTypes: ["CVE"], sync: true },
    { mode: "oneClick", ids: ["8741110"], scanTypes: ["CVE"] },
  ],
  "tencent:VulnerabilityScanTask": [{ localImageScanType: "ALL", registryImageScanType: "ALL" }],
  "huawei:ScanTask": [
    { globalImageType: "local", images: [{ imageName: "worker", imageVersion: "2.0.1" }], scanScope: ["all"] },
    { images: [{ id: "42" }], scanScope: ["all"] },
  ],
};

function grantsOf(token: string): string[] {
  const [vendor, resource = ""] = token.split(":");
  const { read, write } = (vendor === "tencent" ? tencentRights : huaweiRights)[resource] as Rights;
  return [...read, ...write].sort();
}

/** A scan from its baseline to its verdict, one whose answer is lost, one of an image that the lists leave out, one that is stopped. */
async function liveTask(account: Account, kind: TaskKind, request: object, submits: string) {
  const runOf = () => new TaskRun(account, kind, clientFor(account, kind), request);
  const reading = await runOf().readBaseline();
  await runOf().wait(reading, await runOf().submit(reading), strict);
  // Each of these scans is of another run of the engine.
  forgetAll();
  account.emulator.faults.plan({ fault: "reset", action: submits, executed: true });
  const second = await runOf().readBaseline();
  const lost = await runOf().submit(second);
  await runOf().wait(second, lost, strict);
  forgetAll();
  const third = await runOf().readBaseline();
  const unlisted = await runOf().submit(third);
  account.clock.pass(600_000);
  for (const action of ["DescribeAssetImageList", "DescribeAssetImageRegistryList"])
    account.emulator.faults.plan({ fault: "shift", action, times: 40 });
  await runOf().wait(third, unlisted, { ...strict, waitTimeoutSeconds: 600 });
  account.emulator.faults.clear();
  forgetAll();
  const last = await runOf().readBaseline();
  const running = await runOf().submit(last);
  forgetAll();
  await runOf().submission.delete?.(String(running["id"]), inAnotherRun(running, { onDelete: "stop" }));
}

async function liveSetting(account: Account, kind: SettingKind<unknown, object>, declared: object, other: object) {
  const client = clientFor(account, kind);
  const provider = settingProvider(
    kind,
    () => client,
    () => account.name,
    { clock: account.clock },
  );
  const { id, outs } = await provider.create(declared);
  await provider.read?.(id, outs);
  const updated = await provider.update?.(id, outs, { ...declared, ...other });
  await provider.delete?.(id, updated?.outs);
}

describe("the rights", () => {
  for (const { kind, request, submits } of taskExamples) {
    it(`of ${kind.token} are the actions that it calls`, async () => {
      const called = new Set<string>();
      for (const one of [request, ...(otherRequests[kind.token] ?? [])]) {
        const account = await Account.open();
        await liveTask(account, kind, one, "mode" in one ? `${submits}OneKey` : submits).finally(() => account.close());
        for (const action of account.calls()) called.add(action);
      }
      assert.deepEqual([...called].sort(), grantsOf(kind.token));
    });
  }

  for (const { kind, declared, other } of settingExamples) {
    it(`of ${kind.token} are the actions that it calls`, async () => {
      const account = await Account.open();
      await liveSetting(account, kind, declared, other).finally(() => account.close());
      assert.deepEqual([...new Set(account.calls())].sort(), grantsOf(kind.token));
    });
  }
});
