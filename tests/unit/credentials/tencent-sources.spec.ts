import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeAssetImageScanTask, modifyAssetImageScanStop } from "../../../provider/tencent/api/local-images.js";
import type { Account } from "../../support/account.js";
import { type Settings, Sources } from "../../support/sources.js";

const roleArn = "qcs::cam::uin/100012345678:roleName/scanner";

describe("the sources of Tencent Cloud's keys", () => {
  let sources: Sources;
  let account: Account;
  let folder: string;
  beforeEach(async () => {
    sources = await Sources.open();
    ({ account, folder } = sources);
  });
  afterEach(() => sources.close());

  const client = (config: Settings, env?: Settings, name?: string) => sources.tencent(config, env, name);
  const keys = () => sources.tencentKeys();
  const machine = () => ({ "tencentcloud:metadataEndpoint": account.emulator.address.url });
  const profile = (content: object | string, name = "default") => sources.write(`${name}.credential`, content);
  const inFolder = () => ({ TENCENTCLOUD_SHARED_CREDENTIALS_DIR: folder });

  it("assume a role, and renew its keys before they end", async () => {
    const scanner = client({ ...keys(), "tencentcloud:roleArn": roleArn, "tencentcloud:roleSessionSeconds": "3600" });
    for (let looks = 0; looks < 12; looks++) {
      await describeAssetImageScanTask(scanner);
      account.clock.pass(900_000);
    }
    const calls = account.emulator.tencent.calls;
    assert.deepEqual([...new Set(calls.map(({ code }) => code))], [""]);
    // At the start, and after each hour: none was used after its end.
    assert.equal(account.calls("AssumeRole").length, 3);
    assert.deepEqual(calls[0]?.request, {
      RoleArn: roleArn,
      RoleSessionName: "pulumi-image-scan",
      DurationSeconds: 3600,
    });
  });

  it("get new keys once after the cloud refuses those of a role", async () => {
    const scanner = client({ ...keys(), "tencentcloud:roleArn": roleArn });
    await describeAssetImageScanTask(scanner);
    account.emulator.tencent.revoke();
    await describeAssetImageScanTask(scanner);
    assert.equal(account.calls("AssumeRole").length, 2);
  });

  it("accept the variables of a role of Terraform and of tccli", async () => {
    const { secretId, secretKey } = account.emulator.address.tencent;
    const env = { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey };
    for (const variable of ["TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN"])
      await describeAssetImageScanTask(client({}, { ...env, [variable]: roleArn }));
    assert.equal(account.calls("AssumeRole").length, 2);
  });

  it("the default account assumes the role of a named account", async () => {
    await describeAssetImageScanTask(client({ ...keys(), "tencentcloud-prod:roleArn": roleArn }, {}, "prod"));
    assert.equal(account.calls("AssumeRole").length, 1);
  });

  it("read the role of a CVM from its metadata service, and renew its keys", async () => {
    const scanner = client(machine());
    await describeAssetImageScanTask(scanner);
    account.clock.pass(2 * 3_600_000 + 1_000);
    await describeAssetImageScanTask(scanner);
    assert.equal(account.calls("DescribeAssetImageScanTask").length, 2);
  });

  it("send the token of a TKE pod, read from its file each time", async () => {
    const file = join(folder, "token");
    writeFileSync(file, "first\n");
    const env = { TKE_PROVIDER_ID: "provider", TKE_ROLE_ARN: roleArn, TKE_WEB_IDENTITY_TOKEN_FILE: file };
    const scanner = client({}, env);
    await describeAssetImageScanTask(scanner);
    writeFileSync(file, "second\n");
    account.clock.pass(2 * 3_600_000);
    await describeAssetImageScanTask(scanner);
    const tokens = account.emulator.tencent.calls.flatMap(({ request }) => request["WebIdentityToken"] ?? []);
    assert.deepEqual(tokens, ["first", "second"]);
  });

  it("read a profile of tccli: keys, a role, or the role of a CVM", async () => {
    const { secretId, secretKey } = account.emulator.address.tencent;
    profile({ secretId, secretKey });
    await describeAssetImageScanTask(client({}, inFolder()));
    profile({ secretId, secretKey, "role-arn": roleArn, "role-session-name": "me" }, "role");
    await describeAssetImageScanTask(client({}, { ...inFolder(), TCCLI_PROFILE: "role" }));
    assert.equal(account.calls("AssumeRole").length, 1);
    profile({ type: "cvm-role" }, "machine");
    await describeAssetImageScanTask(client({ ...machine(), "tencentcloud:profile": "machine" }, inFolder()));
    assert.equal(account.calls("DescribeAssetImageScanTask").length, 3);
  });

  it("do not apply a profile's role to keys from another source", async () => {
    profile({ "role-arn": roleArn });
    await describeAssetImageScanTask(client(keys(), inFolder()));
    assert.deepEqual(account.calls("AssumeRole"), []);
  });

  it("never fall back from a named profile to another source", () => {
    const { secretId, secretKey } = account.emulator.address.tencent;
    const env = { TENCENTCLOUD_SECRET_ID: secretId, TENCENTCLOUD_SECRET_KEY: secretKey, ...inFolder() };
    assert.throws(() => client({ "tencentcloud:profile": "absent" }, env), /absent\.credential does not exist/);
    profile({ secretId, secretKey, expiresAt: 1 }, "ended");
    assert.throws(() => client({ "tencentcloud:profile": "ended" }, env), /ended\.credential has expired/);
    profile({ "role-arn": roleArn }, "keyless");
    assert.throws(() => client({ "tencentcloud:profile": "keyless" }, env), /keyless\.credential has no secretId/);
  });

  it("a named account can have its own profile", async () => {
    const { secretId, secretKey } = account.emulator.address.tencent;
    sources.write(".tccli/prod.credential", { secretId, secretKey });
    const env = { TENCENTCLOUD_SECRET_ID: "other", TENCENTCLOUD_SECRET_KEY: "other" };
    await describeAssetImageScanTask(client({ "tencentcloud-prod:profile": "prod" }, env, "prod"));
    assert.deepEqual(
      account.emulator.tencent.calls.map(({ code }) => code),
      [""],
    );
  });

  it("a machine's later failures count as temporary", async () => {
    const scanner = client(machine());
    await describeAssetImageScanTask(scanner);
    account.clock.pass(3 * 3_600_000);
    account.emulator.suspend();
    await assert.rejects(describeAssetImageScanTask(scanner), { kind: "unavailable" });
    await account.emulator.resume();
    await describeAssetImageScanTask(scanner);
  });

  it("list the places without keys, with the reasons", async () => {
    profile({ secretId: "id", secretKey: "key", expiresAt: 1 });
    const closed = { "tencentcloud:metadataEndpoint": "http://127.0.0.1:9" };
    const failing = client(closed, inFolder());
    await assert.rejects(describeAssetImageScanTask(failing), (error: Error) => {
      for (const part of [
        /no credentials were found/,
        /Set tencentcloud:secretId and tencentcloud:secretKey \(pulumi config set --secret/,
        /or the environment variables TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY\. No other place has keys: /,
        /\.tencentcloud\/credentials does not exist/,
        /default\.credential has expired; log in with tccli again/,
        /TKE_PROVIDER_ID, TKE_ROLE_ARN, TKE_WEB_IDENTITY_TOKEN_FILE are not all set/,
        /the role of a CVM: nothing listens at 127\.0\.0\.1:9/,
      ])
        assert.match(error.message, part);
      return true;
    });
    assert.throws(() => client({}, {}), /nor elsewhere: .*the role of a CVM: not tried, since the endpoint is on this/);
  });

  it("keys of another account are refused before the first call", async () => {
    const wrong = client({ ...keys(), "tencentcloud:allowedAccountIds": '["100000000042", "100000000043"]' });
    // A read as well: what another account does not show has neither ended nor gone.
    await assert.rejects(describeAssetImageScanTask(wrong), { kind: "config" });
    await assert.rejects(modifyAssetImageScanStop(wrong, "41033"), {
      kind: "config",
      message:
        /credentials belong to account 100012345678, but tencentcloud:allowedAccountIds allows only 100000000042, 100000000043; nothing was sent/,
    });
    assert.deepEqual(new Set(account.calls()), new Set(["GetCallerIdentity"]));
    account.emulator.tencent.calls.length = 0;
    const right = client({ ...keys(), "tencentcloud:allowedAccountIds": "100012345678" });
    await assert.rejects(modifyAssetImageScanStop(right, "41033"), { kind: "missing" });
    await assert.rejects(modifyAssetImageScanStop(right, "41033"), { kind: "missing" });
    assert.equal(account.calls("GetCallerIdentity").length, 1);
    for (const none of ["prod", "", "[]"]) {
      assert.throws(
        () => client({ ...keys(), "tencentcloud:allowedAccountIds": none }),
        /allowedAccountIds is not a list of account ids/,
      );
    }
    // Whose role it is counts, not who assumes it.
    const role = "qcs::cam::uin/100000000042:roleName/scanner";
    const assumed = { ...keys(), "tencentcloud:roleArn": role, "tencentcloud:allowedAccountIds": "100000000042" };
    await describeAssetImageScanTask(client(assumed));
  });
});
