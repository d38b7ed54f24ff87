import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { presetNames } from "../../emulator/index.js";
import { send } from "../../provider/transport/http.js";

const command = resolve(__dirname, "../../provider/cli/main.js");

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
  it("prints its address as one line of JSON, serves on loopback, and ends on SIGTERM", async () => {
    const child = start("emulator", "--port", "0", "--scan-seconds", "1");
    assert(child.stdout !== null);
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { url, tencent, huawei } = JSON.parse(line) as Record<"tencent" | "huawei", object> & { url: string };
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(Object.keys(tencent), ["endpoint", "secretId", "secretKey"]);
    assert.deepEqual(Object.keys(huawei), ["endpoint", "iamEndpoint", "accessKey", "secretKey", "projectId", "region"]);
    const answer = (await (await fetch(url, { method: "POST", body: "{}" })).json()) as {
      Response: { Error: { Code: string } };
    };
    assert.equal(answer.Response.Error.Code, "AuthFailure.InvalidAuthorization");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  for (const { host, says } of [
    { host: "0.0.0.0", says: /^The resources use plain http for 127.* must share the network of the emulator/ },
    { host: "localhost", says: /^$/ },
  ]) {
    it(`prints for --host ${host} an address that the resources accept, and what others must do`, async () => {
      const child = start("emulator", "--port", "0", "--host", host);
      assert(child.stdout !== null && child.stderr !== null);
      let told = "";
      child.stderr.on("data", (chunk: Buffer) => {
        told += chunk.toString();
      });
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      const { url, tencent } = JSON.parse(line) as { url: string; tencent: { endpoint: string } };
      assert.equal(tencent.endpoint, url);
      const { status } = await send({ method: "POST", url: new URL(url), headers: {}, body: "{}", action: "Any" });
      assert.equal(status, 200);
      child.kill("SIGTERM");
      await once(child, "close");
      assert.match(told, says);
    });
  }

  it("says that the resources cannot use an address that is not of loopback", async function () {
    const [outer] = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    if (outer === undefined) {
      process.stdout.write("    skipped: this machine has no address but loopback\n");
      return this.skip();
    }
    const child = start("emulator", "--port", "0", "--host", outer.address);
    assert(child.stderr !== null);
    const [line] = (await once(createInterface(child.stderr), "line")) as [string];
    assert.match(line, /and so not for http:\/\/[\d.]+:\d+\. Start the emulator with --host 0\.0\.0\.0 instead\.$/);
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  it("takes every preset, for all images or for one, and the site", async () => {
    const presets = Object.keys(presetNames).flatMap((name, at) => ["--preset", at % 2 === 0 ? name : `${name}=42`]);
    const child = start("emulator", "--port", "0", "--site", "cn", ...presets);
    assert(child.stdout !== null);
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const answer = await fetch(`${url}/_emulator/presets`, { headers: { "x-emulator-admin": "1" } });
    assert.deepEqual(Object.keys((await answer.json()) as object), Object.keys(presetNames));
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  it("prints usage after a wrong call, without a stack trace", async () => {
    for (const args of [
      [],
      ["emulate"],
      ["emulator", "--port", "many"],
      ["emulator", "--ports", "1"],
      ["emulator", "--preset", "none"],
    ]) {
      const { code, stderr } = await failureOf(...args);
      assert.equal(code, 1, args.join(" "));
      assert.match(stderr, /Usage|not a number|Unknown option|there is no preset "none"/);
      assert.doesNotMatch(stderr, /\n\s+at /);
    }
  });
});
