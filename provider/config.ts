import { CloudError } from "./core/errors.js";
import type { TencentConnection } from "./tencent/client.js";

/** Looks up one key of the stack's config, such as `tencentcloud:secretId`. */
export type ConfigReader = (key: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

const hosts: Readonly<Record<string, string>> = {
  intl: "tcss.intl.tencentcloudapi.com",
  cn: "tcss.tencentcloudapi.com",
};
// The vendor's own tools disagree on the name of the session token.
const tokenNames = ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"];

/** The config namespace of an account: `tencentcloud`, or `tencentcloud-prod` for the account "prod". */
export function namespaceOf(vendor: string, account: string | undefined): string {
  return account === undefined ? vendor : `${vendor}-${account}`;
}

/**
 * How to reach Tencent Cloud for one account: stack config first, then, for the default account,
 * the environment. Throws one `config` error that lists everything that is missing or wrong.
 */
export function tencentConnection(
  account: string | undefined,
  config: ConfigReader,
  env: Environment = process.env,
): TencentConnection {
  const namespace = namespaceOf("tencentcloud", account);
  const problems: string[] = [];
  const get = (key: string) => given(config(`${namespace}:${key}`));
  const fromEnv = (...names: string[]) => (account === undefined ? oneValue(names, env, problems) : undefined);
  const needed = (key: string, value: string | undefined, ...names: string[]): string => {
    if (value !== undefined && value !== value.trim()) problems.push(`${namespace}:${key} begins or ends with a blank`);
    if (value !== undefined) return value;
    const or = account === undefined ? ` or the environment variable ${names.join(" or ")}` : "";
    problems.push(`${namespace}:${key} is not set: pulumi config set --secret ${namespace}:${key} VALUE${or}`);
    return "";
  };

  // An id from one place with a key from another would be a pair that nobody issued.
  const configured = get("secretId") !== undefined || get("secretKey") !== undefined;
  const idName = "TENCENTCLOUD_SECRET_ID";
  const keyName = "TENCENTCLOUD_SECRET_KEY";
  const secretId = needed("secretId", configured ? get("secretId") : fromEnv(idName), idName);
  const secretKey = needed("secretKey", configured ? get("secretKey") : fromEnv(keyName), keyName);
  const token = configured ? get("securityToken") : (get("securityToken") ?? fromEnv(...tokenNames));
  const region = get("region") ?? fromEnv("TENCENTCLOUD_REGION");
  const endpoint = endpointOf(namespace, get("endpoint"), get("site") ?? "intl", problems);
  if (endpoint?.protocol === "http:" && (secretId === "" || secretKey === "")) {
    problems.push(`the emulator at ${endpoint.origin} prints the credentials that it accepts when it starts`);
  }
  if (problems.length > 0 || endpoint === undefined) {
    throw new CloudError({
      kind: "config",
      message: `Tencent Cloud cannot be used: ${problems.join("; ")}`,
    });
  }
  return { endpoint, region, credentials: { secretId, secretKey, token } };
}

function endpointOf(
  namespace: string,
  endpoint: string | undefined,
  site: string,
  problems: string[],
): URL | undefined {
  const host = hosts[site];
  if (host === undefined) {
    problems.push(`${namespace}:site is "${site}"; it is "intl" (international, the default) or "cn"`);
    return undefined;
  }
  const text = endpoint ?? host;
  const url = URL.parse(text.includes("://") ? text : `https://${text}`);
  if (url === null || url.username !== "" || url.password !== "") {
    problems.push(`${namespace}:endpoint is not a host name or URL`);
    return undefined;
  }
  return new URL("/", url);
}

function oneValue(names: readonly string[], env: Environment, problems: string[]): string | undefined {
  const set = names.filter((name) => given(env[name]) !== undefined);
  if (new Set(set.map((name) => env[name])).size > 1) {
    problems.push(`the environment variables ${set.join(" and ")} hold different values; unset all but one`);
  }
  return given(env[set[0] ?? ""]);
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
