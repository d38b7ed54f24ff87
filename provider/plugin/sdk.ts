import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

// gRPC and its messages must be those of the SDK's own copy, so they are resolved from there.
const fromSdk = createRequire(require.resolve("@pulumi/pulumi"));

export const { Server, ServerCredentials, Metadata, status } = fromSdk("@grpc/grpc-js") as typeof grpc;
const { Struct: OwnStruct } = fromSdk("google-protobuf/google/protobuf/struct_pb.js") as { Struct: typeof Struct };
const { Empty: OwnEmpty } = fromSdk("google-protobuf/google/protobuf/empty_pb.js") as { Empty: typeof Empty };
const { Any } = fromSdk(
  "google-protobuf/google/protobuf/any_pb.js",
) as typeof import("google-protobuf/google/protobuf/any_pb.js");

export { Any, OwnEmpty as Empty, OwnStruct as Struct };
