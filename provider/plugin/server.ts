import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { expectCancel } from "../lifecycle/cancellation.js";
import { endWithEngine } from "../lifecycle/engine.js";
import { Server, ServerCredentials } from "./sdk.js";
import { service } from "./service.js";

/** The engine sends whole states, which can be larger than gRPC's default of 4 MB. */
const maxBytes = 400 * 1024 * 1024;

/** Serves the plugin on a port of this machine, and writes the port for the CLI. */
export function serve(): void {
  endWithEngine();
  expectCancel();
  const server = new Server({ "grpc.max_receive_message_length": maxBytes });
  server.addService(ResourceProviderService as unknown as Parameters<typeof server.addService>[0], service);
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}
