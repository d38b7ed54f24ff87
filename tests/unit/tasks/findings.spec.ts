import assert from "node:assert/strict";
import { scanTask } from "../../../provider/huawei/tasks/scan-task.js";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import type { Findings } from "../../../provider/model/findings.js";
import { readNumbers } from "../../../provider/tencent/images/image-findings.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { registryScanTask } from "../../../provider/tencent/tasks/registry/registry-scan-task.js";
import { vulnerabilityScanTask } from "../../../provider/tencent/tasks/vulnerability/vulnerability-scan-task.js";
import { Account, imageId } from "../../support/account.js";
import { TaskRun } from "../../support/task-run.js";

const critical = { critical: 0 };
const web = { id: "43", namespace: "shop", imageName: "api", imageVersion: "2.0.1" };
const nginx = { id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" };

describe("findings of a scan", () => {
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const tencent = () => account.emulator.tencent;
  const local = (request: object = { images: [imageId("web"), imageId("api")], scanVul: true, scanVirus: true }) =>
    new TaskRun(account, localScanTask, account.client(), request);
  const registry = (request: object = { ids: ["8741110", "1256299843"], scanTypes: ["CVE", "RISK"] }) =>
    new TaskRun(account, registryScanTask, account.client(), request);
  const hss = (request: object = { images: [nginx, web], scanScope: ["all"] }) =>
    new TaskRun(account, scanTask, account.huaweiClient(), request);
  const foundBy = async (run: { run(more?: object): Promise<Record<string, unknown>> }, more = {}) =>
    (await run.run(more))["findings"] as Findings | undefined;

  it("count all local images and each one, without types that were not scanned", async () => {
    assert.deepEqual(await foundBy(local()), {
      critical: 1,
      high: 3,
      medium: 10,
      low: 16,
      viruses: 0,
      total: 2,
      // Nobody judges by them.
      unconfirmed: true,
      images: [
        {
          id: imageId("api"),
          name: "shop/api:2.0.1",
          digest: imageId("api"),
          critical: 1,
          high: 3,
          medium: 8,
          low: 11,
          viruses: 0,
        },
        {
          id: imageId("web"),
          name: "shop/web:1.4.2",
          digest: imageId("web"),
          critical: 0,
          high: 0,
          medium: 2,
          low: 5,
          viruses: 0,
        },
      ],
    });
  });

  it("count registry images, with their digests", async () => {
    const findings = await foundBy(registry());
    assert.deepEqual(
      findings?.images.map(({ id, name, critical: count, viruses, sensitiveData }) => [
        id,
        name,
        count,
        viruses,
        sensitiveData,
      ]),
      [
        ["1256299843", "shop/api:2.0.1", 1, undefined, 0],
        ["8741110", "shop/web:1.4.2", 0, undefined, 0],
      ],
    );
    assert.equal(findings?.images[0]?.digest, `sha256:${"1256299843".padStart(64, "0")}`);
  });

  it("leave out a failed part under an overall SCANNED", async () => {
    account.emulator.preset("registry-partial", "8741110");
    const findings = await foundBy(registry({ ids: ["8741110"], scanTypes: ["CVE", "VIRUS"] }));
    assert.deepEqual([findings?.medium, findings?.viruses], [2, undefined]);
  });

  it("count registry images if the list ignores the filter by ids", async () => {
    const fault = { action: "DescribeAssetImageRegistryList", fault: "error", code: "InvalidParameter" } as const;
    const run = registry({ ids: ["1256299843"], scanTypes: ["CVE"] });
    const reading = await run.readBaseline();
    const submitted = await run.submit(reading);
    account.clock.pass(60_000);
    account.emulator.faults.plan(fault);
    assert.equal(((await run.wait(reading, submitted))["findings"] as Findings | undefined)?.critical, 1);
    assert.deepEqual(account.calls("DescribeAssetImageRegistryDetail"), []);
  });

  it("count both halves of a vulnerability scan", async () => {
    const request = { localImageIds: [imageId("api")], registryImageIds: ["1256299843"] };
    const findings = await foundBy(new TaskRun(account, vulnerabilityScanTask, account.client(), request));
    assert.deepEqual(
      [findings?.critical, findings?.high, findings?.viruses, findings?.images.map(({ id }) => id)],
      [2, 6, undefined, [imageId("api"), "1256299843"]],
    );
  });

  it("come from HSS's lists, with high as the highest severity", async () => {
    const findings = await foundBy(hss());
    const { images: _, ...sums } = findings as Findings;
    assert.deepEqual(sums, {
      high: 1,
      medium: 1,
      low: 2,
      viruses: 0,
      sensitiveData: 0,
      total: 2,
      severities: ["high", "medium", "low"],
      unconfirmed: true,
    });
    assert.deepEqual(findings?.images[0], {
      id: "42",
      name: "demo/nginx:1.27",
      digest: `sha256:${"42".padStart(64, "1")}`,
      ...{ high: 1, medium: 0, low: 2, viruses: 0, sensitiveData: 0 },
    });
  });

  it("count every image of an HSS scan without names if the numbers match", async () => {
    const findings = await foundBy(hss({ isAll: true, scanScope: ["vulnerabilities"] }));
    assert.deepEqual([findings?.total, findings?.high, findings?.viruses], [4, 1, undefined]);
  });

  it("count images that only the cloud knows if the numbers match", async () => {
    const findings = await foundBy(local({ scanScope: 2, scanVul: true }));
    assert.deepEqual([findings?.total, findings?.critical], [2, 1]);
  });

  it("come from lists: a hundred images need as many calls as one", async () => {
    const ids = Array.from({ length: 100 }, (_, at) => imageId(`many-${at}`));
    for (const id of ids) tencent().local.add({ id });
    const callsOf = async (images: string[]) => {
      const before = account.calls("DescribeAssetImageList").length;
      await local({ images, scanVul: true }).run();
      return account.calls("DescribeAssetImageList").length - before;
    };
    const one = await callsOf([imageId("web")]);
    assert((await callsOf(ids)) <= one);
    assert.deepEqual(account.calls("DescribeAssetImageDetail"), []);
  });

  it("count sensitive data, not risk behaviours, from the detail of a local image", async () => {
    const id = imageId("with-secrets");
    const none = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0 };
    tencent().local.add({ id, name: "with-secrets:1", findings: { ...none, sensitive: 3 } });
    account.emulator.faults.plan({ action: "DescribeAssetImageList", fault: "shift", times: 100 });
    const findings = await foundBy(local({ images: [id], scanRisk: true }));
    assert(account.calls("DescribeAssetImageDetail").length > 0);
    assert.deepEqual(findings?.sensitiveData, 3);
  });

  it("are undefined if the cloud shows no number: absent is not zero", async () => {
    account.emulator.preset("findings-absent");
    const { findings, verdict, verdictReason } = await local().run({ thresholds: critical });
    assert.deepEqual([(findings as Findings).critical, (findings as Findings).viruses], [undefined, 0]);
    assert.deepEqual([verdict, verdictReason], ["INCONCLUSIVE", "the number of critical is not known"]);
    account.emulator.presets.clear();
    account.emulator.preset("null-fields");
    assert.equal((await foundBy(registry()))?.critical, undefined);
  });

  for (const [kind, run] of [
    ["local images", local],
    ["registry images", registry],
    ["HSS", () => hss()],
  ] as const) {
    it(`delay the end if thresholds need them and the numbers are late, of ${kind}`, async () => {
      account.emulator.preset("findings-late");
      const { verdict, findings } = await run().run({ thresholds: { high: 0 } });
      assert.deepEqual([verdict, (findings as Findings).high], ["FAIL", kind === "HSS" ? 1 : 3]);
    });
  }

  it("are left out if they change in each look, and the verdict is INCONCLUSIVE", async () => {
    const image = tencent().local.images.get(imageId("web"));
    const timer = { low: 0 };
    Object.defineProperty(image, "shown", {
      get: () => ({ critical: 0, high: 0, medium: 0, low: timer.low++, viruses: 0, sensitive: 0 }),
      set: () => undefined,
    });
    const { status, findings, verdict, reason } = await local({ images: [imageId("web")], scanVul: true }).run({
      thresholds: critical,
    });
    assert.deepEqual([status, findings, verdict], ["SUCCEEDED", undefined, "INCONCLUSIVE"]);
    assert.match(String(reason), /changed with each reading/);
  });

  it("never come from an earlier scan's numbers", async () => {
    const old = Date.UTC(2026, 9, 1);
    const findings = { critical: 9, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };
    tencent().local.add({
      id: imageId("old"),
      status: "SCANNED",
      scanTime: old,
      findings,
      shown: { ...findings, critical: 0 },
    });
    const image = tencent().local.images.get(imageId("old"));
    const run = local({ images: [imageId("old")], scanVul: true });
    const reading = await run.readBaseline();
    const submitted = await run.submit(reading);
    account.clock.pass(61_000);
    tencent().advance(account.clock.now());
    // The record says that it is over; the list shows the old row for ever.
    Object.assign(image as object, { scanTime: old, status: "SCANNED", shown: { ...findings, critical: 0 } });
    const { status, verdict } = await run.wait(reading, submitted, { thresholds: critical });
    assert.deepEqual([status, verdict], ["SUCCEEDED", "INCONCLUSIVE"]);
  });

  it("are unknown for an image whose sum contradicts its numbers by level", async () => {
    const row = { CriticalLevelVulCnt: 0, HighLevelVulCnt: 0, MediumLevelVulCnt: 0, LowLevelVulCnt: 0, VulCnt: 12 };
    assert.deepEqual(readNumbers(row, 0, { CVE: true, VIRUS: false, RISK: true }), { sensitiveData: 0 });
  });

  it("are unknown for an adopted task, whose images may not be its own", async () => {
    await account.close();
    account = await Account.open(60, undefined, "cn");
    await registry({ ids: ["1256299843"], scanTypes: ["CVE"] }).run();
    const run = registry({ ids: ["8741110"], scanTypes: ["CVE"] });
    tencent().registry.add({ id: 8_741_110, status: "SCANNED", scanTime: Date.UTC(2025, 0, 1) });
    const reading = await run.readBaseline();
    const adopted = await run.submit(reading, { adoptTaskId: "13" });
    const { status, verdict } = await run.wait(reading, adopted, { thresholds: critical });
    assert.deepEqual([status, verdict], ["SUCCEEDED", "INCONCLUSIVE"]);
  });

  it("are left out if HSS refuses to show them, and the end is still published", async () => {
    const fault = { action: "ListImageVulnerabilities", fault: "error", code: "HSS.1001", times: 99 } as const;
    account.emulator.faults.plan(fault);
    const { status, findings, reason } = await hss().run();
    assert.deepEqual([status, findings], ["SUCCEEDED", undefined]);
    assert.match(String(reason), /its findings cannot be read: .*HSS.1001/);
  });

  it("cover every licensed image, not one that lost its licence", async () => {
    tencent().local.add({ id: imageId("mail"), authorized: false, status: "SCANNED", scanTime: Date.UTC(2025, 0, 1) });
    assert.equal(
      (await local({ scanScope: 0, scanVul: true }).run({ thresholds: { critical: 1 } }))["verdict"],
      "PASS",
    );
  });

  it("give no PASS if thresholds come after a single read", async () => {
    account.emulator.preset("findings-late");
    const run = registry({ ids: ["1256299843"], scanTypes: ["CVE", "RISK"] });
    const reading = await run.readBaseline();
    const submitted = await run.submit(reading);
    const state = await run.wait(reading, submitted);
    const inputs = run.waitInputs(reading, submitted, { thresholds: critical });
    const updated = await run.waiting.update?.("id", state, inputs);
    assert.equal(updated?.outs?.["verdict"], "INCONCLUSIVE");
  });

  describe("with lists of vulnerabilities", () => {
    const lists = () => account.calls().filter((action) => /VulList|ListImageVulnerabilities$/.test(action)).length;
    const until = (id: string, expires = "2026-12-31") => ({ exceptions: [{ id, reason: "not reachable", expires }] });

    it("are read only if vulnerabilities exceed a threshold", async () => {
      await local().run();
      await local().run({ thresholds: { critical: 1, high: 3, ...until("CVE-2026-40001") } });
      assert.equal(lists(), 0);
      tencent().local.add({
        id: imageId("virus"),
        findings: { critical: 1, high: 0, medium: 0, low: 0, viruses: 1, sensitive: 0 },
      });
      const infected = local({ images: [imageId("virus")], scanVul: true, scanVirus: true });
      assert.equal((await infected.run({ thresholds: { critical: 1, viruses: 0 } }))["verdict"], "FAIL");
      assert.equal(lists(), 0);
      const both = await infected.run({ thresholds: { critical: 0, viruses: 0 } });
      assert.deepEqual([both["verdict"], lists()], ["FAIL", 1]);
      assert.match(String(both["verdictReason"]), /1 critical, and 0 allowed \(CVE-2026-40001\); 1 viruses/);
    });

    it("do not change the verdict if unreadable lists could not change it", async () => {
      tencent().local.add({
        id: imageId("virus"),
        findings: { critical: 1, high: 0, medium: 0, low: 0, viruses: 1, sensitive: 0 },
      });
      const fault = { action: "DescribeAssetImageVulList", fault: "error", code: "InternalError", times: 99 } as const;
      account.emulator.faults.plan(fault);
      const infected = local({ images: [imageId("virus")], scanVul: true, scanVirus: true });
      const { verdict, findings } = await infected.run({ thresholds: { critical: 0, viruses: 0 } });
      assert.equal(verdict, "FAIL");
      assert.match((findings as Findings).unlisted ?? "", /could not be read: .*InternalError/);
    });

    for (const [kind, run, listed] of [
      ["local images", () => local(), { id: "CVE-2026-40001", severity: "critical", fixedVersion: "1.1" }],
      ["registry images", () => registry(), { id: "CVE-2026-40001", severity: "critical", fixedVersion: "1.1" }],
      [
        "HSS",
        () => hss({ images: [nginx], scanScope: ["vulnerabilities"] }),
        { id: "HCE2-SA-2026-30001", severity: "high" },
      ],
    ] as const) {
      it(`name the affected packages, of ${kind}`, async () => {
        const { verdict, verdictReason, findings } = await run().run({ thresholds: critical });
        const [first] = (findings as Findings).vulnerabilities ?? [];
        assert.deepEqual([verdict, first], ["FAIL", { ...listed, package: "openssl", version: "1.0", images: 1 }]);
        assert.match(String(verdictReason), new RegExp(`and 0 allowed \\(${listed.id}\\b`));
      });
    }

    for (const [kind, run, id] of [
      ["local images", () => local(), "CVE-2026-40001"],
      ["registry images", () => registry(), "CVE-2026-40001"],
      ["HSS", () => hss({ images: [nginx], scanScope: ["vulnerabilities"] }), "HCE2-SA-2026-30001"],
    ] as const) {
      it(`turn a FAIL into a PASS by exceptions, of ${kind}`, async () => {
        const { verdict, verdictReason } = await run().run({ thresholds: { ...critical, ...until(id) } });
        assert.deepEqual([verdict, verdictReason], ["PASS", `excepted: ${id} until 2026-12-31`]);
      });
    }

    it("are read for the worst severities if all judged ones are too many", async () => {
      const findings = { critical: 2, high: 600, medium: 0, low: 0, viruses: 0, sensitive: 0 };
      tencent().local.add({ id: imageId("huge"), findings });
      const scan = local({ images: [imageId("huge")], scanVul: true });
      const { verdict, verdictReason, findings: found } = await scan.run({ thresholds: { critical: 0, high: 700 } });
      const { vulnerabilities, listed, unlisted } = found as Findings;
      assert.deepEqual([verdict, vulnerabilities?.length, listed], ["FAIL", 2, ["critical"]]);
      assert.match(unlisted ?? "", /more vulnerabilities than the 500/);
      assert.match(String(verdictReason), /^2 critical, and 0 allowed \(CVE-[\d-]+, CVE-[\d-]+\)$/);
    });

    it("are read up to a limit; beyond it the verdict is INCONCLUSIVE with the reason", async () => {
      const ids = Array.from({ length: 21 }, (_, at) => imageId(`many-${at}`));
      const findings = { critical: 1, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };
      for (const id of ids) tencent().local.add({ id, findings });
      const { verdict, verdictReason } = await local({ images: ids, scanVul: true }).run({
        thresholds: { ...critical, ...until("CVE-2026-40001") },
      });
      assert.equal(verdict, "INCONCLUSIVE");
      assert.match(String(verdictReason), /in more images than the 20 whose lists are read/);
      assert.equal(lists(), 0);
    });

    it("are read again after an outage of a minute", async () => {
      const fault = { action: "DescribeAssetImageVulList", fault: "error", code: "InternalError", times: 8 } as const;
      account.emulator.faults.plan(fault);
      const { verdict } = await local().run({ thresholds: { ...critical, ...until("CVE-2026-40001") } });
      assert.equal(verdict, "PASS");
    });

    for (const [why, code] of [
      ["an outage of hours", "InternalError"],
      ["keys that have ended", "AuthFailure.TokenFailure"],
    ] as const) {
      it(`are read in the next update after ${why}, without a new scan`, async () => {
        const thresholds = { ...critical, ...until("CVE-2026-40001") };
        const run = local();
        const reading = await run.readBaseline();
        const submitted = await run.submit(reading);
        await run.wait(reading, submitted, { thresholds });
        const before = account.calls().length;
        await run.wait(reading, submitted, { thresholds });
        const beforeTheLists = account.calls().slice(before).indexOf("DescribeAssetImageVulList");
        account.emulator.faults.plan({ fault: "error", code, after: beforeTheLists, times: 99 });
        const asked = [reading, submitted, { thresholds }] as const;
        await assert.rejects(
          run.wait(...asked),
          /has ended, and the list .* could not be read: .*pulumi up.*without a new scan/,
        );
        account.emulator.faults.clear();
        assert.equal((await run.wait(...asked))["verdict"], "PASS");
        assert.equal(account.calls("CreateAssetImageScanTask").length, 1);
      });
    }

    it("give INCONCLUSIVE if the right to read them is missing", async () => {
      const code = "UnauthorizedOperation";
      account.emulator.faults.plan({ action: "DescribeAssetImageVulList", fault: "error", code, times: 9 });
      const { verdict } = await local().run({ thresholds: { ...critical, ...until("CVE-2026-40001") } });
      assert.equal(verdict, "INCONCLUSIVE");
    });

    it("give INCONCLUSIVE if they cannot be read", async () => {
      account.emulator.faults.plan({
        action: "DescribeAssetImageVulList",
        fault: "error",
        code: "ResourceNotFound",
        times: 9,
      });
      const { verdict, verdictReason } = await local().run({ thresholds: { ...critical, ...until("CVE-2026-40001") } });
      assert.equal(verdict, "INCONCLUSIVE");
      assert.match(String(verdictReason), /could not be read: .*ResourceNotFound/);
    });
  });
});
