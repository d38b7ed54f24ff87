import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ScanGateExport } from "../../../provider/model/gate-export.js";
import { gateType, passType } from "../../../provider/model/resource-types.js";
import { type Fabricated, stackViolationsOf, unknown } from "../../support/policy-args.js";

const submission = "pulumi-nodejs:dynamic:LocalSend";
const request = "pulumi-nodejs:dynamic:LocalRead";
const wait = "pulumi-nodejs:dynamic:LocalScan";
const digest = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;
const recently = () => new Date(Date.now() - 3_600_000).toISOString();

describe("each policy of a stack", () => {
  const task = (more: Partial<Fabricated> = {}): Fabricated => ({ type: submission, name: "scan", ...more });
  const deployment = (image: string): Fabricated => ({
    type: "kubernetes:apps/v1:Deployment",
    name: "web",
    props: { spec: { template: { spec: { containers: [{ image }] } } } },
  });
  const waited = (props: object): Fabricated => ({ type: wait, name: "scan", needs: ["scan"], props });
  const ended = () => ({
    status: "SUCCEEDED",
    verdict: "PASS",
    finishedAt: recently(),
    findings: { images: [{ digest }] },
  });
  const gateExport = (more: Partial<ScanGateExport> = {}): ScanGateExport => ({
    schema: 1,
    verdict: "PASS",
    reason: "",
    status: "SUCCEEDED",
    taskIds: ["1"],
    subject: { total: 1, digests: [digest] },
    counts: {},
    finishedAt: recently(),
    inputsHash: "0",
    ...more,
  });

  it("task-awaited requires a wait or a gate for each scan", async () => {
    assert.deepEqual(await stackViolationsOf("task-awaited", [task(), waited({})]), []);
    assert.deepEqual(
      await stackViolationsOf("task-awaited", [task(), { type: gateType, name: "gate", needs: ["scan"] }]),
      [],
    );
    const other = { ...waited({}), needs: [] };
    assert.deepEqual(await stackViolationsOf("task-awaited", [task(), other]), [
      'scan: nothing waits for the scan "scan"; remove wait: false, or pass the task to a ScanGate',
    ]);
  });

  it("scan-verdict accepts only a recent PASS", async () => {
    const said = async (props: object, config?: object) => stackViolationsOf("scan-verdict", [waited(props)], config);
    assert.deepEqual(await said(ended()), []);
    assert.match((await said(ended(), { maxAgeHours: 0.5 })).join(), /ended 1 hours ago, and the limit is 0.5 hours/);
    assert.match(
      (await said({ ...ended(), verdict: "FAIL", verdictReason: "1 critical" })).join(),
      /the verdict is FAIL: 1 critical/,
    );
    assert.match(
      (await said({ status: "SUCCEEDED", finishedAt: recently() })).join(),
      /has no verdict; give it thresholds/,
    );
    assert.match((await said({ ...ended(), finishedAt: undefined })).join(), /end time of the scan is not known/);
    assert.match((await said({ ...ended(), finishedAt: "soon" })).join(), /end time of the scan is not known/);
    // It has not run yet: neither a violation nor a pass.
    assert.deepEqual(await said({}), []);
    assert.deepEqual(await said({ status: unknown, verdict: unknown }), []);
    const gate = (scanGate: ScanGateExport) => ({ type: gateType, props: { verdict: scanGate.verdict, scanGate } });
    assert.deepEqual(await stackViolationsOf("scan-verdict", [gate(gateExport())]), []);
    assert.match(
      (await stackViolationsOf("scan-verdict", [gate(gateExport({ verdict: "INCONCLUSIVE" }))])).join(),
      /INCONCLUSIVE/,
    );
    const pass = (verdict: unknown, finishedAt: unknown) => ({ type: passType, props: { verdict, finishedAt } });
    assert.deepEqual(await stackViolationsOf("scan-verdict", [pass("PASS", recently()), pass(unknown, unknown)]), []);
    assert.match((await stackViolationsOf("scan-verdict", [pass("PASS", "2020-01-01T00:00:00Z")])).join(), /hours ago/);
    assert.match(
      (await stackViolationsOf("scan-verdict", [pass("PASS", "2999-01-01T00:00:00Z")])).join(),
      /in the future/,
    );
    const expired = gate(gateExport({ expiresAt: recently() }));
    assert.match((await stackViolationsOf("scan-verdict", [expired])).join(), /the verdict expired at/);
  });

  it("workload-scanned accepts a scan, a gate, a pass, and another stack's valid gate", async () => {
    const covers: readonly (readonly [what: string, resource: Fabricated, covered: boolean])[] = [
      ["a scan", waited(ended()), true],
      ["a scan of another image", waited({ ...ended(), findings: { images: [{ digest: other }] } }), false],
      ["a scan that failed", waited({ ...ended(), status: "FAILED" }), false],
      ["a gate", { type: gateType, props: { verdict: "PASS", scanGate: gateExport() } }, true],
      [
        "a gate that has expired",
        { type: gateType, props: { verdict: "PASS", scanGate: gateExport({ expiresAt: recently() }) } },
        false,
      ],
      ["a scan of long ago", waited({ ...ended(), finishedAt: "2020-01-01T00:00:00Z" }), false],
      [
        "a pass",
        { type: passType, props: { verdict: "PASS", digest: `${other} ${digest}`, finishedAt: recently() } },
        true,
      ],
      ["a pass for any image", { type: passType, props: { verdict: "PASS", finishedAt: recently() } }, false],
      [
        "another stack that scanned long ago",
        {
          type: "pulumi:pulumi:StackReference",
          props: { outputs: { scanGate: gateExport({ finishedAt: "2020-01-01T00:00:00Z" }) } },
        },
        false,
      ],
      ["another stack", { type: "pulumi:pulumi:StackReference", props: { outputs: { scanGate: gateExport() } } }, true],
      [
        "another stack whose gate has expired",
        {
          type: "pulumi:pulumi:StackReference",
          props: { outputs: { scanGate: gateExport({ expiresAt: recently() }) } },
        },
        false,
      ],
      [
        "another stack that failed",
        { type: "pulumi:pulumi:StackReference", props: { outputs: { scanGate: gateExport({ verdict: "FAIL" }) } } },
        false,
      ],
      ["another stack without a gate", { type: "pulumi:pulumi:StackReference", props: { outputs: { x: 1 } } }, false],
    ];
    for (const [what, resource, covered] of covers) {
      const said = await stackViolationsOf("workload-scanned", [deployment(`shop/web@${digest}`), resource]);
      assert.deepEqual(
        said,
        covered ? [] : [`web: "web" runs shop/web@${digest}: no recent enough scan covers it`],
        what,
      );
    }
  });

  it("workload-scanned uses the requests of scans in a preview, and skips unknown values", async () => {
    const run = deployment(`shop/web@${digest}`);
    const asks = (images: unknown) => [task({ type: request, props: { images } }), waited({})];
    assert.deepEqual(await stackViolationsOf("workload-scanned", [run, ...asks([digest])]), []);
    assert.equal((await stackViolationsOf("workload-scanned", [run, ...asks([other])])).length, 1);
    assert.deepEqual(await stackViolationsOf("workload-scanned", [run, ...asks([`shop/web@${digest}`])]), []);
    assert.equal((await stackViolationsOf("workload-scanned", [run, ...asks([`shop/web@${other}`])])).length, 1);
    assert.deepEqual(await stackViolationsOf("workload-scanned", [run, ...asks(["shop/web:1"])]), []);
    assert.deepEqual(await stackViolationsOf("workload-scanned", [run, ...asks([unknown])]), []);
    assert.deepEqual(await stackViolationsOf("workload-scanned", [run, ...asks(undefined)]), []);
    assert.deepEqual(
      await stackViolationsOf("workload-scanned", [run, { type: passType, props: { verdict: unknown, digest } }]),
      [],
    );
    assert.equal(
      (
        await stackViolationsOf("workload-scanned", [
          run,
          { type: passType, props: { verdict: unknown, digest: other } },
        ])
      ).length,
      1,
    );
    assert.deepEqual(
      await stackViolationsOf("workload-scanned", [run, { type: "pulumi:pulumi:StackReference", props: {} }]),
      [],
    );
  });

  it("workload-scanned names a list that leaves out images", async () => {
    const run = deployment(`shop/web@${digest}`);
    const cut = waited({ ...ended(), findings: { total: 240, images: [{ digest: other }] } });
    assert.match(
      (await stackViolationsOf("workload-scanned", [run, cut])).join(),
      /no recent enough scan is known to cover it; "scan" does not name 239 of the images that it has scanned/,
    );
    const covered = waited({ ...ended(), findings: { total: 240, images: [{ digest }] } });
    assert.deepEqual(await stackViolationsOf("workload-scanned", [run, covered]), []);
    const scanGate = gateExport({ subject: { total: 700, digests: [other], digestsOmitted: 200 } });
    const gate = { type: gateType, name: "release", props: { verdict: "PASS", scanGate } };
    assert.match(
      (await stackViolationsOf("workload-scanned", [run, gate])).join(),
      /"release" does not name 200 of the images/,
    );
    const reference = { type: "pulumi:pulumi:StackReference", name: "scans", props: { outputs: { scanGate } } };
    assert.match(
      (await stackViolationsOf("workload-scanned", [run, reference])).join(),
      /"scanGate" does not name 200 of the images/,
    );
  });

  describe("with the gates of other stacks in files", () => {
    const folder = mkdtempSync(join(tmpdir(), "policy-"));
    after(() => rmSync(folder, { recursive: true }));
    const run = deployment(`shop/web@${digest}`);
    const said = async (content: string | Buffer) => {
      const file = join(folder, "gate.json");
      writeFileSync(file, content);
      return stackViolationsOf("workload-scanned", [run], { scanGates: [file] });
    };

    it("workload-scanned reads files of every shell", async () => {
      const text = JSON.stringify(gateExport());
      assert.deepEqual(await said(text), []);
      assert.deepEqual(await said(`\uFEFF${text}`), []);
      assert.deepEqual(await said(Buffer.from(`\uFEFF${text}\r\n`, "utf16le")), []);
    });

    it("workload-scanned explains why it does not accept a gate", async () => {
      const fail = JSON.stringify(gateExport({ verdict: "FAIL", reason: "1 critical" }));
      for (const [content, why] of [
        [fail, /gate.json is not accepted: its verdict is FAIL: 1 critical/],
        ['"[secret]"', /gate.json is not accepted: it shows "\[secret\]" .*--show-secrets/],
        ["", /gate.json is not accepted: there is no scanGate/],
        ["{}", /gate.json is not accepted: the export is not a scanGate/],
      ] as const)
        assert.match((await said(content)).join(), why);
      await assert.rejects(said("error: no stack"), /scanGates: .*gate.json cannot be read: is not JSON/);
    });
  });
});
