import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { resolve } from "node:path";
import { createServer as createTerminator } from "node:tls";

/** A certificate, with its key, that is trusted only where NODE_EXTRA_CA_CERTS names it. */
export const certificatePath = resolve(__dirname, "../../../tests/fixtures/untrusted.pem");

/** A TLS server on this machine, or one in front of an emulator, and an HTTP proxy that connects every tunnel to it. */
export interface ProxiedCloud {
  readonly proxyPort: number;
  /** What the proxy was asked: target and credentials. */
  readonly connects: { readonly target: string; readonly authorization: string | undefined }[];
  /** Bodies of the requests that the server received. */
  readonly received: string[];
}

/**
 * What the proxy does about a tunnel: it answers with a status, closes the connection, closes it after it said that the
 * tunnel is open, never answers, or cuts the tunnel when a request has arrived behind it.
 */
export type ProxyManner = number | "close" | "close tunnel" | "silent" | "cut";

export async function withProxiedCloud<T>(
  { manner = 200, answer = "{}", cloud }: { manner?: ProxyManner; answer?: string; cloud?: URL },
  work: (cloud: ProxiedCloud) => Promise<T>,
): Promise<T> {
  const received: string[] = [];
  const connects: ProxiedCloud["connects"] = [];
  const sockets = new Set<Socket>();
  const pem = readFileSync(certificatePath);
  const server =
    cloud === undefined
      ? createTlsServer({ key: pem, cert: pem }, async (request, response) => {
          received.push(await readBody(request));
          response.end(answer);
        })
      : createTerminator({ key: pem, cert: pem }, (socket) =>
          relay(socket, connect(Number(cloud.port), cloud.hostname)),
        );
  const proxy = createServer();
  proxy.on("connect", (request: IncomingMessage, socket: Socket) => {
    connects.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    if (manner === "silent") return;
    if (manner === "close") socket.destroy();
    else if (manner === "close tunnel") socket.end("HTTP/1.1 200 Connection established\r\n\r\n");
    else if (typeof manner === "number" && manner !== 200)
      socket.end(`HTTP/1.1 ${manner} Refused\r\nContent-Length: 0\r\n\r\n`);
    else tunnel(socket, connect((server.address() as AddressInfo).port, "127.0.0.1"));
    if (manner === "cut") server.once("request", () => socket.resetAndDestroy());
  });
  for (const one of [server, proxy]) {
    one.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => undefined)));
    await once(one.listen(0, "127.0.0.1"), "listening");
  }
  try {
    return await work({ proxyPort: (proxy.address() as AddressInfo).port, connects, received });
  } finally {
    for (const socket of sockets) socket.destroy();
    await Promise.all([server, proxy].map((one) => new Promise((closed) => one.close(closed))));
  }
}

function tunnel(client: Socket, upstream: Socket): void {
  client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  relay(client, upstream);
}

function relay(client: Socket, upstream: Socket): void {
  client.pipe(upstream.on("error", () => client.destroy())).pipe(client);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
