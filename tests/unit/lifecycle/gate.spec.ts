import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv } from "ajv";
import { scanTask } from "../../../provider/huawei/tasks/scan-task.js";
import { gateProvider } from "../../../provider/lifecycle/gate.js";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import type { GateResult, ScanGateExport } from "../../../provider/model/gate-export.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { registryScanTask } from "../../../provider/tencent/tasks/registry/registry-scan-task.js";
import { Account, imageId } from "../../support/account.js";
import { TaskRun } from "../../support/task-run.js";

type Outs = Record<string, unknown>;

interface State extends Outs {
  readonly verdict: string;
  readonly reason?: string;
  readonly results: readonly GateResult[];
  readonly scanGate: ScanGateExport;
}

const kinds = {
  "tencent:LocalScanTask": localScanTask,
  "tencent:RegistryScanTask": registryScanTask,
  "huawei:ScanTask": scanTask,
} as unknown as Record<string, never>;

const schema = JSON.parse(
  readFileSync(resolve(__dirname, "../../../../schemas/scan-gate.schema.json"), "utf8"),
) as object;
const isValid = new Ajv().compile(schema);

describe("a gate", () => {
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const world = () => account.emulator.tencent.local;
  const provider = () => {
    const clients: Record<string, unknown> = { tencent: account.client(), huawei: account.huaweiClient() };
    const clientOf = (token: string) => clients[token.split(":")[0] as string];
    return gateProvider({ kindOf: (token) => kinds[token] as never, clientOf }, account.clock);
  };
  const thresholds = { critical: 1 };

  /** A task as the gate gets it, submitted. */
  async function submitted(name: string, kind: string, request: object, more: object = {}): Promise<Outs> {
    const client = kind.startsWith("huawei") ? account.huaweiClient() : account.client();
    const run = new TaskRun(account, kinds[kind] as never, client as never, request);
    const reading = await run.readBaseline();
    const inputs = run.waitInputs(reading, await run.submit(reading));
    const { submitted: task } = inputs as { submitted: Outs };
    const { account: other = account.name, ...rest } = more as { account?: string };
    return { name, kind, thresholds, submitted: { ...task, account: other, fingerprint: name }, ...rest };
  }
  const local = (name: string, image: string, more?: object) =>
    submitted(name, "tencent:LocalScanTask", { images: [imageId(image)], scanVul: true }, more);
  const create = async (tasks: Outs[], more: object = {}) =>
    (await provider().create({ tasks, ...more })).outs as State;
  const update = async (state: State, tasks: Outs[], more: object = {}) =>
    (await provider().update?.("id", state, { tasks, ...more }))?.outs as State;
  const diff = (state: State, tasks: Outs[], more: object = {}) => provider().diff?.("id", state, { tasks, ...more });

  it("waits for scans of both clouds, and publishes one verdict", async () => {
    const tasks = [
      await local("web", "web"),
      await submitted("registry", "tencent:RegistryScanTask", { ids: ["1256299843"], scanTypes: ["CVE"] }),
      await submitted("hss", "huawei:ScanTask", {
        images: [{ id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" }],
        scanScope: ["vulnerabilities"],
      }),
    ];
    const { scanGate, results, verdict } = await create(tasks, { maxAgeSeconds: 3600 });
    assert.equal(verdict, "PASS");
    assert(isValid(scanGate), JSON.stringify(isValid.errors));
    const { taskIds, subject, counts, finishedAt, expiresAt } = scanGate;
    assert.deepEqual(taskIds.slice(0, 2), ["41033", "13"]);
    assert.equal(subject.total, 3);
    assert(subject.digests.includes(imageId("web")));
    // HSS has no critical ones, and adds none.
    assert.deepEqual(counts, { critical: 1, high: 4, medium: 2, low: 7 });
    assert.deepEqual(
      results.map(({ name, status, ids }) => [name, status, Object.keys(ids)]),
      [
        ["web", "SUCCEEDED", ["taskId"]],
        ["registry", "SUCCEEDED", ["taskId"]],
        ["hss", "SUCCEEDED", ["taskId"]],
      ],
    );
    assert.equal(Date.parse(expiresAt ?? "") - Date.parse(finishedAt ?? ""), 3_600_000);
  });

  for (const [kind, images, scan] of [
    [
      "tencent:RegistryScanTask",
      [
        { instanceName: "demo", namespace: "shop", imageName: "web", imageTag: "1.4.2" },
        { instanceName: "demo", namespace: "shop", imageName: "web", imageTag: "1.4.2", force: false },
      ],
      { scanTypes: ["CVE"] },
    ],
    [
      "huawei:ScanTask",
      [
        { id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" },
        { id: 42, namespace: "demo", imageName: "nginx", imageVersion: "1.27" },
      ],
      { scanScope: ["vulnerabilities"] },
    ],
  ] as const) {
    it(`counts an image of ${kind} that is named twice only once`, async () => {
      const task = await submitted("twice", kind, { images, ...scan });
      const { results } = await create([task]);
      const client = kind.startsWith("huawei") ? account.huaweiClient() : account.client();
      const own = await new TaskRun(account, kinds[kind] as never, client as never, { images, ...scan }).run({
        thresholds,
      });
      const findings = results[0]?.findings;
      assert.equal(findings?.total, 1);
      assert.equal(results[0]?.status, "SUCCEEDED");
      const { high, total } = own["findings"] as { high: number; total: number };
      assert.deepEqual([findings?.high, findings?.total], [high, total]);
    });
  }

  it("takes the worst verdict, and names its scans", async () => {
    world().add({
      id: imageId("bad"),
      findings: { critical: 2, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 },
    });
    world().add({ id: imageId("broken"), outcome: "error" });
    const { scanGate } = await create([
      await local("good", "web"),
      await local("bad", "bad"),
      await local("no", "broken"),
    ]);
    assert.deepEqual(
      [scanGate.verdict, scanGate.reason],
      ["FAIL", "bad: 2 critical, and 1 allowed (CVE-2026-40001, CVE-2026-40002)"],
    );
    assert.equal(scanGate.status, "PARTIAL");
    assert.equal(scanGate.approved, undefined);
    assert(isValid(scanGate), JSON.stringify(isValid.errors));
  });

  it("is inconclusive after its time limit, and continues to wait in the next update", async () => {
    world().scanMs = 900_000;
    const tasks = [await local("slow", "web")];
    const state = await create(tasks, { waitTimeoutSeconds: 60 });
    assert.equal(state.verdict, "INCONCLUSIVE");
    assert.match(state.reason ?? "", /slow: the end of the scan was not seen: task 41033 has not ended within 60 s/);
    assert.deepEqual([state.scanGate.status, state.scanGate.finishedAt], [undefined, undefined]);
    assert(isValid(state.scanGate), JSON.stringify(isValid.errors));
    assert.deepEqual(await diff(state, tasks), { changes: true });
    assert.equal((await update(state, tasks)).verdict, "PASS");
  });

  it("reports a refused read without failing, and reads again in the next update", async () => {
    const tasks = [await local("web", "web"), await local("api", "api")];
    const code = "AuthFailure.SecretIdNotFound";
    account.emulator.faults.plan({ action: "DescribeAssetImageScanStatus", fault: "error", code });
    const state = await create(tasks);
    assert.match(
      state.reason ?? "",
      /web: the end of the scan was not seen: its state cannot be read: .*SecretIdNotFound/,
    );
    assert.deepEqual(
      state.results.map(({ status, verdict }) => [status, verdict]),
      [
        [undefined, "INCONCLUSIVE"],
        ["SUCCEEDED", "PASS"],
      ],
    );
    const calls = account.calls("DescribeAssetImageList").length;
    const next = await update(state, tasks);
    assert.equal(next.verdict, "PASS");
    // Only the one that was open is looked at again, twice.
    assert.equal(account.calls("DescribeAssetImageList").length, calls + 2);
  });

  it("is inconclusive for a request with an unknown result", async () => {
    const task = await local("web", "web");
    const submitted = { ...(task["submitted"] as Outs), unresolved: "HSS has not listed it" };
    const { verdict, reason } = await create([{ ...task, submitted }]);
    assert.deepEqual([verdict, reason], ["INCONCLUSIVE", "web: the scan ended UNKNOWN: HSS has not listed it"]);
  });

  it("judges again after changed thresholds or expired exceptions, without a call", async () => {
    const exceptions = [{ id: "CVE-2026-40001", reason: "not reachable", expires: "2026-11-22" }];
    const strict = { critical: 0 };
    const task = await local("api", "api", { thresholds: strict });
    const state = await create([task]);
    assert.equal(state.verdict, "FAIL");
    const calls = account.calls().length;
    const excepted = [{ ...task, thresholds: { ...strict, exceptions } }];
    const lenient = await update(state, excepted);
    assert.equal(lenient.verdict, "PASS");
    assert.equal(lenient.scanGate.expiresAt, "2026-11-23T00:00:00.000Z");
    assert.notEqual(lenient.scanGate.inputsHash, state.scanGate.inputsHash);
    assert.deepEqual(await diff(lenient, excepted), { changes: false });
    account.clock.pass(86_400_000);
    assert.deepEqual(await diff(lenient, excepted), { changes: true });
    assert.equal((await update(lenient, excepted)).verdict, "FAIL");
    assert.equal(account.calls().length, calls);
  });

  it("is unchanged by another order of its tasks, and of their exceptions", async () => {
    const exceptions = ["CVE-1", "CVE-2"].map((id) => ({ id, reason: "not reachable", expires: "2026-12-31" }));
    const tasks = [
      await local("web", "web", { thresholds: { medium: 0, exceptions } }),
      await local("api", "api", { thresholds: { critical: 0, exceptions } }),
    ];
    const check = async (given: Outs[]) =>
      (await provider().check?.({}, { tasks: given }))?.inputs as { readonly tasks: Outs[] };
    const state = await create((await check(tasks)).tasks);
    assert.match(state.reason ?? "", /^web: .*; api: /);
    const reversed = tasks.toReversed().map(({ thresholds, ...task }) => ({
      ...task,
      thresholds: { ...(thresholds as object), exceptions: exceptions.toReversed() },
    }));
    assert.deepEqual(await diff(state, (await check(reversed)).tasks), { changes: false });
  });

  it("reads the result in the update after an outage, without a new scan", async () => {
    const exceptions = [{ id: "CVE-2026-40001", reason: "not reachable", expires: "2026-12-31" }];
    const tasks = [await local("api", "api", { thresholds: { critical: 0, exceptions } })];
    const fault = { action: "DescribeAssetImageVulList", fault: "error", code: "InternalError", times: 99 } as const;
    account.emulator.faults.plan(fault);
    const state = await create(tasks);
    assert.equal(state.verdict, "INCONCLUSIVE");
    assert.match(state.reason ?? "", /could not be read: .*InternalError/);
    account.emulator.faults.clear();
    assert.deepEqual(await diff(state, tasks), { changes: true });
    assert.equal((await update(state, tasks)).verdict, "PASS");
  });

  it("keeps a known PASS while a new scan of the same image runs", async () => {
    const first = await create([await local("web", "web")], { maxAgeSeconds: 86_400 });
    world().scanMs = 900_000;
    const again = [await local("web", "web")];
    const state = await update(first, again, { waitTimeoutSeconds: 60, maxAgeSeconds: 86_400 });
    assert.equal(state.verdict, "PASS");
    const reason = "web: task 41034 still runs; until it has ended, the scan before it counts";
    assert.deepEqual(state.scanGate, { ...first.scanGate, reason, inputsHash: state.scanGate.inputsHash });
    assert.equal(state.results[0]?.running, "task 41034");
    assert.deepEqual(await diff(state, again, { maxAgeSeconds: 86_400 }), { changes: true });
    const last = await update(state, again);
    assert.deepEqual([last.scanGate.taskIds, last.results[0]?.running], [["41034"], undefined]);
  });

  it("withdraws a PASS if the new scan is of another image, or failed", async () => {
    const first = await create([await local("web", "web")]);
    world().scanMs = 900_000;
    const other = [await local("web", "api")];
    assert.equal((await update(first, other, { waitTimeoutSeconds: 60 })).verdict, "INCONCLUSIVE");
    world().nextEnd = "Cancel";
    const canceled = [await local("web", "web")];
    assert.equal((await update(first, canceled)).verdict, "INCONCLUSIVE");
  });

  it("judges each task by its own thresholds, also with equal or changed names", async () => {
    const strict = await local("scan", "api", { thresholds: { critical: 0 } });
    const lax = await local("scan", "web", { thresholds: { critical: 100 } });
    const state = await create([lax, strict]);
    assert.deepEqual(
      state.results.map(({ verdict }) => verdict),
      ["PASS", "FAIL"],
    );
    const renamed = [{ ...lax, name: "other" }, strict];
    assert.deepEqual(await diff(state, [lax, strict]), { changes: false });
    assert.deepEqual(await diff(state, renamed), { changes: true });
    const next = await update(state, renamed);
    assert.deepEqual(
      next.results.map(({ name, verdict }) => [name, verdict]),
      [
        ["other", "PASS"],
        ["scan", "FAIL"],
      ],
    );
  });

  it("dates a scan by its end, not by the first look", async () => {
    const task = await local("web", "web");
    account.clock.pass(30 * 86_400_000);
    const { scanGate } = await create([task]);
    const { submittedAt, ...submitted } = task["submitted"] as Outs;
    assert.equal(scanGate.finishedAt, submittedAt);
    const adopted = { ...task, submitted: { ...submitted, origin: "adopted" } };
    const unknown = (await create([adopted])).scanGate;
    assert.equal(unknown.finishedAt, undefined);
    assert(isValid(unknown), JSON.stringify(isValid.errors));
  });

  it("drops a verdict if the new scan's state is unknown, or the account differs", async () => {
    const first = await create([await local("web", "web")]);
    world().scanMs = 900_000;
    const again = await local("web", "web");
    const fault = {
      action: "DescribeAssetImageScanStatus",
      fault: "error",
      code: "AuthFailure.TokenFailure",
      times: 99,
    } as const;
    account.emulator.faults.plan(fault);
    assert.equal((await update(first, [again])).verdict, "INCONCLUSIVE");
    account.emulator.faults.clear();
    const elsewhere = { ...again, submitted: { ...(again["submitted"] as Outs), account: "other" } };
    assert.equal((await update(first, [elsewhere], { waitTimeoutSeconds: 60 })).verdict, "INCONCLUSIVE");
  });

  it("refuses an invalid wait time", async () => {
    const failures = async (waitTimeoutSeconds: unknown) =>
      (await provider().check?.({}, { tasks: [], waitTimeoutSeconds }))?.failures?.length;
    assert.deepEqual(await Promise.all(["abc", -1, 1.5, 60, undefined].map(failures)), [1, 1, 1, 0, 0]);
  });

  it("refuses tasks without thresholds, and names them", async () => {
    const check = async (tasks: unknown) => (await provider().check?.({}, { tasks }))?.failures ?? [];
    assert.deepEqual(await check([{ name: "web" }, { name: "api", thresholds: {} }]), [
      { property: "", reason: "web: has no thresholds, and a gate needs them" },
      {
        property: "",
        reason:
          "api: thresholds has no number: give one for at least one of critical, high, medium, low, viruses, sensitiveData",
      },
    ]);
    assert.deepEqual(await check("04da6b54-80e4-46f7-96ec-b56ff0331ba9"), []);
  });
});
