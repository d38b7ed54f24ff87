import type { TencentConnection } from "../tencent/client.js";
import type { TencentCredentials } from "../tencent/sign.js";
import { type ConfigReader, Source, type Surroundings } from "./source.js";

const hosts: Readonly<Record<string, string>> = {
  intl: "tcss.intl.tencentcloudapi.com",
  cn: "tcss.tencentcloudapi.com",
};
// The vendor's own tools disagree on the name of the session token.
const variables = {
  secretId: ["TENCENTCLOUD_SECRET_ID"],
  secretKey: ["TENCENTCLOUD_SECRET_KEY"],
  token: ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"],
} as const;
const fileKeys = { secretId: "secret_id", secretKey: "secret_key", token: "token" } as const;

/**
 * How to reach Tencent Cloud for one account: stack config first, then, for the default account,
 * the environment, then `~/.tencentcloud/credentials`. Throws one `config` error that lists everything that is missing or wrong.
 */
export function tencentConnection(
  account: string | undefined,
  config: ConfigReader,
  surroundings: Surroundings = {},
): TencentConnection {
  const source = new Source("tencent", account, config, surroundings);
  const { secretId, secretKey, token } = credentialsOf(source);
  const region = source.get("region") ?? source.env("TENCENTCLOUD_REGION");
  const { endpoint, site } = siteOf(source);
  if (endpoint?.protocol === "http:" && (secretId === "" || secretKey === "")) {
    source.problems.push(`the emulator at ${endpoint.origin} prints the credentials that it accepts when it starts`);
  }
  if (source.problems.length > 0 || endpoint === undefined) return source.refuse("Tencent Cloud");
  return { endpoint, site, region, credentials: { secretId, secretKey, token } };
}

type Lookup = (key: "secretId" | "secretKey" | "token") => string | undefined;

/** All of a set from one place: an id from one with a key from another would be a pair that nobody issued. */
function credentialsOf(source: Source): TencentCredentials {
  const config: Lookup = (key) => source.get(key === "token" ? "securityToken" : key);
  const environment: Lookup = (key) => source.oneOf(...variables[key]);
  const has = (get: Lookup) => (["secretId", "secretKey", "token"] as const).some((key) => get(key) !== undefined);
  const get = [config, environment].find(has) ?? filed(source);
  return {
    secretId: source.needed("secretId", get("secretId"), ...variables.secretId),
    secretKey: source.needed("secretKey", get("secretKey"), ...variables.secretKey),
    token: get("token"),
  };
}

function filed(source: Source): Lookup {
  const get = source.file("TENCENTCLOUD_CREDENTIALS_FILE", ".tencentcloud/credentials", "default");
  return (key) => get(fileKeys[key]);
}

/** The international site and the domestic one: two hosts, and two versions of the API. */
function siteOf(source: Source): { endpoint: URL | undefined; site: "intl" | "cn" } {
  const text = source.get("endpoint");
  const site = source.get("site") ?? (text?.includes(hosts["cn"] as string) ? "cn" : "intl");
  if (site !== "intl" && site !== "cn") {
    source.problems.push(`${source.namespace}:site is "${site}"; it is "intl" (international, the default) or "cn"`);
    return { endpoint: undefined, site: "intl" };
  }
  return { endpoint: source.url("endpoint", text ?? (hosts[site] as string)), site };
}
