import assert from "node:assert/strict";
import { huaweiUser } from "../../../emulator/index.js";
import { HuaweiClient, type HuaweiConnection } from "../../../provider/huawei/api/client.js";
import { readErrorBody, toHuaweiError } from "../../../provider/huawei/api/errors.js";
import {
  createManualImageScanTask,
  listImageScanPolicy,
  listImageScanTask,
} from "../../../provider/huawei/api/image-scans.js";
import { CloudError, type ErrorKind } from "../../../provider/transport/errors.js";
import { Limiter } from "../../../provider/transport/limiter.js";
import { Account } from "../../support/account.js";
import { withServer } from "../../support/stub-server.js";

const { domainName, ...named } = huaweiUser;
const user = { by: "password", ...named } as const;

describe("HuaweiClient", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open();
  });
  afterEach(() => account.close());

  function client(more: Partial<HuaweiConnection>): HuaweiClient {
    const { endpoint, accessKey, secretKey, region } = account.emulator.address.huawei;
    const url = new URL(endpoint);
    const auth = { by: "keys", accessKey, secretKey } as const;
    const connection = { endpoint: url, iamEndpoint: url, region, projectName: region, auth, ...more };
    return new HuaweiClient(connection, new Limiter(account.clock), account.clock);
  }
  const calls = () => account.calls();

  it("looks up the project by its name once", async () => {
    const one = client({});
    await listImageScanPolicy(one, {});
    await listImageScanPolicy(one, {});
    assert.deepEqual(calls(), ["KeystoneListProjects", "ListImageScanPolicy", "ListImageScanPolicy"]);
  });

  it("asks for the project id unless exactly one project has the name", async () => {
    account.emulator.huawei.projects.set("ffffffffffffffffffffffffffffffff", "cn-north-4");
    await assert.rejects(listImageScanPolicy(client({}), {}), {
      kind: "config",
      message: /IAM knows 2 projects named "cn-north-4"; set huaweicloud:projectId/,
    });
    await assert.rejects(listImageScanPolicy(client({ projectName: "nowhere" }), {}), /IAM knows 0 projects/);
    assert.equal(account.emulator.huawei.projects.size, 2);
  });

  it("exchanges a password for a token, and the token for the project", async () => {
    const one = client({ auth: { ...user, domainName } });
    await Promise.all([1, 2, 3].map(() => listImageScanPolicy(one, {})));
    assert.deepEqual(
      calls().filter((action) => action.startsWith("Keystone")),
      ["KeystoneCreateUserTokenByPassword"],
    );
  });

  it("gets a new token before the old one ends, and after a refusal", async () => {
    const one = client({ auth: { ...user, domainName } });
    const issued = () => calls().filter((action) => action === "KeystoneCreateUserTokenByPassword").length;
    await listImageScanPolicy(one, {});
    account.clock.pass(23 * 3_600_000);
    await listImageScanPolicy(one, {});
    assert.equal(issued(), 1);
    account.clock.pass(55 * 60_000);
    await listImageScanPolicy(one, {});
    assert.equal(issued(), 2);
    account.emulator.huawei.auth.revoke();
    await createManualImageScanTask(one, {}, "registry", { is_all: true });
    assert.deepEqual([issued(), account.emulator.huawei.world.tasks.length], [3, 1]);
  });

  it("gets one new token for many refused calls, and none for a missing right", async () => {
    const one = client({ auth: { ...user, domainName } });
    const issued = () => calls().filter((action) => action === "KeystoneCreateUserTokenByPassword").length;
    await listImageScanPolicy(one, {});
    account.emulator.huawei.auth.revoke();
    await Promise.all(Array.from({ length: 8 }, () => listImageScanPolicy(one, {})));
    assert.equal(issued(), 2);
    account.emulator.preset("hss-denied");
    await assert.rejects(listImageScanPolicy(one, {}), { code: "HSS.0013" });
    assert.equal(issued(), 2);
  });

  it("does not call a submit lost if no token was available to send it", async () => {
    account.emulator.faults.plan({ action: "KeystoneCreateUserTokenByPassword", fault: "status", times: 9 });
    const one = client({ auth: { ...user, domainName }, projectId: "p" });
    await assert.rejects(createManualImageScanTask(one, {}, "registry", { is_all: true }), { kind: "unavailable" });
  });

  it("sends a configured token, and names the remedy after it expires", async () => {
    await assert.rejects(listImageScanPolicy(client({ auth: { by: "token", token: "old" }, projectId: "p" }), {}), {
      kind: "auth",
      code: "APIGW.0301",
    });
  });

  it("reports a wrong password without repeating it", async () => {
    const wrong = client({ auth: { ...user, password: "verySecret", domainName } });
    const error: unknown = await listImageScanPolicy(wrong, {}).catch((e: unknown) => e);
    assert(error instanceof CloudError);
    assert.equal(error.kind, "auth");
    assert.doesNotMatch(error.message, /verySecret/);
  });

  it("corrects its clock once by the gateway's, also for a refused submit", async () => {
    account.emulator.skewMs = 3_600_000;
    await createManualImageScanTask(account.huaweiClient(), {}, "registry", { is_all: true });
    assert.equal(account.emulator.huawei.world.tasks.length, 1);
  });

  it("repeats a throttled call and a lost read", async () => {
    account.emulator.preset("hss-throttled");
    await createManualImageScanTask(account.huaweiClient(), {}, "registry", { is_all: true });
    account.emulator.preset("hss-bad-gateway");
    await listImageScanTask(account.huaweiClient(), {}, { type: "registry" });
    assert.equal(account.emulator.huawei.world.tasks.length, 1);
  });

  it("waits the time that a throttling gateway asks for, and submits once", async () => {
    let requests = 0;
    await withServer(
      (_request, response) => {
        if (++requests === 1) response.writeHead(429, { "Retry-After": "30" }).end('{"error_code":"APIGW.0308"}');
        else response.end("{}");
      },
      (endpoint) => createManualImageScanTask(client({ endpoint, projectId: "p" }), {}, "registry", { is_all: true }),
    );
    assert.equal(requests, 2);
    assert(
      account.clock.slept.some((ms) => ms >= 30_000 && ms <= 31_000),
      String(account.clock.slept),
    );
  });

  it("does not repeat a submit after a lost answer", async () => {
    account.emulator.preset("hss-drop");
    const lost = createManualImageScanTask(account.huaweiClient(), {}, "registry", { is_all: true });
    await assert.rejects(lost, { kind: "ambiguous" });
    assert.equal(account.emulator.huawei.world.tasks.length, 1);
  });

  it("reads an error inside a success as an error, and of a submit as ambiguous", async () => {
    const body = '{"error_code":"HSS.0014","error_description":"no quota"}';
    await withServer(
      (_, response) => response.writeHead(200).end(body),
      (endpoint) =>
        assert.rejects(listImageScanPolicy(client({ endpoint, projectId: "p" }), {}), {
          kind: "quota",
          code: "HSS.0014",
        }),
    );
    await withServer(
      (_, response) => response.writeHead(200).end(body),
      (endpoint) =>
        assert.rejects(createManualImageScanTask(client({ endpoint, projectId: "p" }), {}, "registry", {}), {
          kind: "ambiguous",
          code: "HSS.0014",
        }),
    );
  });

  it("sends a security token, and prefers the call's place to the account's", async () => {
    const headers: Record<string, unknown>[] = [];
    await withServer(
      (request, response) => {
        headers.push({ url: request.url, ...request.headers });
        response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
      },
      async (endpoint) => {
        const auth = { by: "keys", accessKey: "AK", secretKey: "SK", securityToken: "ST" } as const;
        const one = client({ endpoint, auth, projectId: "p", enterpriseProjectId: "e" });
        await listImageScanPolicy(one, {});
        await listImageScanPolicy(one, { projectId: "q", enterpriseProjectId: "f" });
      },
    );
    assert.match(String(headers[0]?.["url"]), /^\/v5\/p\/image\/scanner-policies\?enterprise_project_id=e&/);
    assert.match(String(headers[1]?.["url"]), /^\/v5\/q\/image\/scanner-policies\?enterprise_project_id=f&/);
    assert.equal(headers[0]?.["x-security-token"], "ST");
    assert.match(String(headers[0]?.["authorization"]), /SignedHeaders=host;x-project-id;x-sdk-date;x-security-token,/);
  });
});

