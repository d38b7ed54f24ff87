import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { policies } from "../../provider/policy/policies.js";

// The SDK's own, which its types keep to themselves.
const { unknownCheckingProxy, unknownStringValue } = require("@pulumi/policy/proxy.js") as {
  unknownCheckingProxy(props: object): object;
  unknownStringValue: string;
};

// What a policy would be called with: made up here, and made to behave like the SDK's own.

/** A value that a preview does not know yet. */
export const unknown = unknownStringValue;

export interface Fabricated {
  readonly type: string;
  readonly name?: string;
  readonly stack?: string;
  readonly props?: object;
  /** Name of the resource whose child it is. */
  readonly parent?: string;
  /** Names of resources that this one depends on. */
  readonly needs?: readonly string[];
}

function urnOf({ type, name = "it", stack = "dev" }: Fabricated): string {
  return `urn:pulumi:${stack}::app::${type}::${name}`;
}

function resourceOf(one: Fabricated, all: readonly Fabricated[]): PolicyResource {
  const { type, name = "it", props = {}, needs = [], parent } = one;
  const above = all.find((other) => parent !== undefined && other.name === parent);
  const dependencies = all.filter((other) => needs.includes(other.name ?? "it")).map((other) => resourceOf(other, []));
  return {
    type,
    name,
    urn: urnOf(one),
    props: unknownCheckingProxy(props),
    dependencies,
    ...(above === undefined ? {} : { parent: resourceOf(above, []) }),
  } as unknown as PolicyResource;
}

/** The defaults of the policy's config, and what is set beside them. */
function configOf(policy: ResourceValidationPolicy | StackValidationPolicy, config: object): () => never {
  const properties = Object.entries(policy.configSchema?.properties ?? {});
  const defaults = Object.fromEntries(
    properties.map(([name, schema]) => [name, (schema as { default?: unknown }).default]),
  );
  return () => ({ ...defaults, ...config }) as never;
}

function policyOf<P>(name: string): P {
  const policy = policies.find((one) => one.name === name);
  if (policy === undefined) throw new Error(`there is no policy "${name}"`);
  return policy as P;
}

function argsOf(policy: ResourceValidationPolicy, resource: Fabricated, config: object): ResourceValidationArgs {
  return { ...resourceOf(resource, []), getConfig: configOf(policy, config) } as unknown as ResourceValidationArgs;
}

/** What a policy has to say of a resource. */
export async function violationsOf(name: string, resource: Fabricated, config: object = {}): Promise<string[]> {
  const policy = policyOf<ResourceValidationPolicy>(name);
  const args = argsOf(policy, resource, config);
  const said: string[] = [];
  const report = (message: string) => void said.push(message);
  for (const validate of [policy.validateResource ?? []].flat()) await validate(args, report);
  return said;
}

/** What a policy would make of a resource; nothing where it leaves it as it is. */
export async function remediated(name: string, resource: Fabricated, config: object = {}): Promise<unknown> {
  const policy = policyOf<ResourceValidationPolicy>(name);
  const args = argsOf(policy, resource, config);
  return policy.remediateResource?.(args);
}

/** What a policy has to say of a stack, with the names of the resources it says it of. */
export async function stackViolationsOf(
  name: string,
  stack: readonly Fabricated[],
  config: object = {},
): Promise<string[]> {
  const policy = policyOf<StackValidationPolicy>(name);
  const said: string[] = [];
  const resources = stack.map((one) => resourceOf(one, stack));
  const args = { resources, getConfig: configOf(policy, config) } as never;
  await policy.validateStack(args, (message, urn) => void said.push(`${urn?.split("::").at(-1)}: ${message}`));
  return said;
}
