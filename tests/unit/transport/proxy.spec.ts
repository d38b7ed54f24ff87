import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { inspect, promisify } from "node:util";
import { TencentClient } from "../../../provider/tencent/api/client.js";
import { createAssetImageScanTask } from "../../../provider/tencent/api/local-images.js";
import { send } from "../../../provider/transport/http.js";
import { Limiter } from "../../../provider/transport/limiter.js";
import { findProxy } from "../../../provider/transport/proxy.js";
import { FakeClock } from "../../support/fake-clock.js";
import { certificatePath, withProxiedCloud } from "../../support/proxy.js";
import { withServer } from "../../support/stub-server.js";

const cloud = new URL("https://tcss.intl.tencentcloudapi.com/");
const submission = { method: "POST", url: cloud, headers: {}, body: "{}", freshConnection: true } as const;
const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"] as const;

/** Works with these variables of the environment, and no others that are about proxies. */
async function withEnvironment<T>(env: Partial<Record<(typeof names)[number], string>>, work: () => Promise<T>) {
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function failureOf(work: Promise<unknown>): Promise<{ kind: string; message: string; code?: string }> {
  return work.then(
    () => assert.fail("it succeeded"),
    (error) => error,
  );
}

describe("a submission through a proxy", () => {
  const submitInProcess = async (env: Record<string, string>) => {
    const script = resolve(__dirname, "../../support/submit-once.js");
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env, timeout: 60_000 });
    return JSON.parse(stdout) as { response?: object; kind?: string; message?: string };
  };
  const answer = JSON.stringify({ Response: { TaskID: "41033", RequestId: "r-1" } });

  it("goes through a tunnel; only the proxy gets the proxy's password", () =>
    withProxiedCloud({ answer }, async ({ proxyPort, connects, received }) => {
      const { response } = await submitInProcess({
        HTTPS_PROXY: `http://scan:p%40ss@localhost:${proxyPort}`,
        NODE_EXTRA_CA_CERTS: certificatePath,
      });
      assert.deepEqual(response, { TaskID: "41033" });
      const authorization = `Basic ${Buffer.from("scan:p@ss").toString("base64")}`;
      assert.deepEqual(connects, [{ target: "tcss.intl.tencentcloudapi.com:443", authorization }]);
      assert.deepEqual(received, ["{}"]);
    }));

  it("has an unknown outcome if the proxy closes the tunnel after the request", () =>
    withProxiedCloud({ answer, manner: "cut" }, async ({ proxyPort, received }) => {
      const { kind, message } = await submitInProcess({
        HTTPS_PROXY: `http://localhost:${proxyPort}`,
        NODE_EXTRA_CA_CERTS: certificatePath,
      });
      assert.equal(kind, "ambiguous");
      assert.match(message ?? "", /the connection to tcss\.\S+ through the proxy http:\/\/localhost:\d+ broke/);
      assert.deepEqual(received, ["{}"]);
    }));

  it("sends nothing to a server with an untrusted certificate behind the proxy", () =>
    withProxiedCloud({ answer }, async ({ proxyPort, received }) => {
      const { kind, message } = await submitInProcess({ https_proxy: `http://localhost:${proxyPort}` });
      assert.equal(kind, "config");
      assert.match(
        message ?? "",
        /the certificate of tcss\.intl\.tencentcloudapi\.com through the proxy http:\/\/localhost:\d+ is not trusted/,
      );
      assert.deepEqual(received, []);
    }));
});

describe("a proxy without a tunnel", () => {
  for (const [status, kind, message] of [
    [407, "config", /the proxy http:\/\/localhost:\d+ asks for a user and a password \(status 407\).*HTTPS_PROXY/],
    [403, "unavailable", /the proxy http:\/\/localhost:\d+ refuses to connect to tcss\.\S+ \(status 403\)/],
    [502, "unavailable", /the proxy http:\/\/localhost:\d+ refuses to connect to tcss\.\S+ \(status 502\)/],
  ] as const) {
    it(`with status ${status} proves that nothing was sent; the error has no password`, () =>
      withProxiedCloud({ manner: status }, ({ proxyPort, connects, received }) =>
        withEnvironment({ HTTPS_PROXY: `http://scan:verySecret@localhost:${proxyPort}` }, async () => {
          const failure = await failureOf(send(submission));
          assert.equal(failure.kind, kind);
          assert.match(failure.message, message);
          const shown = inspect(failure, { depth: 9, showHidden: true });
          for (const secret of ["verySecret", Buffer.from("scan:verySecret").toString("base64")])
            assert(!shown.includes(secret), shown);
          assert.deepEqual([connects.length, received], [1, []]);
        }),
      ));
  }

  it("with status 502 causes repeats of a submission, and then a failure", () =>
    withProxiedCloud({ manner: 502 }, ({ proxyPort, connects, received }) =>
      withEnvironment({ HTTPS_PROXY: `http://localhost:${proxyPort}` }, async () => {
        const clock = new FakeClock();
        const credentials = { secretId: "AKIDEXAMPLE", secretKey: "SECRET" };
        const client = new TencentClient({ endpoint: cloud, site: "intl", credentials }, new Limiter(clock), clock);
        const failure = await failureOf(createAssetImageScanTask(client, {}));
        assert.equal(failure.kind, "unavailable");
        assert.deepEqual([connects.length, received], [4, []]);
      }),
    ));

  for (const manner of ["close", "close tunnel"] as const) {
    it(`with "${manner}" proves that the request was never sent`, () =>
      withProxiedCloud({ manner }, ({ proxyPort, received }) =>
        withEnvironment({ HTTPS_PROXY: `http://localhost:${proxyPort}` }, async () => {
          const failure = await failureOf(send(submission, { deadlineMs: 5_000, maxBytes: 1_000 }));
          assert.equal(failure.kind, "unavailable");
          assert.match(failure.message, /tcss\.\S+ cannot be reached through the proxy http:\/\/localhost:\d+; check/);
          assert.deepEqual(received, []);
        }),
      ));
  }

  it("without an answer proves that the request was never sent", () =>
    withProxiedCloud({ manner: "silent" }, ({ proxyPort }) =>
      withEnvironment({ HTTPS_PROXY: `http://localhost:${proxyPort}` }, async () => {
        const failure = await failureOf(send(submission, { deadlineMs: 200, maxBytes: 1_000 }));
        assert.equal(failure.kind, "unavailable");
        assert.match(failure.message, /no connection to tcss\.\S+ within 0\.2 s through the proxy http:\/\/localhost/);
      }),
    ));

  it("is named in the error if nothing listens there", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    await withEnvironment({ HTTPS_PROXY: `http://scan:verySecret@127.0.0.1:${port}` }, async () => {
      const failure = await failureOf(send(submission));
      assert.deepEqual([failure.kind, failure.code], ["unavailable", "ECONNREFUSED"]);
      assert.match(failure.message, /cannot be reached through the proxy http:\/\/127\.0\.0\.1:\d+; check HTTPS_PROXY/);
    });
  });
});

