import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { send } from "../../../provider/transport/http.js";
import { withServer } from "../../support/stub-server.js";

const get = (url: URL) => ({ method: "GET", url, headers: {} }) as const;
const options = { deadlineMs: 2_000, maxBytes: 1_000 };

describe("send", () => {
  it("returns the status, the text and the server's time", async () => {
    await withServer(
      (_request, response) => response.setHeader("Date", "Sun, 22 Nov 2026 10:00:00 GMT").end("hello"),
      async (url) => {
        const { status, text, serverTime } = await send(get(url));
        assert.deepEqual(
          { status, text, serverTime },
          { status: 200, text: "hello", serverTime: Date.UTC(2026, 10, 22, 10) },
        );
      },
    );
  });

  it("does not follow a redirect", async () => {
    await withServer(
      (_request, response) => response.writeHead(302, { Location: "/elsewhere" }).end(),
      async (url) => assert.equal((await send(get(url))).status, 302),
    );
  });

  it("stops reading an answer that is too large", async () => {
    await withServer(
      (_request, response) => response.end("x".repeat(5_000)),
      async (url) => assert.rejects(send(get(url), options), { kind: "protocol", message: /larger than 1000 bytes/ }),
    );
  });

  it("calls a silent server an unknown outcome", async () => {
    await withServer(
      () => undefined,
      async (url) =>
        assert.rejects(send(get(url), { ...options, deadlineMs: 100 }), {
          kind: "ambiguous",
          message: /did not answer within 0.1 s/,
        }),
    );
  });

  it("knows that nothing was sent without a connection in time", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const url = new URL(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    try {
      await assert.rejects(send(get(url), { ...options, deadlineMs: 100 }), {
        kind: "unavailable",
        message: /there was no connection to 127\.0\.0\.1:\d+ within 0.1 s/,
      });
    } finally {
      silent.close();
    }
  });

  it("knows that nothing was sent if the connection breaks before TLS", async () => {
    const rude = createServer((socket) => socket.resetAndDestroy()).listen(0, "127.0.0.1");
    await once(rude, "listening");
    const url = new URL(`https://127.0.0.1:${(rude.address() as AddressInfo).port}`);
    try {
      await assert.rejects(send({ ...get(url), freshConnection: true }, options), {
        kind: "unavailable",
        code: "ECONNRESET",
        message: /127\.0\.0\.1:\d+ cannot be reached; check the network/,
      });
    } finally {
      rude.close();
    }
  });

  it("knows that nothing was sent to a host without an address", () =>
    assert.rejects(send(get(new URL("https://tcss.invalid/")), options), {
      kind: "unavailable",
      message: /tcss\.invalid cannot be reached; check the network and the endpoint; no proxy is used/,
    }));

  it("reads how long the server asks to wait: in seconds, or as a date by the server's own clock", async () => {
    const retryAfter = (headers: Record<string, string>) =>
      withServer(
        (_request, response) => response.writeHead(429, headers).end(),
        async (url) => (await send(get(url))).retryAfterMs,
      );
    const now = "Sun, 22 Nov 2026 10:00:00 GMT";
    assert.equal(await retryAfter({ "Retry-After": "3" }), 3_000);
    assert.equal(await retryAfter({ Date: now, "Retry-After": "Sun, 22 Nov 2026 10:00:07 GMT" }), 7_000);
    for (const none of ["0", "-3", "soon", "Sun, 22 Nov 2026 09:00:00 GMT"])
      assert.equal(await retryAfter({ Date: now, "Retry-After": none }), undefined, none);
    assert.equal(await retryAfter({ Date: now }), undefined);
  });

  it("calls a closed connection an unknown outcome", async () => {
    await withServer(
      (request) => request.socket.resetAndDestroy(),
      async (url) => assert.rejects(send(get(url), options), { kind: "ambiguous" }),
    );
  });

  it("calls an incomplete answer an unknown outcome", async () => {
    await withServer(
      (request, response) => {
        response.writeHead(200, { "Content-Length": "100" });
        response.write("half", () => request.socket.resetAndDestroy());
      },
      async (url) => assert.rejects(send(get(url), options), { kind: "ambiguous" }),
    );
  });

  it("knows that nothing was executed after a refused connection", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(send(get(new URL(`http://127.0.0.1:${port}/`)), options), {
      kind: "unavailable",
      code: "ECONNREFUSED",
    });
  });

  it("refuses plain http to another machine before it sends anything", async () => {
    for (const host of ["tcss.tencentcloudapi.com", "127.0.0.1.example.com", "10.0.0.1"]) {
      await assert.rejects(send(get(new URL(`http://${host}/`))), { kind: "config", message: /only https is used/ });
    }
  });

  it("says how a program in another container reaches the emulator", async () => {
    const says =
      /run the program in its network \(docker run --network container:NAME\), and set the endpoint to http:\/\/127\.0\.0\.1:7420$/;
    await assert.rejects(send(get(new URL("http://emulator:7420/"))), { kind: "config", message: says });
  });

  it("sends nothing to a server whose certificate is not trusted", async () => {
    const pem = readFileSync(resolve(__dirname, "../../../../tests/fixtures/untrusted.pem"));
    let requests = 0;
    const server = createTlsServer({ key: pem, cert: pem }, (_request, response) => {
      requests++;
      response.end("{}");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    try {
      await assert.rejects(send(get(new URL(`https://127.0.0.1:${port}/`))), {
        kind: "config",
        message: /the certificate of 127\.0\.0\.1:\d+ is not trusted; check the endpoint/,
      });
      assert.equal(requests, 0);
    } finally {
      server.close();
    }
  });

  it("opens a separate connection for a request that must not repeat", async () => {
    const sockets = new Set<unknown>();
    await withServer(
      (request, response) => {
        sockets.add(request.socket);
        response.end("{}");
      },
      async (url) => {
        for (let times = 0; times < 3; times++) await send(get(url));
        const kept = sockets.size;
        assert(kept < 3);
        for (let times = 0; times < 3; times++) await send({ ...get(url), freshConnection: true });
        assert.equal(sockets.size, kept + 3);
      },
    );
  });
});
