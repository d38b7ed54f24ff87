import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { describeAssetImageScanTask as look } from "../../../provider/tencent/api/local-images.js";
import { resolveTencentConnection } from "../../../provider/tencent/credentials/connection.js";
import type { Account } from "../../support/account.js";
import { type Settings, Sources } from "../../support/sources.js";
import { withServer } from "../../support/stub-server.js";

const roleArn = "qcs::cam::uin/100012345678:roleName/scanner";
const otherArn = "qcs::cam::uin/100000000042:roleName/other";
/** A role that is asked for by a token, as Terraform's variables do. */
const federated = {
  TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID: "idp",
  TENCENTCLOUD_ASSUME_ROLE_ARN: otherArn,
  TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN: "a-token",
};

describe("keys of Tencent Cloud with faults", () => {
  let sources: Sources;
  let account: Account;
  beforeEach(async () => {
    sources = await Sources.open();
    ({ account } = sources);
  });
  afterEach(() => sources.close());

  const pod = (): Settings => ({
    TKE_PROVIDER_ID: "tke",
    TKE_ROLE_ARN: otherArn,
    TKE_WEB_IDENTITY_TOKEN_FILE: sources.write("token", "a-token"),
  });
  const environment = (): Settings => {
    const { secretId, secretKey } = account.emulator.address.tencent;
    return { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey };
  };
  const profile = (name: string, content: object | string) => sources.write(`.tccli/${name}.credential`, content);
  const withMetadata = (answer: RequestListener, work: (config: Settings) => Promise<void>) =>
    withServer(answer, ({ origin }) => work({ "tencentcloud:metadataEndpoint": origin }));
  /** What the metadata service of a CVM with a role says. */
  const roleKeys = () => {
    const { secretId, secretKey, token, endsAt } = account.emulator.tencent.issue(3_600, account.clock.now());
    const keys = { TmpSecretId: secretId, TmpSecretKey: secretKey, Token: token, ExpiredTime: endsAt / 1000 };
    return JSON.stringify({ Code: "Success", ...keys });
  };

  it("a missing role does not make a task look deleted", async () => {
    account.emulator.tencent.absentRoles.add(roleArn);
    await assert.rejects(look(sources.tencent({ ...sources.tencentKeys(), "tencentcloud:roleArn": roleArn })), {
      kind: "auth",
      message: /^DescribeAssetImageScanTask: AssumeRole: .*there is no such role; check its ARN/,
    });
  });

  it("a machine without its role does not make a task look deleted", async () => {
    const isGone = { now: false };
    const answer: RequestListener = ({ url }, response) => {
      if (isGone.now) return void response.writeHead(404).end();
      response.end(url?.endsWith("/") ? "scanner" : roleKeys());
    };
    await withMetadata(answer, async (config) => {
      const scanner = sources.tencent(config);
      await look(scanner);
      account.clock.pass(3_600_000);
      isGone.now = true;
      await assert.rejects(look(scanner), { kind: "auth", message: /this machine has no role/ });
    });
  });

  it("wait for a failed metadata service, and come from no other source", async () => {
    let failures = 2;
    const answer: RequestListener = ({ url }, response) => {
      if (failures-- > 0) return void response.writeHead(503).end();
      response.end(url?.endsWith("/") ? "scanner" : roleKeys());
    };
    await withMetadata(answer, async (config) => {
      await look(sources.tencent(config, pod()));
      assert.deepEqual(account.calls("AssumeRoleWithWebIdentity"), []);
    });
  });

  it("a named machine role is not replaced by a pod's identity", async () => {
    const closed = { "tencentcloud:metadataEndpoint": "http://127.0.0.1:9" };
    profile("machine", { type: "cvm-role" });
    for (const asked of [{ "tencentcloud:camRole": "scanner" }, { "tencentcloud:profile": "machine" }]) {
      await assert.rejects(look(sources.tencent({ ...closed, ...asked }, pod())), { kind: "unavailable" });
    }
    assert.deepEqual(account.calls(), []);
    await look(sources.tencent(closed, pod()));
    assert.deepEqual(account.calls("AssumeRoleWithWebIdentity").length, 1);
  });

  it("never come from an unrelated source", async () => {
    const stray = { TENCENTCLOUD_ROLE_ARN: otherArn };
    await look(sources.tencent(sources.tencentKeys(), stray));
    assert.deepEqual(account.calls("AssumeRole"), []);
    const { secretId, secretKey } = account.emulator.address.tencent;
    profile("prod", { secretId, secretKey, "role-arn": roleArn });
    await look(sources.tencent({ "tencentcloud:profile": "prod" }, stray));
    assert.equal(
      account.emulator.tencent.calls.find(({ action }) => action === "AssumeRole")?.request["RoleArn"],
      roleArn,
    );
    sources.write(".tencentcloud/credentials", "[default]\nsecret_id = other\nsecret_key = other\n");
    await look(sources.tencent({}, { TCCLI_PROFILE: "prod" }));
    await look(sources.tencent({}, environment()));
    await assert.rejects(look(sources.tencent({})), { kind: "auth" });
  });

  it("a named account can use a machine's role to assume another role", async () => {
    profile("machine", { type: "cvm-role" });
    const named = {
      "tencentcloud-prod:profile": "machine",
      "tencentcloud-prod:roleArn": roleArn,
      "tencentcloud-prod:metadataEndpoint": account.emulator.address.url,
    };
    // The default account has no keys at all.
    assert.throws(() => sources.tencent({ "tencentcloud-prod:profile": "machine" }, {}, "prod"), /secretId is not set/);
    await look(sources.tencent({ ...named, "tencentcloud-prod:profile": "machine" }, { HOME: sources.folder }, "prod"));
    assert.equal(account.calls("AssumeRole").length, 1);
  });

  it("are refused if two identities are configured", async () => {
    assert.throws(
      () => sources.tencent({}, { ...federated, ...environment() }),
      /keys are set, and a web identity is set in \w+\. Unset one of them/,
    );
    const metadata = { "tencentcloud:metadataEndpoint": "http://127.0.0.1:9" };
    // Of a family that is not whole nothing is taken.
    await look(sources.tencent(metadata, { ...federated, TKE_ROLE_ARN: roleArn, TKE_PROVIDER_ID: "tke" }));
    const { request } = account.emulator.tencent.calls.find(({ action }) => action.startsWith("AssumeRole")) ?? {};
    assert.deepEqual([request?.["RoleArn"], request?.["ProviderId"]], [otherArn, "idp"]);
  });

  it("do not come from a machine if a token names the role", async () => {
    const machine = { "tencentcloud:metadataEndpoint": account.emulator.address.url };
    await look(sources.tencent(machine, federated));
    assert.equal(account.calls("AssumeRoleWithWebIdentity").length, 1);
    assert.throws(
      () => sources.tencent(machine, { ...federated, TENCENTCLOUD_CAM_ROLE_NAME: "scanner" }),
      /the settings name the role of a CVM, and a web identity is set in TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID\./,
    );
    await look(sources.tencent({ ...machine, "tencentcloud:camRole": "emulated-role" }, federated));
    assert.equal(account.calls("AssumeRoleWithWebIdentity").length, 1);
  });

  it("a named account's machine role wins over the default account's keys", async () => {
    const prod = {
      "tencentcloud-prod:camRole": "emulated-role",
      "tencentcloud-prod:roleArn": roleArn,
      "tencentcloud-prod:metadataEndpoint": account.emulator.address.url,
    };
    await look(sources.tencent(prod, {}, "prod"));
    assert.equal(account.calls("AssumeRole").length, 1);
  });

  it("do not come from a pod after a metadata answer breaks off", async () => {
    let breaks = 1;
    const answer: RequestListener = ({ url, socket }, response) => {
      if (breaks-- > 0) return void socket.resetAndDestroy();
      response.end(url?.endsWith("/") ? "scanner" : roleKeys());
    };
    await withMetadata(answer, async (config) => {
      await look(sources.tencent(config, pod()));
      assert.deepEqual(account.calls("AssumeRoleWithWebIdentity"), []);
    });
  });

  it("an unreachable STS is a temporary failure for a pod", async () => {
    const away = {
      "tencentcloud:metadataEndpoint": "http://127.0.0.1:9",
      "tencentcloud:stsEndpoint": "http://127.0.0.1:9",
    };
    await assert.rejects(look(sources.tencent(away, pod())), { kind: "unavailable" });
  });

  it("an empty role or an invalid host is refused", () => {
    assert.throws(
      () => sources.tencent({ ...sources.tencentKeys(), "tencentcloud:roleArn": "" }),
      /tencentcloud:roleArn is empty/,
    );
    const guarded = { "tencentcloud:allowedAccountIds": "100012345678", "tencentcloud:stsEndpoint": "http://" };
    assert.throws(() => sources.tencent({ ...sources.tencentKeys(), ...guarded }), /stsEndpoint is not a host name/);
  });

  it("a long session token is accepted unchanged", async () => {
    const token = "t".repeat(4_096);
    const { secretId, secretKey } = account.emulator.address.tencent;
    profile("long", { secretId, secretKey, token });
    const { credentials } = resolveTencentConnection("long", (key) => ({ "tencentcloud-long:profile": "long" })[key], {
      env: { HOME: sources.folder },
    });
    assert.equal((credentials as { token?: string }).token, token);
  });

  it("a broken file is named without its content", () => {
    const { secretId, secretKey } = account.emulator.address.tencent;
    profile("default", `{"secretId": "${secretId}", "secretKey": 1234567890}`);
    assert.throws(
      () => sources.tencent({}),
      (error: Error) => {
        assert.match(error.message, /default\.credential cannot be read: secretKey is a number, not a text/);
        assert.doesNotMatch(error.message, /1234567890|endpoint right/);
        return true;
      },
    );
    profile("default", '{"secretId": "');
    assert.throws(() => sources.tencent({}), /default\.credential cannot be read: it is not JSON/);
    profile("default", `\uFEFF${JSON.stringify({ secretId, secretKey })}`);
    assert.doesNotThrow(() => sources.tencent({}));
  });

  it("a file without keys and an expired profile are reported", () => {
    sources.write(".tencentcloud/credentials", "[prod]\nsecret_id = x\n");
    profile("default", { secretId: "x", secretKey: "y", expiresAt: 1 });
    assert.throws(() => sources.tencent({}), /\.tencentcloud\/credentials has no secret_id in \[default\]/);
    assert.match(sources.warnings.join(), /default\.credential has expired, and is not used/);
    profile("default", {});
    assert.throws(() => sources.tencent({}), /default\.credential has no secretId/);
  });

  it("blanks around a copied key are reported", () => {
    const token = { "tencentcloud:securityToken": "token\r" };
    assert.throws(
      () => sources.tencent({ ...sources.tencentKeys(), ...token }),
      /the value for tencentcloud:securityToken begins or ends with a blank/,
    );
  });

  it("a briefly missing pod token is a temporary failure", async () => {
    const metadata = { "tencentcloud:metadataEndpoint": "http://127.0.0.1:9" };
    const scanner = sources.tencent(metadata, { ...pod(), TKE_WEB_IDENTITY_TOKEN_FILE: `${sources.folder}/later` });
    await assert.rejects(look(scanner), {
      kind: "unavailable",
      message: /the token of the pod's identity, .*later, cannot be read: ENOENT/,
    });
    sources.write("later", "");
    await assert.rejects(look(scanner), { kind: "unavailable", message: /later, is empty/ });
    sources.write("later", "a-token");
    await look(scanner);
  });
});
