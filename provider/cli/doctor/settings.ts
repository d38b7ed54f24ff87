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
  const { stack, env } = given;
  const noted = new Set<string>();
  const isHidden = (namespace: string, key: string) =>
    stack.secrets.includes(`${namespace}:${key}`) ||
    (Object.hasOwn(variables, key) &&
      Object.keys(variables).some((other) => stack.secrets.includes(`${namespace}:${other}`)));
  return (name) => {
    const [namespace = "", key = ""] = name.split(":");
    if (!isHidden(namespace, key)) return stack.read(name);
    if (!noted.has(namespace)) noteHidden(checks, namespace, stack);
    noted.add(namespace);
    // The default account reads the environment, and its files, by itself. A named one does not.
    if (namespace === formatNamespace(vendor, undefined)) return undefined;
    return variables[key]?.map((one) => env[one]).find((value) => value);
  };
}

/** Whether the stack hides a setting of the account. */
export function isSecret({ account, stack }: Given, vendor: string, key: string): boolean {
  return stack.secrets.includes(`${formatNamespace(vendor, account)}:${key}`);
}

function noteHidden(checks: Checks, namespace: string, { secrets }: StackConfig): void {
  const keys = secrets.filter((key) => key.startsWith(`${namespace}:`));
  const what = `secret in the stack, and so not read: ${keys.join(", ")}. The checks below use other values`;
  const how = `an update uses the stack's own values. To check its keys, export them as environment variables and run doctor again`;
  checks.add("Secrets", warning(what, how));
}