describe("huaweiError", () => {
  const errorOf = (status: number, body: string) =>
    toHuaweiError("A", "host", { status, headers: {}, text: body, serverTime: undefined }, "");
  const coded = (code: string) => JSON.stringify({ error_code: code, error_msg: "m" });

  const documented: readonly (readonly [kind: ErrorKind, status: number, codes: readonly string[]])[] = [
    ["missing", 400, ["HSS.0011"]],
    ["auth", 400, ["HSS.0010", "HSS.0013"]],
    ["quota", 400, ["HSS.0014", "HSS.1002"]],
    [
      "rejected",
      400,
      ["HSS.0001", "HSS.0002", "HSS.1001", "HSS.1004", "HSS.1005", "HSS.1006", "HSS.1007", "HSS.1008", "HSS.1011"],
    ],
    ["rejected", 400, ["HSS.1019", "HSS.1020", "HSS.9999", "00000010"]],
    ["throttled", 429, ["APIGW.0308", "APIG.0308", "APIGW.9999"]],
    ["auth", 401, ["APIGW.0301", "APIG.0301", "APIGW.0307"]],
    ["auth", 403, ["APIGW.0302", "APIGW.0303", "APIGW.0305", "APIGW.0306", "IAM.0061"]],
    ["rejected", 404, ["APIGW.0101"]],
    ["ambiguous", 500, ["APIGW.0201"]],
  ];
  for (const [kind, status, codes] of documented) {
    it(`calls ${codes.join(", ")} with status ${status} ${kind}`, () => {
      for (const code of codes) assert.equal(errorOf(status, coded(code)).kind, kind, code);
    });
  }

  it("uses the status if there is no code", () => {
    const page = "<html>Bad Gateway</html>";
    assert.deepEqual(
      [502, 503, 401, 403, 404, 429].map((status) => errorOf(status, page).kind),
      ["ambiguous", "ambiguous", "auth", "auth", "rejected", "throttled"],
    );
  });

  it("reads every envelope", () => {
    assert.deepEqual(readErrorBody('{"error_code":"HSS.0001","error_msg":"m","error_description":"d"}'), {
      code: "HSS.0001",
      message: "m",
    });
    assert.deepEqual(readErrorBody('{"error_code":"00000010","error_description":"d"}'), {
      code: "00000010",
      message: "d",
    });
    assert.deepEqual(readErrorBody('{"error_code":"APIGW.0301","error_msg":"m","request_id":"r"}'), {
      code: "APIGW.0301",
      message: "m",
      requestId: "r",
    });
    assert.deepEqual(readErrorBody('{"error":{"code":401,"message":"m"}}'), { code: "401", message: "m" });
    assert.equal(readErrorBody("<html>"), undefined);
  });

  it("shows the code, the request id and the remedy", () => {
    const text = '{"error_code":"HSS.0013","error_msg":"Insufficient permissions.","request_id":"r-1"}';
    assert.match(
      errorOf(400, text).message,
      /A: Insufficient permissions\. — .*enterpriseProjectId.*code HSS\.0013.*r-1/,
    );
  });
});
