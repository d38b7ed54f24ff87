import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const command = resolve(__dirname, "../../provider/cli.js");

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [command, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

async function failureOf(...args: string[]): Promise<{ code: number; stderr: string }> {
  const child = start(...args);
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, stderr };
}

describe("pulumi-image-scan emulator", () => {
  it("prints where it listens as one line of JSON, serves on loopback, and ends on SIGTERM", async () => {
    const child = start("emulator", "--port", "0", "--scan-seconds", "1");
    assert(child.stdout !== null);
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { url, tencent } = JSON.parse(line) as { url: string; tencent: Record<string, string> };
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(Object.keys(tencent), ["endpoint", "secretId", "secretKey"]);
    const answer = (await (await fetch(url, { method: "POST", body: "{}" })).json()) as {
      Response: { Error: { Code: string } };
    };
    assert.equal(answer.Response.Error.Code, "AuthFailure.InvalidAuthorization");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  it("explains itself to who calls it wrongly, without a stack", async () => {
    for (const args of [[], ["emulate"], ["emulator", "--port", "many"], ["emulator", "--ports", "1"]]) {
      const { code, stderr } = await failureOf(...args);
      assert.equal(code, 1, args.join(" "));
      assert.match(stderr, /Usage|not a number|Unknown option/);
      assert.doesNotMatch(stderr, /\n\s+at /);
    }
  });
});
