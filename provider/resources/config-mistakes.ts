import * as pulumi from "@pulumi/pulumi";

import { configKeys } from "../credentials/config-keys.js";
import { formatNamespace } from "../credentials/source.js";
import { nearest } from "../validation/nearest.js";

const secrets = ["secretKey", "securityToken", "authToken", "userPassword"];

/** Keys of the vendors' own providers that look like ours. */
const others = ["endpoints"];
/** Namespaces that were checked. */
const seen = new Set<string>();

/** Refuses a secret in clear text, and warns of misspelt keys. */
export function refuseConfigMistakes(token: string, account: string | undefined): void {
  const vendor = token.split(":")[0] as string;
  refusePlainSecrets(formatNamespace(vendor, account));
  // A role of another account can be assumed with the keys of the default account.
  if (account !== undefined) refusePlainSecrets(formatNamespace(vendor, undefined));
  warnOfMisspelt(vendor, account);
}

/**
 * Warns of keys that look like ours. A misspelt guard is an error, because the wrong account could be scanned. Other
 * providers use the same namespaces, so a key that is not similar to one of ours is ignored.
 */
function warnOfMisspelt(vendor: string, account: string | undefined): void {
  const namespace = formatNamespace(vendor, account);
  const known = configKeys[vendor] ?? [];
  if (seen.has(namespace)) return;
  seen.add(namespace);
  for (const key of Object.keys(pulumi.runtime.allConfig())) {
    const name = key.startsWith(`${namespace}:`) ? key.slice(namespace.length + 1) : "";
    if (name === "" || known.includes(name) || others.includes(name)) continue;
    const meant = meantBy(name, known);
    if (meant === undefined) continue;
    const text = `${key} is not a setting of this package; did you mean ${namespace}:${meant}?`;
    if (isGuard(meant) && !name.startsWith("forbidden")) throw new pulumi.RunError(text);
    void pulumi.log.warn(text);
  }
}

const isGuard = (name: string) => name.startsWith("allowed");

/** The key that was meant. A guard of another provider or vendor counts as ours. */
function meantBy(name: string, known: readonly string[]): string | undefined {
  return nearest(name, known) ?? (/^(allowed|forbidden)/.test(name) ? known.find(isGuard) : undefined);
}

/**
 * Refuses a secret in clear text in the stack's config, because the engine would copy it into the state. Only the
 * program can check this: the provider gets each value in clear.
 */
function refusePlainSecrets(namespace: string): void {
  const config = new pulumi.Config(namespace);
  for (const name of secrets) {
    const key = `${namespace}:${name}`;
    if (config.get(name) === undefined || isSecret(key)) continue;
    throw new pulumi.RunError(
      `${key} is set in clear text. Set it as a secret: pulumi config set --secret ${key} VALUE (and replace the key, which may be in version control).`,
    );
  }
}

function isSecret(key: string): boolean {
  const runtime = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  if (runtime.isConfigSecret !== undefined) return runtime.isConfigSecret(key);
  const keys = JSON.parse(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as string[];
  return keys.includes(key);
}
