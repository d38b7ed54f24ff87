import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { meant } from "../validation/nearest.js";
import { stackType } from "./types.js";

// Pulumi checks the values in a policy's config, but ignores unknown names.

export function withConfigCheck(policy: ResourceValidationPolicy): ResourceValidationPolicy {
  return {
    ...policy,
    async validateResource(args, report) {
      if (args.type === stackType) for (const why of listUnknown(policy, args.getConfig())) report(why);
      for (const validate of [policy.validateResource ?? []].flat()) await validate(args, report);
    },
  };
}

export function withStackConfigCheck(policy: StackValidationPolicy): StackValidationPolicy {
  return {
    ...policy,
    async validateStack(args, report) {
      for (const why of listUnknown(policy, args.getConfig())) report(why);
      await policy.validateStack(args, report);
    },
  };
}

function listUnknown(
  { name, configSchema }: ResourceValidationPolicy | StackValidationPolicy,
  config: object,
): readonly string[] {
  const known = Object.keys(configSchema?.properties ?? {});
  const all = known.length === 0 ? "it takes only enforcementLevel" : `it takes ${known.join(", ")}`;
  return Object.keys(config)
    .filter((one) => !known.includes(one))
    .map((one) => `the config of ${name} sets ${one}, which is unknown: ${all}${meant(one, known)}`);
}
