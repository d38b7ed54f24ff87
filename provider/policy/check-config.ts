import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { readProgramType } from "../model/resource-types.js";
import { meant } from "../validation/nearest.js";
import { stackType } from "./types.js";

// Pulumi checks the values in a policy's config, but ignores unknown names.

export function withConfigCheck(policy: ResourceValidationPolicy): ResourceValidationPolicy {
  const { remediateResource } = policy;
  return {
    ...policy,
    async validateResource(args, report) {
      if (args.type === stackType) for (const why of listUnknown(policy, args.getConfig())) report(why);
      for (const validate of [policy.validateResource ?? []].flat()) await validate(withProgramType(args), report);
    },
    ...(remediateResource && { remediateResource: (args) => remediateResource(withProgramType(args)) }),
  };
}

/** A resource of the plugin, as policies see the same resource of a program. */
function withProgramType<Resource extends { readonly type: string }>(resource: Resource): Resource {
  const type = readProgramType(resource.type);
  return type === resource.type ? resource : Object.create(resource, { type: { value: type, enumerable: true } });
}

export function withStackConfigCheck(policy: StackValidationPolicy): StackValidationPolicy {
  return {
    ...policy,
    async validateStack(args, report) {
      for (const why of listUnknown(policy, args.getConfig())) report(why);
      const resources = args.resources.map(withProgramType);
      await policy.validateStack(Object.create(args, { resources: { value: resources, enumerable: true } }), report);
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
