import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { tc3Authorization } from "../../provider/tencent/api/sign.js";
import { sha256Hex } from "../../provider/transport/digest.js";
import { Account, imageId } from "../support/account.js";

interface Call {
  readonly action: string;
  readonly body: string;
  readonly headers?: Record<string, string>;
  readonly contentType?: string;
  /** Seconds that the client's clock is ahead. */
  readonly skew?: number;
}

/** A request as the documents describe it, signed header by header. */
async function call(
  account: Account,
  { action, body, contentType = "application/json", skew = 0, headers = {} }: Call,
) {
  const { endpoint, secretId, secretKey } = account.emulator.address.tencent;
  const timestamp = Math.floor(account.clock.now() / 1000) + skew;
  const host = new URL(endpoint).host;
  const signed = { "content-type": contentType, host, ...("x-tc-action" in headers ? { "x-tc-action": action } : {}) };
  const authorization = tc3Authorization(
    { method: "POST", query: "", headers: signed, payloadHash: sha256Hex(body), service: "tcss", timestamp },
    { secretId, secretKey },
  );
  const answer = await fetch(endpoint, {
    method: "POST",
    body,
    headers: {
      authorization,
      "content-type": contentType,
      "x-tc-action": action,
      "x-tc-version": "2020-11-01",
      "x-tc-timestamp": String(timestamp),
      ...headers,
    },
  });
  const { Response } = (await answer.json()) as { Response: Record<string, unknown> & { Error?: { Code: string } } };
  return { status: answer.status, response: Response, code: Response.Error?.Code };
}

