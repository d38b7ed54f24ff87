import { createRequire } from "node:module";
import { connect } from "node:net";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";

/** The address of the engine: an argument of each provider process, after flags if the CLI is verbose. */
export function engineAddress(): { host: string; port: number; text: string } | undefined {
  for (const text of process.argv.slice(2)) {
    const match = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
    if (match !== null) return { host: (match[1] ?? match[2]) as string, port: Number(match[3]), text };
  }
  return undefined;
}

let watching = false;

/**
 * Ends this process after the engine has ended. After a SIGKILL of the CLI, nothing else ends it: it would wait
 * for its scan for hours. It keeps a connection open, because the kernel closes it with the engine. The engine's
 * server can also close a silent connection, so only refused new connections count.
 */
export function endWithEngine(): void {
  const address = engineAddress();
  if (watching || address === undefined) return;
  watching = true;
  let refusals = 0;
  const hold = () => {
    const socket = connect(address.port, address.host);
    socket.unref();
    socket.on("connect", () => {
      refusals = 0;
    });
    socket.on("error", () => {
      refusals++;
    });
    socket.on("close", () => {
      if (refusals >= 3) process.exit(1);
      setTimeout(hold, 1_000).unref();
    });
    socket.resume();
  };
  hold();
}

export type Severity = "info" | "warning";

let client:
  | {
      engine: EngineClient;
      log: typeof import("@pulumi/pulumi/proto/engine_pb.js");
    }
  | undefined;

/** Loaded at the first message, because most runs have none. */
function engineClient(text: string) {
  if (client === undefined) {
    // The credentials must come from the SDK's own copy of gRPC, so it is resolved from there.
    const fromSdk = createRequire(require.resolve("@pulumi/pulumi"));
    const { credentials } = fromSdk("@grpc/grpc-js") as {
      credentials: { createInsecure(): unknown };
    };
    const { EngineClient: Client } = fromSdk("./proto/engine_grpc_pb") as {
      EngineClient: new (address: string, credentials: unknown) => EngineClient;
    };
    client = {
      engine: new Client(text, credentials.createInsecure()),
      log: fromSdk("./proto/engine_pb"),
    };
  }
  return client;
}

/** Shows a message on the line of the resource with this URN. An ephemeral message replaces the previous one. */
export async function tell(
  urn: string | undefined,
  message: string,
  severity: Severity = "info",
  ephemeral = false,
): Promise<void> {
  const address = engineAddress();
  if (address === undefined) return;
  const { engine, log } = engineClient(address.text);
  const request = new log.LogRequest();
  request.setSeverity(severity === "warning" ? log.LogSeverity.WARNING : log.LogSeverity.INFO);
  request.setMessage(message);
  request.setUrn(urn ?? "");
  request.setEphemeral(ephemeral);
  // A failed message must not end a scan. endWithEngine notices that the engine has ended.
  await new Promise<void>((resolve) => {
    engine.log(request, () => resolve());
  });
}
