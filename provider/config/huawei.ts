import { isLoopback } from "../core/http.js";
import type { HuaweiAuth } from "../huawei/auth.js";
import type { HuaweiConnection } from "../huawei/client.js";
import { type ConfigReader, Source, type Surroundings } from "./source.js";

/**
 * How to reach Huawei Cloud for one account: stack config first, then, for the default account, the
 * variables of the vendor's SDKs (`HUAWEICLOUD_SDK_…`), then those of its Terraform provider (`HW_…`), then
 * `~/.huaweicloud/credentials`.
 * Throws one `config` error that lists everything that is missing or wrong.
 */
export function huaweiConnection(
  account: string | undefined,
  config: ConfigReader,
  surroundings: Surroundings = {},
): HuaweiConnection {
  const source = new Source("huawei", account, config, surroundings);
  const region = source.get("region") ?? source.env("HW_REGION_NAME");
  const endpoint = endpointOf(source, region);
  const iamEndpoint = iamEndpointOf(source, region, endpoint);
  const projectId = source.get("projectId") ?? source.env("HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID");
  const projectName = source.env("HW_PROJECT_NAME") ?? region;
  const enterpriseProjectId = source.get("enterpriseProjectId") ?? source.env("HW_ENTERPRISE_PROJECT_ID");
  const auth = authOf(source);
  if (projectId === undefined && projectName === undefined) {
    source.problems.push(
      `${source.namespace}:projectId is not set, and cannot be looked up without huaweicloud:region; set one of the two`,
    );
  }
  if (endpoint?.protocol === "http:" && source.problems.length > 0) {
    source.problems.push(`the emulator at ${endpoint.origin} prints the settings that it accepts when it starts`);
  }
  if (source.problems.length > 0 || endpoint === undefined || iamEndpoint === undefined)
    return source.refuse("Huawei Cloud");
  return { endpoint, iamEndpoint, region, projectId, projectName, enterpriseProjectId, auth };
}

function endpointOf(source: Source, region: string | undefined): URL | undefined {
  const variable = `HUAWEICLOUD_SDK_REGION_HSS_${(region ?? "").toUpperCase().replaceAll("-", "_")}`;
  const text = source.get("endpoint") ?? source.env(variable)?.split(",")[0];
  if (text !== undefined) return source.url("endpoint", text);
  const known = source.needed("region", region, "HW_REGION_NAME");
  return known === "" ? undefined : source.url("region", `hss.${known}.${domainOf(source, known)}`);
}

function iamEndpointOf(source: Source, region: string | undefined, endpoint: URL | undefined): URL | undefined {
  const text = source.get("iamEndpoint") ?? source.env("HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_AUTH_URL");
  if (text !== undefined) return source.url("iamEndpoint", text);
  // An emulator serves both; its credentials have no business at the real cloud.
  if (endpoint !== undefined && isLoopback(endpoint)) return endpoint;
  const host = region === undefined ? "iam.myhuaweicloud.com" : `iam.${region}.${domainOf(source, region)}`;
  return source.url("iamEndpoint", host);
}

/** The European site has a domain of its own. */
function domainOf(source: Source, region: string): string {
  return source.env("HW_CLOUD") ?? (region.startsWith("eu-west-1") ? "myhuaweicloud.eu" : "myhuaweicloud.com");
}

type Lookup = (key: keyof typeof variables) => string | undefined;

/** Names of the credentials in the environment: first those of the SDKs, then those of Terraform. */
const variables = {
  authToken: [undefined, "HW_AUTH_TOKEN"],
  accessKey: ["HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"],
  secretKey: ["HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"],
  securityToken: ["HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"],
  userName: [undefined, "HW_USER_NAME"],
  userPassword: [undefined, "HW_USER_PASSWORD"],
  domainName: [undefined, "HW_DOMAIN_NAME"],
} as const;

/** Names of the credentials in the file of the SDKs. */
const fileKeys: Partial<Record<keyof typeof variables, string>> = {
  accessKey: "ak",
  secretKey: "sk",
  securityToken: "security_token",
};

/** All of a set of credentials comes from one place: parts of two places would be a set that nobody issued. */
function authOf(source: Source): HuaweiAuth {
  const places: readonly Lookup[] = [
    (key) => source.get(key),
    (key) => source.env(variables[key][0] ?? ""),
    (key) => source.env(variables[key][1]),
  ];
  const begun = (get: Lookup) =>
    (["authToken", "accessKey", "secretKey", "securityToken", "userName", "userPassword"] as const).some((key) =>
      get(key),
    );
  return credentialsFrom(source, places.find(begun) ?? filed(source));
}

function filed(source: Source): Lookup {
  const get = source.file("HUAWEICLOUD_SDK_CREDENTIALS_FILE", ".huaweicloud/credentials", "basic");
  return (key) => get(fileKeys[key] ?? "");
}

function credentialsFrom(source: Source, get: Lookup): HuaweiAuth {
  const needed = (key: keyof typeof variables) =>
    source.needed(key, get(key), ...variables[key].filter((name) => name !== undefined));
  const token = get("authToken");
  if (token !== undefined) return { by: "token", token: needed("authToken") };
  const isPassword = get("accessKey") === undefined && get("secretKey") === undefined;
  if (isPassword && (get("userName") ?? get("userPassword")) !== undefined) {
    return {
      by: "password",
      userName: needed("userName"),
      password: needed("userPassword"),
      domainName: needed("domainName"),
    };
  }
  return {
    by: "keys",
    accessKey: needed("accessKey"),
    secretKey: needed("secretKey"),
    securityToken: get("securityToken"),
  };
}
