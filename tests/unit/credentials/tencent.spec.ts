import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identifyCaller } from "../../../provider/tencent/api/client.js";
import { resolveTencentConnection } from "../../../provider/tencent/credentials/connection.js";

const connection = (config: Record<string, string>, env: Record<string, string> = {}, account?: string) =>
  resolveTencentConnection(account, (key) => config[key], { env });
const keys = { "tencentcloud:secretId": "id", "tencentcloud:secretKey": "key" };

describe("tencentConnection", () => {
  it("prefers the stack's config to the environment", () => {
    const env = { TENCENTCLOUD_SECRET_ID: "other", TENCENTCLOUD_SECRET_KEY: "other", TENCENTCLOUD_TOKEN: "other" };
    assert.deepEqual(connection(keys, env).credentials, { secretId: "id", secretKey: "key", token: undefined });
  });

  it("falls back to the environment, and accepts each of three token variables", () => {
    for (const name of ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"]) {
      const env = { TENCENTCLOUD_SECRET_ID: "id", TENCENTCLOUD_SECRET_KEY: "key", [name]: "token" };
      assert.deepEqual(connection({}, env).credentials, { secretId: "id", secretKey: "key", token: "token" });
    }
  });

  it("refuses token variables that contradict each other", () => {
    const env = { TENCENTCLOUD_SESSION_TOKEN: "a", TENCENTCLOUD_TOKEN: "b" };
    assert.throws(() => connection({}, env), /TENCENTCLOUD_SESSION_TOKEN and TENCENTCLOUD_TOKEN hold different values/);
  });

  it("lists all missing settings and their commands in one error", () => {
    const here = { "tencentcloud:endpoint": "http://127.0.0.1:7420" };
    assert.throws(
      () => connection(here),
      (error: Error) => {
        assert.match(error.message, /pulumi config set --secret tencentcloud:secretId/);
        assert.match(error.message, /TENCENTCLOUD_SECRET_KEY/);
        return true;
      },
    );
    assert.throws(
      () => connection({ "tencentcloud:secretId": "id" }, { TENCENTCLOUD_SECRET_KEY: "key" }),
      /secretKey is not set/,
    );
  });

  it("uses the international site by default", () => {
    assert.equal(connection(keys).endpoint.href, "https://tcss.intl.tencentcloudapi.com/");
    assert.equal(connection({ ...keys, "tencentcloud:site": "cn" }).endpoint.href, "https://tcss.tencentcloudapi.com/");
    assert.throws(() => connection({ ...keys, "tencentcloud:site": "eu" }), /site is "eu"/);
    const siteOf = (endpoint: string) => connection({ ...keys, "tencentcloud:endpoint": endpoint }).site;
    for (const host of ["tcss", "tcss.ap-guangzhou", "TCSS.internal"])
      assert.equal(siteOf(`${host}.tencentcloudapi.com`), "cn", host);
    assert.equal(siteOf("tcss.ap-singapore.intl.tencentcloudapi.com"), "intl");
  });

  it("accepts any endpoint, as a host or a URL", () => {
    const at = (endpoint: string) => connection({ ...keys, "tencentcloud:endpoint": endpoint }).endpoint.href;
    assert.equal(at("tcss.internal.tencentcloudapi.com"), "https://tcss.internal.tencentcloudapi.com/");
    assert.equal(at("http://127.0.0.1:7420"), "http://127.0.0.1:7420/");
    assert.throws(() => at("https://user:pass@host"), /not a host name or URL/);
  });

  it("reads a named account only from its own config namespace", () => {
    const prod = { "tencentcloud-prod:secretId": "p", "tencentcloud-prod:secretKey": "q" };
    assert.equal(identifyCaller(connection({ ...keys, ...prod }, {}, "prod").credentials), "p");
    const env = { TENCENTCLOUD_SECRET_ID: "id", TENCENTCLOUD_SECRET_KEY: "key" };
    assert.throws(() => connection(keys, env, "prod"), /tencentcloud-prod:secretId is not set/);
  });

  it("refuses keys with blanks around them, and does not show them", () => {
    assert.throws(
      () => connection({ ...keys, "tencentcloud:secretKey": " pasted " }),
      (error: Error) => {
        assert.match(error.message, /secretKey begins or ends with a blank/);
        assert.doesNotMatch(error.message, /pasted/);
        return true;
      },
    );
  });

  it("reads the SDKs' credentials file last, and warns if other users can read it", () => {
    const folder = mkdtempSync(join(tmpdir(), "credentials-"));
    const file = join(folder, "file");
    const warnings: string[] = [];
    const config: Record<string, string> = {};
    const warn = (text: string) => warnings.push(text);
    const at = (path: string, env: Record<string, string> = {}) =>
      resolveTencentConnection(undefined, (key) => config[key], {
        env: { ...env, TENCENTCLOUD_CREDENTIALS_FILE: path },
        warn,
      });
    try {
      writeFileSync(file, "[default]\nsecret_id = id\nsecret_key = key\ntoken = token\n", { mode: 0o600 });
      const env = {};
      assert.deepEqual(at(file, env).credentials, { secretId: "id", secretKey: "key", token: "token" });
      assert.deepEqual(warnings, []);
      chmodSync(file, 0o644);
      at(file);
      if (process.platform !== "win32") assert.match(warnings.join(), /other users can read it: chmod 600/);
      assert.doesNotMatch(
        identifyCaller(at(file, { TENCENTCLOUD_SECRET_ID: "other", TENCENTCLOUD_SECRET_KEY: "other" }).credentials),
        /^id$/,
      );
      assert.equal(warnings.length, process.platform === "win32" ? 0 : 1);
      assert.throws(() => at(folder), /the credentials file cannot be read: EISDIR/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
