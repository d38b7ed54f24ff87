import assert from "node:assert/strict";
import { huaweiUser } from "../../../emulator/index.js";
import type { HuaweiClient } from "../../../provider/huawei/api/client.js";
import { listImageScanTask } from "../../../provider/huawei/api/image-scans.js";
import { resolveHuaweiConnection } from "../../../provider/huawei/credentials/connection.js";
import type { Account } from "../../support/account.js";
import { named, Sources } from "../../support/sources.js";
import { withServer } from "../../support/stub-server.js";

const domainId = "d78cbac186b744899480f25bd022f468";
const agency = named("huaweicloud", { agencyName: "scanner", agencyDomainName: "other-account" });
const guarded = named("huaweicloud", { allowedDomainIds: domainId });

describe("credentials of Huawei Cloud with faults", () => {
  let sources: Sources;
  let account: Account;
  beforeEach(async () => {
    sources = await Sources.open();
    ({ account } = sources);
  });
  afterEach(() => sources.close());

  const look = (of: HuaweiClient) => listImageScanTask(of, {}, { type: "registry" });

  for (const minutes of [20, -20]) {
    it(`work with a clock that is ${minutes} minutes wrong, for an agency and the caller's identity`, async () => {
      account.emulator.skewMs = minutes * 60_000;
      await look(sources.huawei({ ...sources.huaweiKeys(), ...agency }));
      await look(sources.huawei({ ...sources.huaweiKeys(), ...guarded }));
    });
  }

  it("are checked again after IAM fails for a moment", async () => {
    account.emulator.faults.plan({ fault: "status", status: 503, action: "KeystoneListAuthDomains" });
    await look(sources.huawei({ ...sources.huaweiKeys(), ...guarded }));
  });

  it("a machine without its agency does not make a task look deleted", async () => {
    let isGone = false;
    const { emulator, clock } = account;
    await withServer(
      ({ method }, response) => {
        if (isGone || method === "PUT") return void response.writeHead(404).end();
        response.end(JSON.stringify(emulator.huawei.auth.issueKeys(3_600, clock.now())));
      },
      async ({ origin }) => {
        const scanner = sources.huawei({ "huaweicloud:metadataEndpoint": origin });
        await look(scanner);
        clock.pass(3_600_000);
        isGone = true;
        await assert.rejects(look(scanner), { kind: "auth", message: /this machine has no agency/ });
      },
    );
  });

  it("wait for a failed metadata service, and never come from an HTML page", async () => {
    await withServer(
      (_, response) => void response.writeHead(503).end(),
      async ({ origin }) => {
        const scanner = sources.huawei({ "huaweicloud:metadataEndpoint": origin });
        await assert.rejects(look(scanner), { kind: "unavailable", message: /the metadata service says 503/ });
      },
    );
    await withServer(
      (_, response) => void response.end("<html>\n<body>log in</body></html>"),
      async ({ origin }) => {
        const scanner = sources.huawei({ "huaweicloud:metadataEndpoint": origin });
        await assert.rejects(look(scanner), /is no token of a metadata service/);
      },
    );
  });

  it("of an agency user come from an account token without a project", async () => {
    const { userName, password: userPassword, domainName } = huaweiUser;
    await look(sources.huawei({ ...named("huaweicloud", { userName, userPassword, domainName }), ...agency }));
    assert.deepEqual(account.calls(), [
      "KeystoneCreateUserTokenByPassword",
      "CreateTemporaryAccessKeyByAgency",
      "ListImageScanTask",
    ]);
  });

  it("stay in the configured account despite an unrelated variable", async () => {
    const stray = { HW_ASSUME_ROLE_AGENCY_NAME: "stray", HW_ASSUME_ROLE_DOMAIN_NAME: "somebody" };
    await look(sources.huawei(sources.huaweiKeys(), stray));
    assert.deepEqual(account.calls("CreateTemporaryAccessKeyByAgency"), []);
    const { accessKey, secretKey } = account.emulator.address.huawei;
    const environment = { HUAWEICLOUD_SDK_AK: accessKey, HUAWEICLOUD_SDK_SK: secretKey };
    await look(sources.huawei({}, { ...environment, ...stray, HW_ASSUME_ROLE_AGENCY_NAME: "scanner" }));
    assert.equal(account.calls("CreateTemporaryAccessKeyByAgency").length, 1);
  });

  it("name the agency and its account in one place", async () => {
    const half = { ...sources.huaweiKeys(), ...named("huaweicloud", { agencyName: "scanner" }) };
    assert.throws(
      () => sources.huawei(half, { HW_ASSUME_ROLE_DOMAIN_NAME: "somebody" }),
      /agencyDomainName is not set/,
    );
    const other = { ...sources.huaweiKeys(), ...named("huaweicloud", { agencyDomainName: "other-account" }) };
    assert.throws(() => sources.huawei(other), /huaweicloud:agencyName is not set, but the account/);
    const empty = { ...sources.huaweiKeys(), ...named("huaweicloud", { agencyName: "" }) };
    assert.throws(() => sources.huawei(empty), /huaweicloud:agencyName is empty/);
  });

  it("never go from a real account to an emulator, or the reverse", () => {
    const { userName, password: userPassword, domainName } = huaweiUser;
    const real = { region: "cn-north-4", userName, userPassword, domainName };
    const config: Record<string, string> = {
      ...named("huaweicloud", real),
      ...named("huaweicloud-prod", { endpoint: account.emulator.address.url, agencyName: "scanner" }),
      ...named("huaweicloud-prod", { agencyDomainName: "other-account", region: "cn-north-4" }),
    };
    const env = { HOME: sources.folder };
    assert.throws(
      () => resolveHuaweiConnection("prod", (key) => config[key], { env }),
      /by the default account, whose own IAM is iam\.cn-north-4\.myhuaweicloud\.com/,
    );
    const emulated = { ...sources.huaweiKeys(), ...named("huaweicloud", { endpoint: account.emulator.address.url }) };
    const { iamEndpoint } = resolveHuaweiConnection(
      undefined,
      (key) => ({ ...emulated, "huaweicloud:region": "r" })[key],
      {
        env: { ...env, HW_AUTH_URL: "https://iam.myhuaweicloud.com/v3" },
      },
    );
    assert.equal(iamEndpoint.host, new URL(account.emulator.address.url).host);
  });

  it("ignore a broken profile and one without keys if another has keys", async () => {
    const { accessKey, secretKey } = account.emulator.address.huawei;
    const good = { name: "good", mode: "AKSK", accessKeyId: accessKey, secretAccessKey: secretKey };
    sources.write(".hcloud/config.json", {
      profiles: [{ name: "broken", accessKeyId: 7 }, { name: "sso", mode: "SSO" }, good],
    });
    await look(sources.huawei({ "huaweicloud:profile": "good" }));
    assert.throws(
      () => sources.huawei({ "huaweicloud:profile": "sso" }),
      /profile "sso", of mode SSO, has no accessKeyId/,
    );
    assert.throws(() => sources.huawei({ "huaweicloud:profile": "broken" }), /accessKeyId is the number 7, not a text/);
  });

  it("are renewed once for many calls refused together", async () => {
    const scanner = sources.huawei({ ...sources.huaweiKeys(), ...agency });
    await look(scanner);
    account.emulator.huawei.auth.revoke();
    await Promise.all(
      Array.from({ length: 8 }, (_, at) => listImageScanTask(scanner, {}, { type: at % 2 ? "local" : "registry" })),
    );
    assert.equal(account.calls("CreateTemporaryAccessKeyByAgency").length, 2);
  });
});
