import assert from "node:assert/strict";
import type { HuaweiClient } from "../../../provider/huawei/api/client.js";
import { listImageScanTask, modifyImageScanPolicy } from "../../../provider/huawei/api/image-scans.js";
import type { Account } from "../../support/account.js";
import { named, type Settings, Sources } from "../../support/sources.js";

const agency = { agencyName: "scanner", agencyDomainName: "other-account" };

describe("the sources of Huawei Cloud's credentials", () => {
  let sources: Sources;
  let account: Account;
  beforeEach(async () => {
    sources = await Sources.open();
    ({ account } = sources);
  });
  afterEach(() => sources.close());

  const client = (config: Settings, env?: Settings, name?: string) => sources.huawei(config, env, name);
  const keys = () => sources.huaweiKeys();
  const machine = () => named("huaweicloud", { metadataEndpoint: account.emulator.address.url });
  const look = (of: HuaweiClient) => listImageScanTask(of, {}, { type: "registry" });
  const profiles = (content: object) => sources.write(".hcloud/config.json", content);

  it("assume an agency, and renew its keys before they end", async () => {
    const scanner = client({ ...keys(), ...named("huaweicloud", { ...agency, agencySeconds: "3600" }) });
    for (let looks = 0; looks < 12; looks++) {
      await look(scanner);
      account.clock.pass(900_000);
    }
    assert.deepEqual([...new Set(account.emulator.huawei.calls.map(({ code }) => code))], [""]);
    assert.equal(account.calls("CreateTemporaryAccessKeyByAgency").length, 3);
  });

  it("get new keys once after the cloud refuses those of an agency", async () => {
    const scanner = client({ ...keys(), ...named("huaweicloud", agency) });
    await look(scanner);
    account.emulator.huawei.auth.revoke();
    await look(scanner);
    assert.equal(account.calls("CreateTemporaryAccessKeyByAgency").length, 2);
  });

  it("the default account assumes the agency of a named account", async () => {
    await look(client({ ...keys(), ...named("huaweicloud-prod", agency) }, {}, "prod"));
    assert.equal(account.calls("CreateTemporaryAccessKeyByAgency").length, 1);
  });

  it("accept Terraform's variables of an agency", async () => {
    const { accessKey, secretKey } = account.emulator.address.huawei;
    const env = { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey };
    const role = { HW_ASSUME_ROLE_AGENCY_NAME: "scanner", HW_ASSUME_ROLE_DOMAIN_NAME: "other-account" };
    await look(client({}, { ...env, ...role }));
    assert.equal(account.calls("CreateTemporaryAccessKeyByAgency").length, 1);
  });

  it("read the agency of an ECS from its metadata service, and renew its keys", async () => {
    const scanner = client(machine());
    await look(scanner);
    account.clock.pass(2 * 3_600_000 + 1_000);
    await look(scanner);
    assert.equal(account.emulator.huawei.calls.filter(({ code }) => code === "").length, 2);
  });

  it("read a named profile of hcloud, and never fall back to another source", async () => {
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = account.emulator.address.huawei;
    profiles({ current: "me", profiles: [{ name: "me", mode: "AKSK", accessKeyId, secretAccessKey }] });
    await look(client({}, { HW_PROFILE: "me" }));
    await look(client({ "huaweicloud:profile": "me" }));
    const env = { HW_ACCESS_KEY: accessKeyId, HW_SECRET_KEY: secretAccessKey };
    assert.throws(() => client({}, { ...env, HW_PROFILE: "other" }), /config\.json has no profile "other"/);
  });

  it("a machine's later failures count as temporary", async () => {
    const scanner = client(machine());
    await look(scanner);
    account.clock.pass(3 * 3_600_000);
    account.emulator.suspend();
    await assert.rejects(look(scanner), { kind: "unavailable" });
    await account.emulator.resume();
    await look(scanner);
  });

  it("list the places without credentials, with the reasons", async () => {
    const failing = client({ "huaweicloud:metadataEndpoint": "http://127.0.0.1:9" });
    await assert.rejects(look(failing), (error: Error) => {
      for (const part of [
        /no credentials were found/,
        /Set huaweicloud:accessKey and huaweicloud:secretKey \(pulumi config set --secret/,
        /or the environment variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK\. No other place has keys: /,
        /\.huaweicloud\/credentials does not exist/,
        /the agency of an ECS: nothing listens at 127\.0\.0\.1:9/,
      ])
        assert.match(error.message, part);
      return true;
    });
    assert.throws(() => client({}), /nor elsewhere: .*the agency of an ECS: not tried/);
  });

  it("credentials of another account are refused before the first call", async () => {
    const write = (of: HuaweiClient) => modifyImageScanPolicy(of, {}, {} as never);
    const wrong = client({ ...keys(), "huaweicloud:allowedDomainIds": "0123456789abcdef0123456789abcdef" });
    await assert.rejects(look(wrong), { kind: "config" });
    await assert.rejects(write(wrong), {
      kind: "config",
      message: /allowedDomainIds allows only 0123456789abcdef.*nothing was sent/,
    });
    assert.deepEqual(new Set(account.calls()), new Set(["KeystoneListAuthDomains"]));
    account.emulator.huawei.calls.length = 0;
    const right = client({ ...keys(), "huaweicloud:allowedDomainIds": "d78cbac186b744899480f25bd022f468" });
    await assert.rejects(write(right), { kind: "rejected" });
    assert.equal(account.calls("KeystoneListAuthDomains").length, 1);
  });
});
