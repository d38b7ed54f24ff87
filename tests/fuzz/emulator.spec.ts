import assert from "node:assert/strict";
import { connect } from "node:net";
import fc from "fast-check";
import { huaweiOperations } from "../../emulator/huawei/operations.js";
import { tencentActions } from "../../emulator/tencent/tencent.js";
import { CloudError } from "../../provider/transport/errors.js";
import { raw } from "../../provider/transport/shape.js";
import { Account } from "../support/account.js";
import { hostile, hostileText, isPolluted, tried } from "../support/fuzz.js";

const bodies = (names: readonly string[]) =>
  fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names, "x") }, hostileText), hostile, {
    maxKeys: 5,
  });

describe("hostile requests to the emulator", function () {
  this.timeout(600_000);
  let account: Account;
  before(async () => {
    account = await Account.open(1);
    account.http = { deadlineMs: 5_000, maxBytes: 50_000_000 };
  });
  after(() => account.close());

  /** A mistake of the emulator's own would be a status of 500. */
  const requireRefusal = (error: unknown) => {
    assert(error instanceof CloudError, String(error));
    assert(!/HTTP status 5|internal error of the emulator/.test(error.message), error.message);
  };
  const isAlive = async () =>
    assert.equal((await fetch(`${account.emulator.address.url}/`, { method: "PUT" })).status, 404);

  it("signed for Tencent Cloud get answers that follow the API's rules", async () => {
    const client = account.client();
    const calls = fc
      .constantFrom(...Object.keys(tencentActions))
      .chain((action) => fc.tuple(fc.constant(action), bodies(Object.keys(tencentActions[action]?.fields ?? {}))));
    await tried(
      fc.asyncProperty(calls, async ([action, body]) => {
        await client.call(action, "submit", body, raw).catch(requireRefusal);
        account.clock.pass(1_000);
        assert(!isPolluted());
      }),
    );
    await isAlive();
  });

  it("signed for Huawei Cloud get answers that follow the API's rules", async () => {
    const client = account.huaweiClient();
    const text = hostileText.filter((one) => !/\p{Surrogate}/u.test(one));
    const calls = fc
      .constantFrom(...Object.entries(huaweiOperations))
      .chain(([action, { method, path, query, body }]) =>
        fc.record({
          action: fc.constant(action),
          method: fc.constant(method),
          path: text.map((one) => path.replaceAll("*", encodeURIComponent(one))),
          query: fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(query), "x"), text), text, { maxKeys: 4 }),
          body: method === "GET" ? fc.constant(undefined) : bodies(Object.keys(body ?? {})),
        }),
      );
    await tried(
      fc.asyncProperty(calls, async ({ action, method, path, query, body }) => {
        const call = { action, method, path, query, effect: "submit", answer: raw, place: {} } as const;
        await client.call({ ...call, ...(body === undefined ? {} : { body }) } as never).catch(requireRefusal);
        account.clock.pass(1_000);
        assert(!isPolluted());
      }),
    );
    await isAlive();
  });

  it("without a signature are refused, whatever their bytes", async () => {
    const { port } = new URL(account.emulator.address.url);
    const line = fc.record({
      method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "BREW"),
      path: fc.oneof(
        fc.constantFrom(
          "/",
          "//",
          "/v5/%/image/tasks",
          "/v5/%ff/x",
          "/../..",
          "/v3/auth/tokens",
          "/_emulator/state",
          "*",
        ),
        fc.webPath(),
      ),
      headers: fc.dictionary(
        fc.constantFrom(
          "Authorization",
          "X-TC-Action",
          "X-TC-Timestamp",
          "X-Sdk-Date",
          "X-Auth-Token",
          "Content-Type",
          "Host",
        ),
        fc.string({ unit: "grapheme-ascii" }),
      ),
      body: fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.webQueryParameters()),
    });
    await tried(
      fc.asyncProperty(line, async ({ method, path, headers, body }) => {
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
        const length = `Content-Length: ${Buffer.byteLength(body)}`;
        const text = [`${method} ${path} HTTP/1.1`, ...lines, length, "Connection: close", "", body].join("\r\n");
        const status = await sent(Number(port), text);
        assert(status >= 200 && status < 500, `${status} for ${method} ${path}`);
        assert(!isPolluted());
      }),
    );
    await isAlive();
  });
});

/** Sends these bytes, and reads the status of the answer. */
function sent(port: number, bytes: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    let answer = "";
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)));
  });
}
