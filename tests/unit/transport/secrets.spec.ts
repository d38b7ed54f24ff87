import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Fault } from "../../../emulator/index.js";
import { huaweiUser } from "../../../emulator/index.js";
import type { HuaweiAuth } from "../../../provider/huawei/api/auth.js";
import { HuaweiClient } from "../../../provider/huawei/api/client.js";
import { listImageScanTask } from "../../../provider/huawei/api/image-scans.js";
import { TencentClient } from "../../../provider/tencent/api/client.js";
import { describeAssetImageScanTask } from "../../../provider/tencent/api/local-images.js";
import { Limiter } from "../../../provider/transport/limiter.js";
import { Account } from "../../support/account.js";

const faults: readonly Fault[] = [
  { fault: "reset" },
  { fault: "hang" },
  { fault: "half" },
  { fault: "status" },
  { fault: "garbage" },
  { fault: "huge" },
  { fault: "empty" },
  { fault: "error", code: "AuthFailure.SignatureFailure", status: 401 },
];
const http = { deadlineMs: 100, maxBytes: 1_000_000 };

/** Everything that a crash report, or a debugger, could show of an error. */
const dumpOf = (error: unknown) =>
  inspect(error, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null });

describe("a dump of an error", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open();
  });
  afterEach(() => account.close());

  const secrets = ["sentinel-secret-key", "sentinel-session-token", "sentinel-password"];
  const requireClean = (error: unknown, what: string) => {
    const dump = dumpOf(error);
    for (const secret of secrets) assert(!dump.includes(secret), `${what} shows ${secret}`);
    assert.doesNotMatch(dump, /Signature=[0-9a-f]{64}/);
  };

  for (const fault of [...faults, undefined]) {
    it(`shows no secret after ${fault === undefined ? "a refused connection" : `the fault ${fault.fault}`}`, async () => {
      const { tencent, huawei, url } = account.emulator.address;
      const endpoint = new URL(url);
      const auths: readonly HuaweiAuth[] = [
        {
          by: "keys",
          accessKey: huawei.accessKey,
          secretKey: "sentinel-secret-key",
          securityToken: "sentinel-session-token",
        },
        { by: "token", token: "sentinel-session-token" },
        { by: "password", ...huaweiUser, password: "sentinel-password" },
      ];
      if (fault === undefined) account.emulator.suspend();
      else account.emulator.faults.plan({ ...fault, times: 1_000 });
      const credentials = {
        secretId: tencent.secretId,
        secretKey: "sentinel-secret-key",
        token: "sentinel-session-token",
      };
      const { clock } = account;
      const client = new TencentClient({ endpoint, site: "intl", credentials }, new Limiter(clock), clock, http);
      const error = await describeAssetImageScanTask(client).catch((one: unknown) => one);
      assert(error instanceof Error);
      requireClean(error, "Tencent Cloud's");
      for (const auth of auths) {
        const connection = { endpoint, iamEndpoint: endpoint, projectId: huawei.projectId, auth };
        const other = new HuaweiClient(connection, new Limiter(clock), clock, http);
        const one = await listImageScanTask(other, {}, { type: "registry" }).catch((caught: unknown) => caught);
        assert(one instanceof Error);
        requireClean(one, auth.by);
      }
    });
  }
});
