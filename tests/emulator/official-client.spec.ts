import assert from "node:assert/strict";
import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { Account, imageId } from "../support/account.js";

// The vendor's own client, unchanged, against the emulator: it judges our reading of the signature and the envelope.

interface Keys {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string;
}

type Sign = "TC3-HMAC-SHA256" | "HmacSHA256" | "HmacSHA1";

function officialClient(
  account: Account,
  options: { sign?: Sign; method?: "GET" | "POST"; version?: string } & Partial<Keys> = {},
) {
  const { endpoint, secretId, secretKey } = account.emulator.address.tencent;
  return new CommonClient(new URL(endpoint).host, options.version ?? "2020-11-01", {
    credential: {
      secretId: options.secretId ?? secretId,
      secretKey: options.secretKey ?? secretKey,
      ...(options.token ? { token: options.token } : {}),
    },
    profile: {
      signMethod: options.sign ?? "TC3-HMAC-SHA256",
      httpProfile: { protocol: "http://", reqMethod: options.method ?? "POST" },
    },
  });
}

describe("the vendor's Node client against the emulator", () => {
  let account: Account;
  // On the real clock, since this client brings its own.
  before(async () => {
    account = await Account.open(1, Date.now);
  });
  after(() => account.close());

  const scan = {
    Images: [imageId("web")],
    ScanVul: true,
    ScanVirus: true,
    ScanRisk: true,
    IsOneClickScanningTask: true,
  };

  it("runs a scan from its creation to its end", async () => {
    const client = officialClient(account);
    const { TaskID } = await client.request("CreateAssetImageScanTask", scan);
    assert.equal(typeof TaskID, "string");
    const running = await client.request("DescribeAssetImageScanStatus", { TaskID });
    assert.deepEqual(
      { total: running.ImageTotal, status: running.Status, left: running.LeftSeconds },
      { total: 1, status: "SCANNING", left: 1 },
    );
    assert.equal((await client.request("DescribeAssetImageScanTask", {})).TaskID, TaskID);
    await client.request("ModifyAssetImageScanStop", { TaskID });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const ended = await client.request("DescribeAssetImageScanTask", {});
    assert.deepEqual({ status: ended.Status, sub: ended.SubStatus }, { status: "END", sub: "Cancel" });
  });

  it("reads images by list and by id", async () => {
    const client = officialClient(account);
    const { TotalCount, List } = await client.request("DescribeAssetImageList", { Limit: 2, Offset: 0 });
    assert.equal(TotalCount, 5);
    assert.equal(List.length, 2);
    assert.equal(
      (await client.request("DescribeAssetImageDetail", { ImageID: imageId("web") })).ImageName,
      "shop/web:1.4.2",
    );
  });

  for (const sign of ["TC3-HMAC-SHA256", "HmacSHA256", "HmacSHA1"] as const) {
    for (const method of ["POST", "GET"] as const) {
      it(`works with signature ${sign} and method ${method}`, async () => {
        const client = officialClient(account, { sign, method });
        const filter = { Name: "ImageName", Values: ["shop/", "tools/"] };
        const { TotalCount, List } = await client.request("DescribeAssetImageList", { Limit: 1, Filters: [filter] });
        assert.equal(TotalCount, 4);
        assert.equal(List.length, 1);
      });
    }
  }

  it("assumes a role, sees that role's account, and scans with its keys", async () => {
    const RoleArn = "qcs::cam::uin/100000000042:roleName/scanner";
    const sts = officialClient(account, { version: "2018-08-13" });
    const { Credentials, ExpiredTime } = await sts.request("AssumeRole", { RoleArn, RoleSessionName: "test" });
    assert(Math.abs(ExpiredTime - Date.now() / 1000 - 7_200) < 60, `${ExpiredTime}`);
    const { TmpSecretId: secretId, TmpSecretKey: secretKey, Token: token } = Credentials;
    const role = { secretId, secretKey, token };
    const asked = officialClient(account, { ...role, version: "2018-08-13" }).request("GetCallerIdentity", {});
    assert.equal((await asked).AccountId, "100000000042");
    assert.equal((await officialClient(account, role).request("DescribeAssetImageList", {})).TotalCount, 5);
    await assert.rejects(officialClient(account, { ...role, token: "other" }).request("DescribeAssetImageList", {}), {
      code: "AuthFailure.TokenFailure",
    });
  });

  it("gets status 200 and the documented code for a wrong key or token", async () => {
    const wrong = officialClient(account, { secretKey: "wrong" }).request("DescribeAssetImageScanTask", {});
    await assert.rejects(wrong, { code: "AuthFailure.SignatureFailure" });
    const token = officialClient(account, { token: "made-up" }).request("DescribeAssetImageScanTask", {});
    await assert.rejects(token, { code: "AuthFailure.TokenFailure" });
  });

  it("gets a refusal for unknown, missing or mistyped parameters", async () => {
    const client = officialClient(account);
    await assert.rejects(client.request("DescribeAssetImageScanStatus", { TaskId: "1" }), { code: "UnknownParameter" });
    await assert.rejects(client.request("DescribeAssetImageScanStatus", { TaskID: 41_033 }), {
      code: "InvalidParameter.ParsingError",
    });
    await assert.rejects(client.request("DescribeAssetImageDetail", {}), { code: "MissingParameter" });
    await assert.rejects(client.request("CreateAssetImageScanTask", { ...scan, ScanScope: 4 }), {
      code: "InvalidParameter",
    });
    await assert.rejects(client.request("NoSuchAction", {}), { code: "InvalidAction" });
  });
});
