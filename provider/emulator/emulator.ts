import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { administer } from "./admin.js";
import { ApiError } from "./api-error.js";
import { type Fault, Faults } from "./faults.js";
import { LocalWorld } from "./local-world.js";
import { seedImages } from "./seed.js";
import { TencentCloud } from "./tencent.js";
import type { Authentic, ReceivedRequest } from "./tencent-auth.js";

export interface EmulatorOptions {
  /** Port to listen on; 0, the default, takes a free one. */
  readonly port?: number;
  /** Address to listen on. Default 127.0.0.1: the emulator has no secrets worth keeping. */
  readonly host?: string;
  /** Seconds that a scan takes. Default 10. */
  readonly scanSeconds?: number;
  /** Milliseconds since 1970; a test may bring its own clock. */
  readonly now?: () => number;
}

/** How clients reach the emulator. */
export interface EmulatorAddress {
  readonly url: string;
  readonly tencent: { readonly endpoint: string; readonly secretId: string; readonly secretKey: string };
}

const credentials = {
  secretId: "AKIDEMULATOR0000000000000000000000EXAMPLE",
  secretKey: "emulatorSecretKeyEXAMPLE00000000",
};
const maxBody = 10 * 1024 * 1024;

/** A stand-in for the clouds, on this machine, which keeps everything in memory. */
export class Emulator {
  readonly tencent: TencentCloud;
  readonly faults = new Faults();
  /** Milliseconds that its clock is ahead of the one it was given. */
  skewMs = 0;
  readonly #now: () => number;
  readonly #server: Server;
  #address: EmulatorAddress | undefined;

  constructor(options: EmulatorOptions = {}) {
    const now = options.now ?? Date.now;
    this.#now = () => now() + this.skewMs;
    this.tencent = new TencentCloud(new LocalWorld((options.scanSeconds ?? 10) * 1000), [credentials]);
    for (const image of seedImages) this.tencent.world.add(image);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.destroy(error as Error);
      });
    });
  }

  /** Starts to listen, and says where. */
  async listen(options: EmulatorOptions = {}): Promise<EmulatorAddress> {
    const host = options.host ?? "127.0.0.1";
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(options.port ?? 0, host, resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    this.#address = { url, tencent: { endpoint: url, ...credentials } };
    return this.#address;
  }

  get address(): EmulatorAddress {
    if (this.#address === undefined) throw new Error("the emulator does not listen yet");
    return this.#address;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("Date", new Date(this.#now()).toUTCString());
    const request = await received(message);
    if (request === undefined) return void response.writeHead(413).end();
    if (request.path.startsWith("/_emulator/")) return this.#administer(request, response);
    if (request.path !== "/" || (request.method !== "POST" && request.method !== "GET")) {
      return void response
        .writeHead(404, { "Content-Type": "text/html" })
        .end("<html><body>404 Not Found</body></html>");
    }
    let call: Authentic;
    try {
      call = this.tencent.authenticate(request, this.#now());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return sendJson(response, refusal(error.code, error.message));
    }
    const fault = this.faults.next(call.action);
    if (fault === undefined) return sendJson(response, { Response: this.tencent.run(call, this.#now()) });
    await this.#fail(fault, call, response);
  }

  async #fail(fault: Fault, call: Authentic, response: ServerResponse): Promise<void> {
    const done = fault.executed === true || fault.fault === "delay" ? this.tencent.run(call, this.#now()) : {};
    const text = JSON.stringify({ Response: done });
    switch (fault.fault) {
      case "reset":
        response.socket?.resetAndDestroy();
        return;
      case "hang":
        return;
      case "delay":
        await setTimeout(fault.ms ?? 1000);
        return sendJson(response, { Response: done });
      case "garbage":
        return void response.writeHead(200, { "Content-Type": "application/json" }).end(text.slice(0, text.length / 2));
      case "status":
        return void response
          .writeHead(fault.status ?? 502, { "Content-Type": "text/html" })
          .end("<html><body>Bad Gateway</body></html>");
      case "error":
        return sendJson(response, refusal(fault.code ?? "InternalError", "An injected fault."));
    }
  }

  /** Not for web pages: a page may send requests to this machine, but neither without an Origin nor with our header. */
  #administer(request: ReceivedRequest, response: ServerResponse): void {
    if (request.headers.origin !== undefined || request.headers["x-emulator-admin"] === undefined) {
      return void response.writeHead(403).end();
    }
    try {
      const answer = administer(this, request.method, request.path, request.body.toString("utf8"));
      if (answer === undefined) return void response.writeHead(404).end();
      sendJson(response, answer);
    } catch (error) {
      response.writeHead(400, { "Content-Type": "text/plain" }).end(String(error));
    }
  }
}

function refusal(code: string, message: string): object {
  return { Response: { Error: { Code: code, Message: message }, RequestId: randomUUID() } };
}

async function received(message: IncomingMessage): Promise<ReceivedRequest | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBody) return undefined;
    chunks.push(chunk);
  }
  const [path = "", query = ""] = (message.url ?? "").split(/\?(.*)/s);
  return { method: message.method ?? "", path, query, headers: message.headers, body: Buffer.concat(chunks) };
}

function sendJson(response: ServerResponse, content: object): void {
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(content));
}
