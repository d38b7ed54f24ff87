import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveHuaweiConnection } from "../../../provider/huawei/credentials/connection.js";

const connection = (config: Record<string, string>, env: Record<string, string> = {}, account?: string) =>
  resolveHuaweiConnection(account, (key) => config[key], { env });
const keys = { "huaweicloud:accessKey": "ak", "huaweicloud:secretKey": "sk", "huaweicloud:region": "cn-north-4" };
const urls = ({ endpoint, iamEndpoint }: ReturnType<typeof connection>) => [endpoint.href, iamEndpoint.href];

describe("huaweiConnection", () => {
  it("prefers the stack's config to the SDKs' variables, and those to Terraform's", () => {
    const sdk = { HUAWEICLOUD_SDK_AK: "sdk", HUAWEICLOUD_SDK_SK: "sdk", HUAWEICLOUD_SDK_PROJECT_ID: "sdk" };
    const terraform = { HW_ACCESS_KEY: "hw", HW_SECRET_KEY: "hw", HW_REGION_NAME: "ap-southeast-3" };
    assert.deepEqual(connection(keys, { ...sdk, ...terraform }).auth, {
      by: "keys",
      accessKey: "ak",
      secretKey: "sk",
      securityToken: undefined,
    });
    const fromEnv = connection({}, { ...sdk, ...terraform });
    assert.deepEqual(fromEnv.auth, { by: "keys", accessKey: "sdk", secretKey: "sdk", securityToken: undefined });
    assert.deepEqual([fromEnv.projectId, fromEnv.region], ["sdk", "ap-southeast-3"]);
    assert.deepEqual(connection({}, terraform).auth, {
      by: "keys",
      accessKey: "hw",
      secretKey: "hw",
      securityToken: undefined,
    });
  });

  it("never combines keys from two places", () => {
    const env = { HUAWEICLOUD_SDK_AK: "sdk", HW_SECRET_KEY: "hw", HW_REGION_NAME: "cn-north-4" };
    assert.throws(() => connection({}, env), /huaweicloud:secretKey is not set/);
  });

  it("accepts a token, or a password with its domain", () => {
    const region = { "huaweicloud:region": "cn-north-4" };
    assert.deepEqual(connection({ ...keys, "huaweicloud:authToken": "t" }).auth, { by: "token", token: "t" });
    assert.deepEqual(connection(region, { HW_USER_NAME: "u", HW_USER_PASSWORD: "p", HW_DOMAIN_NAME: "d" }).auth, {
      by: "password",
      userName: "u",
      password: "p",
      domainName: "d",
    });
    assert.throws(() => connection(region, { HW_USER_NAME: "u", HW_USER_PASSWORD: "p" }), /domainName is not set/);
  });

  it("knows the endpoints of regions and of the European site, and accepts any configured one", () => {
    assert.deepEqual(urls(connection(keys)), [
      "https://hss.cn-north-4.myhuaweicloud.com/",
      "https://iam.cn-north-4.myhuaweicloud.com/",
    ]);
    assert.deepEqual(urls(connection({ ...keys, "huaweicloud:region": "eu-west-101" })), [
      "https://hss.eu-west-101.myhuaweicloud.eu/",
      "https://iam.eu-west-101.myhuaweicloud.eu/",
    ]);
    const own = { "huaweicloud:endpoint": "hss.example.com", "huaweicloud:iamEndpoint": "https://iam.example.com" };
    assert.deepEqual(urls(connection({ ...keys, ...own })), ["https://hss.example.com/", "https://iam.example.com/"]);
    const env = {
      HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4: "https://hss-1.example.com,https://hss-2.example.com",
      HW_AUTH_URL: "https://iam.example.com/v3",
    };
    assert.deepEqual(urls(connection(keys, env)), ["https://hss-1.example.com/", "https://iam.example.com/"]);
  });

  it("never sends the credentials of an emulator to the real cloud", () => {
    const emulated = { ...keys, "huaweicloud:endpoint": "http://127.0.0.1:7420" };
    assert.deepEqual(urls(connection(emulated)), ["http://127.0.0.1:7420/", "http://127.0.0.1:7420/"]);
  });

  it("lists all missing settings and their commands in one error", () => {
    assert.throws(
      () => connection({}),
      (error: Error) => {
        for (const part of [
          /pulumi config set huaweicloud:region VALUE or the environment variable HW_REGION_NAME/,
          /pulumi config set --secret huaweicloud:accessKey VALUE or the environment variable HUAWEICLOUD_SDK_AK or HW_ACCESS_KEY/,
          /huaweicloud:projectId is not set, and cannot be looked up without huaweicloud:region/,
        ])
          assert.match(error.message, part);
        return true;
      },
    );
  });

  it("reads a named account only from its own config namespace", () => {
    const env = { HUAWEICLOUD_SDK_AK: "sdk", HUAWEICLOUD_SDK_SK: "sdk", HW_REGION_NAME: "cn-north-4" };
    assert.throws(() => connection({}, env, "prod"), /huaweicloud-prod:accessKey is not set/);
  });

  it("reads the SDKs' credentials file last, and warns if other users can read it", () => {
    const folder = mkdtempSync(join(tmpdir(), "credentials-"));
    const file = join(folder, "file");
    const warnings: string[] = [];
    const config: Record<string, string> = { "huaweicloud:region": "cn-north-4" };
    const warn = (text: string) => warnings.push(text);
    const at = (path: string, env: Record<string, string> = {}) =>
      resolveHuaweiConnection(undefined, (key) => config[key], {
        env: { ...env, HUAWEICLOUD_SDK_CREDENTIALS_FILE: path },
        warn,
      });
    try {
      writeFileSync(file, "[basic]\nak = id\nsk = key\nsecurity_token = token\n", { mode: 0o600 });
      const env = {};
      assert.deepEqual(at(file, env).auth, {
        by: "keys",
        accessKey: "id",
        secretKey: "key",
        securityToken: "token",
      });
      assert.deepEqual(warnings, []);
      chmodSync(file, 0o644);
      at(file);
      if (process.platform !== "win32") assert.match(warnings.join(), /other users can read it: chmod 600/);
      assert.doesNotMatch(JSON.stringify(at(file, { HW_ACCESS_KEY: "other", HW_SECRET_KEY: "other" }).auth), /"id"/);
      assert.equal(warnings.length, process.platform === "win32" ? 0 : 1);
      assert.throws(() => at(folder), /the credentials file cannot be read: EISDIR/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
