import * as pulumi from "@pulumi/pulumi";

import { namespaceOf } from "../config/source.js";

const secrets = ["secretKey", "securityToken", "authToken", "userPassword"];

/**
 * Refuses a key that stands in the stack's config in clear text, since the engine would copy it into
 * the state as it is. Only the program can tell: the provider gets every value in clear.
 */
export function refusePlainSecrets(token: string, account: string | undefined): void {
  const namespace = namespaceOf(token.split(":")[0] as string, account);
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
