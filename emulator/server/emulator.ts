import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HssError } from "../huawei/error.js";
import { HuaweiCloud } from "../huawei/huawei.js";
import { TencentCloud } from "../tencent/tencent.js";
import { administer } from "./admin.js";
import { mayAdminister } from "./admission.js";
import { ApiError } from "./api-error.js";
import { type EmulatedCall, RecentCalls } from "./calls.js";
import { consoleFile } from "./console.js";
import { type Fault, Faults } from "./faults.js";
import { html, jsonReply, type ReceivedRequest, type Reply, readHeader, received, sendReply } from "./http.js";
import { machineMetadata } from "./machine-metadata.js";
import { type PresetName, Presets } from "./presets.js";
import { sabotage } from "./sabotage.js";
import { seed } from "./seed.js";

export interface EmulatorOptions {
  /** Port to listen on; 0, the default, takes a free one. */
  readonly port?: number;
  /** Address to listen on. Default 127.0.0.1: the emulator has no secrets worth keeping. `0.0.0.0` is every address. */
  readonly host?: string;
  /** Seconds that a scan takes. Default 10. */
  readonly scanSeconds?: number;
  /** The site whose version of Tencent Cloud's API it serves: the international one (default) or the domestic one. */
  readonly site?: "intl" | "cn";
  /** Milliseconds since 1970; a test may bring its own clock. */
  readonly now?: () => number;
}

/** The settings for clients of the emulator. */
export interface EmulatorAddress {
  readonly url: string;
  readonly tencent: { readonly endpoint: string; readonly secretId: string; readonly secretKey: string };
  readonly huawei: {
    readonly endpoint: string;
    readonly iamEndpoint: string;
    readonly accessKey: string;
    readonly secretKey: string;
    readonly projectId: string;
    readonly region: string;
  };
}

const tencentKeys = {
  secretId: "AKIDEMULATOR0000000000000000000000EXAMPLE",
  secretKey: "emulatorSecretKeyEXAMPLE00000000",
};
const huaweiKeys = { accessKey: "EMULATORACCESSEXAMPLE", secretKey: "emulatorHuaweiSecretKeyEXAMPLE0000000000" };
/** The same account, for a login with a password. */
export const huaweiUser = {
  userName: "emulator-user",
  password: "emulator-password-EXAMPLE",
  domainName: "emulator-domain",
};
const huaweiProject = { projectId: "0123456789abcdef0123456789abcdef", region: "cn-north-4" };

const injected = "An injected fault.";

/** Addresses that stand for all of the machine. */
const wildcards = ["0.0.0.0", "::", ""];

