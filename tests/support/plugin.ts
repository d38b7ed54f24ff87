import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

type Properties = Record<string, unknown>;

export interface InitFailure {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];
}

export interface LogLine {
  readonly urn: string;
  readonly message: string;
  readonly ephemeral: boolean;
  readonly warning: boolean;
}

/** A provider's process: that of the SDK, which serves dynamic resources, or that of our plugin. */
export const processes = {
  dynamic: require.resolve("@pulumi/pulumi/cmd/dynamic-provider"),
  plugin: require.resolve("../../provider/plugin/main.js"),
};

/** The real process, driven as the engine drives it, with an engine that takes its logs. */
export class Plugin {
  readonly logs: LogLine[] = [];
  /** The resource of the next calls. Dynamic resources need none. */
  urn = "";
  /** What the process wrote to its standard error. */
  stderr = "";
  readonly #engine = new grpc.Server();
  #enginePort = 0;
  #process: ChildProcess | undefined;
  #client: ResourceProviderClient | undefined;

  static async start(
    config: Readonly<Record<string, unknown>>,
    script = processes.dynamic,
    beside?: Plugin,
  ): Promise<Plugin> {
    const plugin = new Plugin();
    plugin.#engine.addService(EngineService as unknown as grpc.ServiceDefinition, {
      log: (call: { request: LogRequest }, done: (error: null, answer: Empty) => void) => {
        const { request } = call;
        plugin.logs.push({
          urn: request.getUrn(),
          message: request.getMessage(),
          ephemeral: request.getEphemeral(),
          warning: request.getSeverity() === 2,
        });
        done(null, new Empty());
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      plugin.#engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    // Two processes of one run have the same engine.
    plugin.#enginePort = beside === undefined ? port : beside.#enginePort;
    await plugin.#spawn(script, plugin.#enginePort);
    await plugin.#call("configure", plugin.#configuration(config));
    return plugin;
  }

  async #spawn(script: string, enginePort: number): Promise<void> {
    const { NODE_V8_COVERAGE: _, ...env } = process.env;
    const child = spawn(process.execPath, [script, `127.0.0.1:${enginePort}`], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...env, PULUMI_IMAGE_SCAN_LOG_SECONDS: "0.1" },
    });
    this.#process = child;
    child.stderr.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    this.#client = new ResourceProviderClient(`127.0.0.1:${line.toString().trim()}`, grpc.credentials.createInsecure());
  }

  #configuration(config: Readonly<Record<string, unknown>>): messages.ConfigureRequest {
    const request = new messages.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript({ ...config } as never));
    return request;
  }

  /** Checks the config of the provider. Gives what is wrong with it. */
  async checkConfig(config: Properties): Promise<{ inputs: Properties; failures: string[] }> {
    const request = new messages.CheckRequest();
    request.setNews(Struct.fromJavaScript(config as never));
    const answer = await this.#call<messages.CheckResponse>("checkConfig", request);
    const failures = answer.getFailuresList().map((one) => one.getReason());
    return { inputs: answer.getInputs()?.toJavaScript() ?? {}, failures };
  }

  /** Whether another config changes or replaces the provider. */
  async diffConfig(olds: Properties, news: Properties): Promise<{ changes: number; replaces: string[] }> {
    const request = new messages.DiffRequest();
    request.setOldInputs(Struct.fromJavaScript(olds as never));
    request.setNews(Struct.fromJavaScript(news as never));
    const answer = await this.#call<messages.DiffResponse>("diffConfig", request);
    return { changes: answer.getChanges(), replaces: answer.getReplacesList() };
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(Struct.fromJavaScript(args as never));
    return (await this.#call<messages.InvokeResponse>("invoke", request)).getReturn()?.toJavaScript() ?? {};
  }

  /** The user has cancelled the update. */
  async cancel(): Promise<void> {
    await this.#call("cancel", new Empty());
  }

  async pluginVersion(): Promise<string> {
    return (await this.#call<PluginInfo>("getPluginInfo", new Empty())).getVersion();
  }

  #call<Answer>(method: string, request: unknown): Promise<Answer> {
    const client = this.#client as unknown as Record<
      string,
      (r: unknown, done: (e: Error | null, a: Answer) => void) => void
    >;
    return new Promise((resolve, reject) => {
      client[method]?.(request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });
  }

  async check(news: Properties): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
    const request = new messages.CheckRequest();
    request.setUrn(this.urn);
    request.setOlds(Struct.fromJavaScript({}));
    request.setNews(Struct.fromJavaScript(news as never));
    const answer = await this.#call<messages.CheckResponse>("check", request);
    const failures = answer.getFailuresList().map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
    return { inputs: answer.getInputs()?.toJavaScript() ?? {}, failures };
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<{ changes: number; replaces: string[] }> {
    const request = new messages.DiffRequest();
    request.setUrn(this.urn);
    request.setId(id);
    request.setOlds(Struct.fromJavaScript(olds as never));
    request.setNews(Struct.fromJavaScript(news as never));
    const answer = await this.#call<messages.DiffResponse>("diff", request);
    return { changes: answer.getChanges(), replaces: answer.getReplacesList() };
  }

  async create(properties: Properties): Promise<{ id: string; outs: Properties }> {
    const request = new messages.CreateRequest();
    request.setUrn(this.urn);
    request.setProperties(Struct.fromJavaScript(properties as never));
    const answer = await this.#call<messages.CreateResponse>("create", request);
    return { id: answer.getId(), outs: answer.getProperties()?.toJavaScript() ?? {} };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new messages.UpdateRequest();
    request.setUrn(this.urn);
    request.setId(id);
    request.setOlds(Struct.fromJavaScript(olds as never));
    request.setNews(Struct.fromJavaScript(news as never));
    return (await this.#call<messages.UpdateResponse>("update", request)).getProperties()?.toJavaScript() ?? {};
  }

  async read(
    id: string,
    properties: Properties,
  ): Promise<{ id: string; outs: Properties; inputs: Properties | undefined }> {
    const request = new messages.ReadRequest();
    request.setUrn(this.urn);
    request.setId(id);
    request.setProperties(Struct.fromJavaScript(properties as never));
    const answer = await this.#call<messages.ReadResponse>("read", request);
    return {
      id: answer.getId(),
      outs: answer.getProperties()?.toJavaScript() ?? {},
      inputs: answer.getInputs()?.toJavaScript(),
    };
  }

  async delete(id: string, properties: Properties): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(this.urn);
    request.setId(id);
    request.setProperties(Struct.fromJavaScript(properties as never));
    await this.#call("delete", request);
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The engine disappears, as after a SIGKILL; resolves when the process has ended by itself. */
  async loseEngine(withinMs: number): Promise<void> {
    this.#engine.forceShutdown();
    const child = this.#process as ChildProcess;
    if (child.exitCode === null) await once(child, "exit", { signal: AbortSignal.timeout(withinMs) });
  }

  async stop(): Promise<void> {
    this.#client?.close();
    const child = this.#process as ChildProcess;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    this.#engine.forceShutdown();
  }
}

/** What a partial failure carries for the engine, from the details of the gRPC error. */
export function initFailureOf(error: unknown): InitFailure {
  const [bytes] = (error as grpc.ServiceError).metadata.get("grpc-status-details-bin");
  const { Status } = require("@pulumi/pulumi/proto/status_pb.js") as typeof import("@pulumi/pulumi/proto/status_pb.js");
  const [any] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
  const detail = messages.ErrorResourceInitFailed.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array());
  return {
    id: detail.getId(),
    properties: detail.getProperties()?.toJavaScript() ?? {},
    reasons: detail.getReasonsList(),
  };
}
