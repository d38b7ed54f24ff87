import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { decodeJson } from "../../provider/transport/decode-json.js";

const main = resolve(__dirname, "../../provider/cli/main.js");
const digest = `sha256:${"a".repeat(64)}`;
const gate = {
  ...{ schema: 1, verdict: "PASS", reason: "within the thresholds", status: "SUCCEEDED", taskIds: ["1"] },
  ...{ subject: { total: 1, digests: [digest] }, counts: {}, finishedAt: new Date().toISOString(), inputsHash: "0" },
};
const scan = { name: "图像", kind: "huawei:ScanTask", ids: { taskId: "1" }, status: "SUCCEEDED", verdict: "PASS" };

function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, "utf16le");
  return isBigEndian ? bytes.swap16() : bytes;
}

/** The same text as shells write it; PowerShell 5 writes UTF-16 with a byte order mark. */
const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-8 with a byte order mark": (text) => Buffer.from(`\uFEFF${text}`),
  "UTF-16 of PowerShell 5": (text) => utf16(`\uFEFF${text}\r\n`, false),
  "UTF-16 without a byte order mark": (text) => utf16(text, false),
  "UTF-16, big end first": (text) => utf16(`\uFEFF${text}`, true),
  "UTF-16, big end first, without a byte order mark": (text) => utf16(text, true),
};

function run(args: readonly string[], input: string | Buffer) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { input, timeout: 30_000 });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

const askGate = ["gate", "--digest", digest, "--max-age", "1h"];
const askReport = ["report", "--markdown", "-"];

describe("JSON from a shell", () => {
  for (const [name, encode] of Object.entries(encodings)) {
    it(`is readable as ${name}`, () => assert.deepEqual(decodeJson(encode(JSON.stringify({ scan }))), { scan }));
  }

  it("is undefined without text, and invalid JSON is refused with the cause", () => {
    for (const text of ["", "  \n", "\uFEFF"]) assert.equal(decodeJson(Buffer.from(text)), undefined);
    assert.throws(() => decodeJson(Buffer.from("PASS")), /^Error: is not JSON$/);
    assert.throws(() => decodeJson(Buffer.from([0x22, 0xff, 0x22])), /^Error: is neither UTF-8 nor UTF-16$/);
  });
});

describe("the commands for a shell", () => {
  const windows = encodings["UTF-16 of PowerShell 5"] as (text: string) => Buffer;

  it("read the output of PowerShell 5", () => {
    assert.deepEqual(run(askGate, windows(JSON.stringify(gate))), { status: 0, stdout: "PASS\n", stderr: "" });
    const { status, stdout, stderr } = run(askReport, windows(JSON.stringify({ scan })));
    assert.deepEqual([status, stderr], [0, "1 scan: 1 good\n"]);
    assert.match(stdout, /\| 图像 \| 1 \| SUCCEEDED \| ✅ PASS \|/);
  });

  it("make the folder of a report", () => {
    const folder = mkdtempSync(join(tmpdir(), "report-"));
    try {
      const file = join(folder, "reports", "scans.xml");
      assert.equal(run(["report", "--junit", file], JSON.stringify({ scan })).status, 0);
      assert.match(readFileSync(file, "utf8"), /^<\?xml /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("fail with the cause if an output is secret, empty or no JSON", () => {
    for (const [args, input, cause] of [
      [askGate, '"[secret]"', /refused: it shows "\[secret\]" instead of the scanGate; .*--show-secrets/],
      [askGate, "", /refused: there is no scanGate/],
      [askGate, "error: no stack", /standard input is not JSON: pipe the output of pulumi stack output --json/],
      [askReport, '"[secret]"', /there is no scan to report: secret outputs .*--show-secrets/],
      [askReport, '{"release":"[secret]"}', /secret outputs are not read: release; .*--show-secrets/],
      [askReport, "", /standard input is empty: pipe the output of pulumi stack output --json/],
      [askReport, "error: no stack", /standard input is not JSON/],
    ] as const) {
      const { status, stdout, stderr } = run(args, input);
      assert.deepEqual([status, stdout], [1, ""], input);
      assert.match(stderr, cause);
      assert.doesNotMatch(stderr, /\n +at /);
    }
  });

  it("print the omissions of a report on standard error", () => {
    const { status, stderr } = run(askReport, JSON.stringify({ scan, release: "[secret]" }));
    assert.equal(status, 0);
    assert.match(stderr, /^1 scan: 1 good\nleft out: secret outputs are not read: release; .*--show-secrets\n$/);
  });
});