describe("the emulated TCSS", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  describe("accepts the documented examples unchanged", () => {
    it("CreateAssetImageScanSetting", async () => {
      const body = `{
    "Enable": true,
    "ScanTime": "2020-12-28 15:53:26",
    "ScanPeriod": 3600,
    "ScanVirus": true,
    "ScanRisk": true,
    "ScanVul": true,
    "All": true,
    "Images": []
}`;
      const { status, response, code } = await call(account, { action: "CreateAssetImageScanSetting", body });
      assert.deepEqual(
        { status, code, fields: Object.keys(response) },
        { status: 200, code: undefined, fields: ["RequestId"] },
      );
    });

    it("DescribeAssetImageScanStatus of an unknown task", async () => {
      const { code } = await call(account, {
        action: "DescribeAssetImageScanStatus",
        body: '{\n    "TaskID": "dskaldjskld"\n}',
      });
      assert.equal(code, "ResourceNotFound");
    });
  });

  describe("verifies the signature from the bytes received", () => {
    const action = "DescribeAssetImageScanTask";

    it("accepts two or three signed headers, and any signed content type", async () => {
      assert.equal((await call(account, { action, body: "{}" })).code, undefined);
      assert.equal((await call(account, { action, body: "{}", headers: { "x-tc-action": action } })).code, undefined);
      assert.equal(
        (await call(account, { action, body: "{ }", contentType: "application/json; charset=utf-8" })).code,
        undefined,
      );
    });

    it("refuses a body that was changed in transit", async () => {
      const changed = { authorization: (await signedFor("{}")).authorization };
      const { code, status } = await call(account, { action, body: "{ }", headers: changed });
      assert.deepEqual({ code, status }, { code: "AuthFailure.SignatureFailure", status: 200 });
    });

    it("accepts time stamps within five minutes of its own clock", async () => {
      for (const [skew, code] of [
        [299, undefined],
        [-299, undefined],
        [302, "AuthFailure.SignatureExpire"],
        [-302, "AuthFailure.SignatureExpire"],
      ] as const) {
        assert.equal((await call(account, { action, body: "{}", skew })).code, code, `skew of ${skew} s`);
      }
    });

    async function signedFor(body: string) {
      const { secretId, secretKey, endpoint } = account.emulator.address.tencent;
      const headers = { "content-type": "application/json", host: new URL(endpoint).host };
      const timestamp = Math.floor(account.clock.now() / 1000);
      const request = { method: "POST", query: "", headers, payloadHash: sha256Hex(body), service: "tcss", timestamp };
      return { authorization: tc3Authorization(request, { secretId, secretKey }) };
    }
  });

  it("allows 20 calls of an action in any second", async () => {
    const one = () => call(account, { action: "DescribeAssetImageScanTask", body: "{}" });
    const codes = [];
    for (let count = 0; count < 21; count++) codes.push((await one()).code);
    assert.deepEqual(
      codes.filter((code) => code !== undefined),
      ["RequestLimitExceeded"],
    );
    assert.equal((await call(account, { action: "DescribeAssetImageScanSetting", body: "{}" })).code, undefined);
    account.clock.pass(1_001);
    assert.equal((await one()).code, undefined);
  });

  describe("scans images over time", () => {
    const start = (names: string[], more: object = {}) => {
      const body = JSON.stringify({ Images: names.map(imageId), ScanVul: true, IsOneClickScanningTask: true, ...more });
      return call(account, { action: "CreateAssetImageScanTask", body });
    };
    const status = async (TaskID: unknown) =>
      (await call(account, { action: "DescribeAssetImageScanStatus", body: JSON.stringify({ TaskID }) })).response;

    it("scans one image after the other, up to the end", async () => {
      const { TaskID } = (await start(["web", "api"])).response;
      account.clock.pass(31_000);
      const half = await status(TaskID);
      assert.deepEqual(
        [half["ImageScanCnt"], half["Schedule"], half["Status"], half["LeftSeconds"]],
        [1, 50, "SCANNING", 29],
      );
      account.clock.pass(30_000);
      const end = await status(TaskID);
      assert.deepEqual([end["ImageScanCnt"], end["Schedule"], end["Status"], end["LeftSeconds"]], [2, 100, "END", 0]);
    });

    it("refuses a second scan of an image during its scan", async () => {
      await start(["web"]);
      assert.equal((await start(["web", "api"])).code, "FailedOperation.ErrAlreadyScanning");
      assert.equal((await start(["api"])).code, undefined);
    });

    it("ends a scan at its timeout", async () => {
      await start(["web", "api"], { Timeout: 40 });
      account.clock.pass(41_000);
      const record = (await call(account, { action: "DescribeAssetImageScanTask", body: "{}" })).response;
      assert.deepEqual([record["Status"], record["SubStatus"]], ["END", "Timeout"]);
    });

    it("refuses unknown images, and a scan without a scan type", async () => {
      assert.equal((await start(["nobody"])).code, "ResourceNotFound");
      assert.equal((await start(["web"], { ScanVul: false })).code, "InvalidParameter");
    });
  });

  describe("stops only the named scans and images", () => {
    const [first, ...others] = ["web", "api", "three", "four"].map(imageId);
    const ask = async (action: string, request: object) =>
      (await call(account, { action, body: JSON.stringify(request) })).response;
    const statuses = async (action: string, request: object, name: string, field: string) => {
      const rows = (await ask(action, request))["List"] as Record<string, string>[];
      return Object.fromEntries(rows.map((row) => [row[name], row[field]]));
    };

    it("stops one of four local images of a vulnerability scan", async () => {
      for (const id of others.slice(1)) account.emulator.tencent.local.add({ id: id as string });
      const { LocalTaskID } = await ask("CreateVulScanTask", { LocalImageIDs: [first, ...others] });
      await ask("StopVulScanTask", { LocalTaskID, LocalImageIDs: [first] });
      account.clock.pass(61_000);
      const rows = await statuses("DescribeVulScanLocalImageList", { TaskID: LocalTaskID }, "ImageID", "ScanStatus");
      const finished = others.map((id) => [id, "FINISHED"]);
      assert.deepEqual(rows, Object.fromEntries([[first, "CANCELED"], ...finished]));
      assert.equal((await ask("DescribeVulScanInfo", { LocalTaskID }))["Status"], "SCANNED");
    });

    it("stops single images of a local scan and of a registry scan", async () => {
      await ask("CreateAssetImageScanTask", { Images: [imageId("web"), imageId("api")], ScanVul: true });
      await ask("ModifyAssetImageScanStop", { Images: [imageId("web")] });
      await ask("CreateAssetImageRegistryScanTask", { Id: [8_741_110, 1_256_299_843] });
      await ask("ModifyAssetImageRegistryScanStop", { Id: [8_741_110] });
      account.clock.pass(61_000);
      const local = await statuses("DescribeAssetImageList", {}, "ImageName", "ScanStatus");
      assert.deepEqual([local["shop/web:1.4.2"], local["shop/api:2.0.1"]], ["NOT_SCAN", "SCANNED"]);
      const registry = await statuses("DescribeAssetImageRegistryList", {}, "Id", "ScanStatus");
      assert.deepEqual([registry["8741110"], registry["1256299843"]], ["CANCELED", "SCANNED"]);
    });
  });

  it("filters images by their findings", async () => {
    const body = JSON.stringify({ Filters: [{ Name: "SecurityRisk", Values: ["CriticalLevelVul", "RiskCnt"] }] });
    const found = async () => {
      const { response } = await call(account, { action: "DescribeAssetImageList", body });
      return (response["List"] as { ImageName: string }[]).map((row) => row.ImageName);
    };
    assert.deepEqual(await found(), []);
    const scan = { ScanScope: 0, ScanVul: true, ScanVirus: true, ScanRisk: true };
    await call(account, { action: "CreateAssetImageScanTask", body: JSON.stringify(scan) });
    await account.clock.sleep(70_000);
    assert.deepEqual(await found(), ["shop/api:2.0.1", "tools/backup:0.9"]);
  });

  it("accepts a body only as JSON or as a form", async () => {
    const { code } = await call(account, {
      action: "DescribeAssetImageScanTask",
      body: "{}",
      contentType: "text/plain",
    });
    assert.equal(code, "InvalidRequest");
  });

  it("refuses administrative requests from other web pages", async () => {
    const state = `${account.emulator.address.url}/_emulator/state`;
    assert.equal((await fetch(state)).status, 403);
    assert.equal(
      (await fetch(state, { headers: { "x-emulator-admin": "1", origin: "https://example.com" } })).status,
      403,
    );
    assert.equal((await fetch(state, { headers: { "x-emulator-admin": "1" } })).status, 200);
    // A name of somebody else's that leads to this machine: fetch sets no Host header.
    const asked = request(state, { headers: { "x-emulator-admin": "1", host: "rebound.example.com" } });
    asked.end();
    const [{ statusCode }] = (await once(asked, "response")) as [IncomingMessage];
    assert.equal(statusCode, 403);
  });
});
