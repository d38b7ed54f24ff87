import type { TencentConnection } from "../tencent/client.js";
import { type ConfigReader, type Environment, Source } from "./source.js";

const hosts: Readonly<Record<string, string>> = {
  intl: "tcss.intl.tencentcloudapi.com",
  cn: "tcss.tencentcloudapi.com",
};
// The vendor's own tools disagree on the name of the session token.
const tokenNames = ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"];

/**
 * How to reach Tencent Cloud for one account: stack config first, then, for the default account,
 * the environment. Throws one `config` error that lists everything that is missing or wrong.
 */
export function tencentConnection(
  account: string | undefined,
  config: ConfigReader,
  env: Environment = process.env,
): TencentConnection {
  const source = new Source("tencent", account, config, env);
  // An id from one place with a key from another would be a pair that nobody issued.
  const configured = source.get("secretId") !== undefined || source.get("secretKey") !== undefined;
  const pick = (key: string, name: string) =>
    source.needed(key, configured ? source.get(key) : source.oneOf(name), name);
  const secretId = pick("secretId", "TENCENTCLOUD_SECRET_ID");
  const secretKey = pick("secretKey", "TENCENTCLOUD_SECRET_KEY");
  const token = source.get("securityToken") ?? (configured ? undefined : source.oneOf(...tokenNames));
  const region = source.get("region") ?? source.env("TENCENTCLOUD_REGION");
  const { endpoint, site } = siteOf(source);
  if (endpoint?.protocol === "http:" && (secretId === "" || secretKey === "")) {
    source.problems.push(`the emulator at ${endpoint.origin} prints the credentials that it accepts when it starts`);
  }
  if (source.problems.length > 0 || endpoint === undefined) return source.refuse("Tencent Cloud");
  return { endpoint, site, region, credentials: { secretId, secretKey, token } };
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