describe("hosts nearby", () => {
  it("get no call through a proxy: this machine, and any metadata service", () =>
    withServer(
      (_request, response) => response.end("near"),
      (url) =>
        withProxiedCloud({ manner: 403 }, ({ proxyPort, connects }) => {
          const proxy = `http://localhost:${proxyPort}`;
          return withEnvironment({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy }, async () => {
            const get = { method: "GET", headers: {} } as const;
            assert.equal((await send({ ...get, url })).text, "near");
            await assert.rejects(send({ ...get, url: new URL("https://127.0.0.1:1/") }), /nothing listens at/);
            const metadata = send({ ...get, url: new URL("https://metadata.invalid"), toMetadataService: true });
            await assert.rejects(metadata, /metadata\.invalid cannot be reached; .*no proxy is used \(code/);
            assert.deepEqual(connects, []);
          });
        }),
    ));

  it("have no proxy, with or without NO_PROXY", () => {
    for (const host of ["localhost", "127.0.0.1", "127.8.9.1", "[::1]", "169.254.169.254", "metadata.tencentyun.com"])
      assert.equal(findProxy(new URL(`https://${host}/`), { HTTPS_PROXY: "http://p:3128" }), undefined, host);
  });
});

describe("findProxy", () => {
  const proxyOf = (env: Record<string, string>, url = cloud) => findProxy(url, env)?.href;

  it("reads the variables in upper and lower case, and uses HTTP_PROXY for https too", () => {
    for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"])
      assert.equal(proxyOf({ [name]: "http://p:3128" }), "http://p:3128/", name);
    assert.equal(proxyOf({ HTTP_PROXY: "http://p:1", HTTPS_PROXY: "http://p:2" }), "http://p:2/");
    assert.equal(proxyOf({ HTTPS_PROXY: "http://p:1", https_proxy: "http://p:2" }), "http://p:2/");
    assert.equal(proxyOf({ HTTPS_PROXY: "p:3128" }), "http://p:3128/");
    assert.equal(proxyOf({ HTTPS_PROXY: "" }), undefined);
    assert.equal(proxyOf({}), undefined);
  });

  it("leaves out the hosts of NO_PROXY", () => {
    const isExempt = (noProxy: string, url = cloud) =>
      proxyOf({ HTTPS_PROXY: "http://p:3128", NO_PROXY: noProxy }, url) === undefined;
    for (const noProxy of [
      "tcss.intl.tencentcloudapi.com",
      "TCSS.intl.TencentCloudAPI.com",
      "localhost, .tencentcloudapi.com",
      "*.tencentcloudapi.com",
      "tencentcloudapi.com",
      "tencentcloudapi.com:443",
      "localhost 127.0.0.1 tencentcloudapi.com.",
      "*",
    ])
      assert(isExempt(noProxy), noProxy);
    for (const noProxy of [
      "",
      "localhost,127.0.0.1",
      "cloudapi.com",
      "tencentcloudapi.com:8443",
      "*.tcss.intl.tencentcloudapi.com",
      "tcss.intl.tencentcloudapi.com.example",
    ])
      assert(!isExempt(noProxy), noProxy);
    assert.equal(proxyOf({ HTTPS_PROXY: "http://p:3128", no_proxy: "tencentcloudapi.com" }), undefined);
    assert(isExempt("a.example:8443", new URL("https://a.example:8443")));
  });

  it("refuses an invalid proxy URL without repeating it", () => {
    for (const value of [
      "http://scan:very#Secret@p:3128",
      "http://scan:123#verySecret@p:3128",
      "http://scan/verySecret@p:3128",
      "http://scan:%verySecret@p:3128",
      "socks5://scan:verySecret@p:1080",
      "http://:verySecret",
    ]) {
      assert.throws(
        () => proxyOf({ HTTPS_PROXY: value }),
        (error: Error & { kind?: string }) =>
          error.kind === "config" &&
          /HTTPS_PROXY is not the URL/.test(error.message) &&
          !/verySecret/.test(inspect(error)),
        value,
      );
    }
  });
});
