import { createRequire } from "node:module";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { meant } from "../validation/nearest.js";
import { stackType } from "./types.js";

// The names of policies in the pack's config. The SDK gives each policy only its own part of the config, so no policy sees
// a misspelt name. The names are therefore read from the engine's message, before the SDK reads it.

interface ConfigureMethod {
  requestDeserialize(bytes: Buffer): { getPolicyconfigMap(): { keys(): Iterable<string> } };
}

let given: readonly string[] = [];

/** Must be called before the pack is made. */
export function readConfigNames(): void {
  const fromSdk = createRequire(require.resolve("@pulumi/policy"));
  const { AnalyzerService } = fromSdk("@pulumi/pulumi/proto/analyzer_grpc_pb") as {
    AnalyzerService: { configure: ConfigureMethod };
  };
  const { requestDeserialize } = AnalyzerService.configure;
  AnalyzerService.configure.requestDeserialize = (bytes) => {
    const request = requestDeserialize(bytes);
    given = [...request.getPolicyconfigMap().keys()];
    return request;
  };
}

/** A policy about the config itself. `names` are those of the other policies. */
export function createConfigPolicy(names: readonly string[]): ResourceValidationPolicy {
  const name = "config-names";
  const known = ["all", name, ...names];
  return {
    name,
    description: "The config of the pack names only policies that exist.",
    validateResource({ type }, report) {
      if (type !== stackType) return;
      for (const one of given.filter((one) => !known.includes(one)))
        report(`the config of the pack names ${one}, which is no policy, and does nothing${meant(one, known)}`);
    },
  };
}
