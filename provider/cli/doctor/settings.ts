import { type ConfigReader, formatNamespace } from "../../credentials/source.js";
import { type Checks, warning } from "./check.js";
import type { Surroundings } from "./machine.js";
import type { StackConfig } from "./stack-config.js";

/** What the checks of one cloud start from. */
export interface Given {
  readonly account: string | undefined;
  readonly stack: StackConfig;
  readonly env: Surroundings["env"];
}

/** Config keys of credentials, with the environment variables that hold the same. */
type Variables = Readonly<Record<string, readonly string[]>>;

/**
 * The settings of an account, where secrets of the stack's config cannot be read. A set of credentials comes from one
 * place as a whole. So if one of it is secret, all of it is read from the environment instead.
 */
export function readSettings(checks: Checks, vendor: string, given: Given, variables: Variables): ConfigReader {
  const { account, stack, env } = given;
  const namespaces = new Set([formatNamespace(vendor, account), formatNamespace(vendor, undefined)]);
  const keysOf = (namespace: string) => Object.keys(variables).map((key) => `${namespace}:${key}`);
  const hidden = [...namespaces].filter((one) => keysOf(one).some((key) => stack.secrets.includes(key)));
  for (const namespace of hidden) noteHidden(checks, namespace, stack);
  return (name) => {
    const [namespace = "", key = ""] = name.split(":");
    const names = variables[key];
    if (names === undefined || !hidden.includes(namespace)) return stack.read(name);
    // A named account reads no environment by itself; the default one does, and its files as well.
    const isDefault = namespace === formatNamespace(vendor, undefined);
    return isDefault ? undefined : names.map((one) => env[one]).find((value) => value);
  };
}

function noteHidden(checks: Checks, namespace: string, { secrets }: StackConfig): void {
  const keys = secrets.filter((key) => key.startsWith(`${namespace}:`));
  const what = `secret in the stack, and so not read: ${keys.join(", ")}. The credentials below are of another place`;
  const how = `an update uses the stack's credentials. To check those, export them as environment variables and run doctor again`;
  checks.add("Secrets", warning(what, how));
}
