import * as pulumi from "@pulumi/pulumi";

import { configKeys } from "../credentials/config-keys.js";
import { formatNamespace } from "../credentials/source.js";
import { nearest } from "../validation/nearest.js";

const secrets = ["secretKey", "securityToken", "authToken", "userPassword"];

/** Keys of the vendors' own providers that look like ours. */
const others = ["endpoints"];
/** Namespaces that were looked through. */
const seen = new Set<string>();

/** Refuses a secret in clear text, and tells of keys that nobody reads although they look like ours. */
export function refuseConfigMistakes(token: string, account: string | undefined): void {
  const vendor = token.split(":")[0] as string;
  refusePlainSecrets(formatNamespace(vendor, account));
  // The default account may be who assumes another's role.
  if (account !== undefined) refusePlainSecrets(formatNamespace(vendor, undefined));
  warnOfMisspelt(vendor, account);
}

/**
 * A setting that is not read is most dangerous where it was to prevent something. Other providers have namespaces of
 * the same name, so what is not near to one of ours is none of our business.
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
    const text = `${key} is read by nobody; did you mean ${namespace}:${meant}?`;
    // What was to keep the wrong account from being scanned must not be missed.
    if (isGuard(meant) && !name.startsWith("forbidden")) throw new pulumi.RunError(text);
    void pulumi.log.warn(text);
  }
}

const isGuard = (name: string) => name.startsWith("allowed");

/** The key that a misspelt one stands for, or a guard of another provider or vendor. */
function meantBy(name: string, known: readonly string[]): string | undefined {
  return nearest(name, known) ?? (/^(allowed|forbidden)/.test(name) ? known.find(isGuard) : undefined);
}

/**
 * Refuses a key that stands in the stack's config in clear text, since the engine would copy it into
 * the state as it is. Only the program can tell: the provider gets every value in clear.
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