/** The host of an address that works on this machine. */
function nameInUrl(host: string): string {
  if (wildcards.includes(host)) return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** One call, as it will be answered. */
interface Served {
  readonly cloud: "tencent" | "huawei";
  readonly action: string;
  run(): Reply;
  refuse(code: string, status?: number): Reply;
}

/** One step of a call, for watchers. */
export interface CallEvent {
  readonly action: string;
  /** `received`: not executed yet. `answered`: the answer, or the rest that a fault left of it, is on its way. */
  readonly moment: "received" | "answered";
}

/** An emulator of the clouds on this machine. It keeps everything in memory. */
export class Emulator {
  readonly presets = new Presets();
  readonly tencent: TencentCloud;
  readonly huawei: HuaweiCloud;
  readonly faults = new Faults();
  /** Milliseconds that its clock is ahead of the one it was given. */
  skewMs = 0;
  readonly #now: () => number;
  readonly #server: Server;
  readonly #recent = new RecentCalls();
  readonly #watchers = new Set<(event: CallEvent) => void>();
  #address: EmulatorAddress | undefined;
  #listening: { port: number; host: string } | undefined;

  constructor(options: EmulatorOptions = {}) {
    const now = options.now ?? Date.now;
    this.#now = () => now() + this.skewMs;
    const scanMs = (options.scanSeconds ?? 10) * 1000;
    const { presets } = this;
    this.tencent = new TencentCloud({ scanMs, site: options.site ?? "intl", presets, credentials: [tencentKeys] });
    this.huawei = new HuaweiCloud({
      scanMs,
      presets,
      credentials: { ...huaweiKeys, ...huaweiUser },
      ...huaweiProject,
    });
    seed(this);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => this.#failed(response, error));
    });
  }

  /** Starts to listen, and returns the address. */
  async listen(options: EmulatorOptions = {}): Promise<EmulatorAddress> {
    const host = options.host ?? "127.0.0.1";
    await this.#bind({ port: options.port ?? 0, host });
    const { port } = this.#server.address() as AddressInfo;
    this.#listening = { port, host };
    const url = `http://${nameInUrl(host)}:${port}`;
    this.#address = {
      url,
      tencent: { endpoint: url, ...tencentKeys },
      huawei: { endpoint: url, iamEndpoint: url, ...huaweiKeys, ...huaweiProject },
    };
    return this.#address;
  }

  async #bind(at: { port: number; host: string }): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(at, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  /** The last calls, the latest last. */
  get recent(): readonly EmulatedCall[] {
    return this.#recent.list;
  }

  /** Milliseconds since 1970, by its clock. */
  get now(): number {
    return this.#now();
  }

  /** Calls back at each step of each call. Returns a function that ends this. */
  watch(watcher: (event: CallEvent) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Stops listening until `resume`. */
  suspend(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async resume(): Promise<void> {
    if (this.#listening !== undefined && !this.#server.listening) await this.#bind(this.#listening);
  }

  get address(): EmulatorAddress {
    if (this.#address === undefined) throw new Error("the emulator does not listen yet");
    return this.#address;
  }

  /** Switches a preset on: everywhere, or for one image by its id or name. */
  preset(name: PresetName, image?: string): void {
    this.presets.add(name, image);
  }

  async close(): Promise<void> {
    // A pending `resume` must not listen again.
    this.#listening = undefined;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** An error in the emulator itself, or a lost connection. */
  #failed(response: ServerResponse, error: unknown): void {
    if (response.headersSent || response.destroyed) return void response.destroy();
    const text = `internal error of the emulator: ${error instanceof Error ? error.stack : error}`;
    response.writeHead(500, { "Content-Type": "text/plain" }).end(text);
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("Date", new Date(this.#now()).toUTCString());
    const request = await received(message);
    if (request === undefined) return void response.writeHead(413).end();
    const file = consoleFile(request);
    if (file !== undefined) return sendReply(response, file);
    if (request.path.startsWith("/_emulator/")) return this.#administer(request, response);
    const ofMachine = machineMetadata(request, {
      tencent: (seconds) => this.tencent.issue(seconds, this.#now()),
      huawei: (seconds) => this.huawei.auth.issueKeys(seconds, this.#now()),
    });
    if (ofMachine !== undefined) return sendReply(response, ofMachine);
    const cloud = HuaweiCloud.serves(request.path) ? "huawei" : "tencent";
    const served = cloud === "huawei" ? this.#huaweiCall(request) : this.#tencentCall(request);
    const note = (action: string, outcome = "") => this.#recent.add({ at: this.#now(), cloud, action, outcome });
    if ("status" in served) {
      note(readHeader(request, "x-tc-action") || `${request.method} ${request.path}`, served.code);
      return sendReply(response, served);
    }
    const { action } = served;
    for (const watcher of this.#watchers) watcher({ action, moment: "received" });
    response.once("close", () => {
      for (const watcher of this.#watchers) watcher({ action, moment: "answered" });
    });
    const fault = this.faults.next(action) ?? this.#planned(served);
    if (fault === undefined) {
      const reply = served.run();
      note(action, reply.code);
      return sendReply(response, reply);
    }
    note(action, `fault: ${fault.fault}`);
    await sabotage(
      fault,
      { ...served, refuseAll: (ms) => this.#refuseAll(ms), forget: () => this.#forget() },
      response,
    );
  }

  #refuseAll(ms: number): void {
    this.suspend();
    setTimeout(() => this.resume().catch(() => undefined), ms).unref();
  }

  #forget(): void {
    this.tencent.forget();
    this.huawei.world.forget();
  }

  #tencentCall(request: ReceivedRequest): Served | Reply {
    if (request.path !== "/" || (request.method !== "POST" && request.method !== "GET")) return html(404, "Not Found");
    try {
      const call = this.tencent.authenticate(request, this.#now());
      const run = () => {
        const answer = this.tencent.run(call, this.#now());
        return { ...jsonReply({ Response: answer }), code: readCode(answer) };
      };
      return { cloud: "tencent", action: call.action, run, refuse: (code) => refusal(code, injected) };
    } catch (error) {
      if (error instanceof ApiError) return refusal(error.code, error.message);
      throw error;
    }
  }

  #huaweiCall(request: ReceivedRequest): Served | Reply {
    try {
      const routed = this.huawei.route(request);
      const run = () => this.huawei.run(routed, request, this.#now());
      return {
        cloud: "huawei",
        action: routed.action,
        run,
        refuse: (code, status = 400) => new HssError(status, code, injected).reply(),
      };
    } catch (error) {
      if (error instanceof HssError) return error.reply();
      throw error;
    }
  }

  /** Presets that are faults of the next call. */
  #planned({ action, cloud }: Served): Fault | undefined {
    if (action === "CreateManualImageScanTask" && this.presets.take("hss-drop"))
      return { fault: "reset", executed: true };
    return cloud === "huawei" && this.presets.take("hss-bad-gateway") ? { fault: "status", status: 502 } : undefined;
  }

  #administer(request: ReceivedRequest, response: ServerResponse): void {
    if (!mayAdminister(request, this.#listening?.host)) {
      const why = "refused: the request needs the header x-emulator-admin, and must not come from another web page\n";
      return void response.writeHead(403, { "Content-Type": "text/plain" }).end(why);
    }
    try {
      const answer = administer(this, request.method, request.path, request.body.toString("utf8"));
      if (answer === undefined) return void response.writeHead(404).end();
      sendReply(response, jsonReply(answer));
    } catch (error) {
      response.writeHead(400, { "Content-Type": "text/plain" }).end(String(error));
    }
  }
}

function refusal(code: string, message: string): Reply {
  return { ...jsonReply({ Response: { Error: { Code: code, Message: message }, RequestId: randomUUID() } }), code };
}

function readCode(answer: object): string | undefined {
  return (answer as { Error?: { Code: string } }).Error?.Code;
}
