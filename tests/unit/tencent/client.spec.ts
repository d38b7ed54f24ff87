import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { TencentClient } from "../../../provider/tencent/api/client.js";
import {
  createAssetImageScanTask,
  describeAssetImageList,
  describeAssetImageScanTask,
} from "../../../provider/tencent/api/local-images.js";
import { CloudError } from "../../../provider/transport/errors.js";
import { Limiter } from "../../../provider/transport/limiter.js";
import { Account, imageId } from "../../support/account.js";
import { FakeClock } from "../../support/fake-clock.js";
import { withServer } from "../../support/stub-server.js";

const credentials = { secretId: "AKIDEXAMPLE", secretKey: "verySecretKey", token: "verySecretToken" };

/** Calls once a server that answers as told; no retry, since a submit is not repeated. */
function submitTo(answer: RequestListener): Promise<unknown> {
  return withServer(answer, (endpoint) => {
    const clock = new FakeClock();
    return createAssetImageScanTask(
      new TencentClient({ endpoint, site: "intl", credentials }, new Limiter(clock), clock),
      {},
    );
  });
}

describe("TencentClient", () => {
  describe("against the emulator", () => {
    let account: Account;
    beforeEach(async () => {
      account = await Account.open();
    });
    afterEach(() => account.close());

    it("returns the answer, the request id and the server's time", async () => {
      const { response, requestId, serverTime } = await describeAssetImageScanTask(account.client());
      assert.equal(response.TaskID, "");
      assert.match(requestId, /^[0-9a-f-]{36}$/);
      assert.equal(serverTime, account.clock.now());
    });

    it("repeats a read that was throttled", async () => {
      account.emulator.faults.plan({ fault: "error", code: "RequestLimitExceeded", times: 3 });
      assert.equal((await describeAssetImageScanTask(account.client())).response.TaskID, "");
    });

    it("corrects its clock once by the server's, also for a refused submit", async () => {
      const client = account.client();
      const before = account.clock.now();
      account.emulator.skewMs = 3_600_000;
      const scan = { Images: [imageId("web")], ScanVul: true };
      assert.equal((await createAssetImageScanTask(client, scan)).response.TaskID, "41033");
      assert(account.clock.now() - before < 60_000);
    });

    it("does not repeat a submit after a lost answer", async () => {
      account.emulator.faults.plan({ action: "CreateAssetImageScanTask", fault: "reset", executed: true });
      const scan = { Images: [imageId("web")], ScanVul: true };
      await assert.rejects(createAssetImageScanTask(account.client(), scan), {
        kind: "ambiguous",
        action: "CreateAssetImageScanTask",
      });
      assert.equal(account.calls("CreateAssetImageScanTask").length, 1);
    });
  });

  it("stays below the limit of calls by itself", async () => {
    const account = await Account.open(60);
    const client = account.client();
    // One after the other, so that no call is under way while the test's clock moves.
    for (let at = 0; at < 45; at++) await describeAssetImageList(client, { Limit: 1, Offset: at });
    const codes = account.emulator.tencent.calls.map((call) => call.code);
    assert(account.clock.slept.length > 0, "no call had to wait");
    await account.close();
    assert.deepEqual(codes, Array(45).fill(""));
  });

  it("makes one call for equal waiting reads", async () => {
    const account = await Account.open();
    const client = account.client();
    const answers = await Promise.all(Array.from({ length: 45 }, () => describeAssetImageScanTask(client)));
    assert.equal(new Set(answers.map(({ requestId }) => requestId)).size, 20);
    assert.equal(account.calls().length, 20);
    await account.close();
  });

  it("waits the time that a throttling gateway asks for, and submits once", async () => {
    const clock = new FakeClock();
    let requests = 0;
    const { response } = await withServer(
      (_request, response) => {
        if (++requests === 1) response.writeHead(429, { "Retry-After": "30" }).end();
        else response.end('{"Response":{"TaskID":"41033"}}');
      },
      (endpoint) =>
        createAssetImageScanTask(
          new TencentClient({ endpoint, site: "intl", credentials }, new Limiter(clock), clock),
          {},
        ),
    );
    assert.deepEqual([response.TaskID, requests], ["41033", 2]);
    assert(
      clock.slept.some((ms) => ms >= 30_000 && ms <= 31_000),
      String(clock.slept),
    );
  });

  const html = "<html>Bad Gateway</html>";
  for (const [name, answer, expected] of [
    ["a page of HTML with status 502", [502, html], { kind: "ambiguous", message: /HTTP status 502/ }],
    ["a page of HTML with status 200", [200, html], { kind: "protocol", message: /is the endpoint right/ }],
    ["half of an answer", [200, '{"Response":{"TaskID":'], { kind: "protocol" }],
    ["an answer without Response", [200, "{}"], { kind: "protocol" }],
    ["an answer with a null Response", [200, '{"Response":null}'], { kind: "protocol" }],
    ["an error without a code", [200, '{"Response":{"Error":{}}}'], { kind: "rejected", code: "without a code" }],
  ] as const) {
    it(`throws a typed error for ${name}`, async () => {
      await assert.rejects(
        submitTo((_request, response) => response.writeHead(answer[0]).end(answer[1])),
        { action: "CreateAssetImageScanTask", ...expected },
      );
    });
  }

  it("its errors contain code, action and request id, and never a header or key", async () => {
    const refusal = { Response: { Error: { Code: "AuthFailure.TokenFailure", Message: "No." }, RequestId: "r-1" } };
    const error = await submitTo((_request, response) => response.end(JSON.stringify(refusal))).catch(
      (e: unknown) => e,
    );
    assert(error instanceof CloudError);
    assert.deepEqual(
      [error.kind, error.code, error.action, error.requestId],
      ["auth", "AuthFailure.TokenFailure", "CreateAssetImageScanTask", "r-1"],
    );
    const shown = JSON.stringify(error) + String(error) + error.stack;
    for (const secret of ["verySecret", "TC3-HMAC", "AKIDEXAMPLE"]) assert(!shown.includes(secret), secret);
  });
});
