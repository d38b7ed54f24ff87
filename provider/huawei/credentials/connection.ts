import { accountGuard } from "../../credentials/account-guard.js";
import { type ConfigReader, Source, type Surroundings } from "../../credentials/source.js";
import { isLoopback } from "../../transport/http.js";
import type { HuaweiAuth } from "../api/auth.js";
import type { HuaweiConnection } from "../api/client.js";
import { accountOf } from "../api/iam.js";
import { huaweiAuth } from "./credentials.js";

/**
 * How to reach Huawei Cloud for one account.
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
  const base =
    account === undefined
      ? undefined
      : () => assuming(source, iamEndpoint, huaweiConnection(undefined, config, surroundings));
  const auth = huaweiAuth(source, { endpoint, iamEndpoint, base });
  const guard =
    iamEndpoint === undefined
      ? undefined
      : accountGuard(source, "allowedDomainIds", (now) => accountOf({ auth, iam: iamEndpoint, now }));
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
  return { endpoint, iamEndpoint, region, projectId, projectName, enterpriseProjectId, auth, guard };
}

/** Who the default account is, unless its credentials would go from the real cloud to an emulator. */
function assuming(source: Source, iam: URL | undefined, { auth, iamEndpoint }: HuaweiConnection): HuaweiAuth {
  if (iam !== undefined && isLoopback(iam) && !isLoopback(iamEndpoint)) {
    const at = `the agency would be asked for at ${iam.host}, on this machine`;
    source.problems.push(`${at}, by the default account, whose own IAM is ${iamEndpoint.host}`);
  }
  return auth;
}

function endpointOf(source: Source, region: string | undefined): URL | undefined {
  const variable = `HUAWEICLOUD_SDK_REGION_HSS_${(region ?? "").toUpperCase().replaceAll("-", "_")}`;
  const text = source.get("endpoint") ?? source.env(variable)?.split(",")[0];
  if (text !== undefined) return source.url("endpoint", text);
  const known = source.needed("region", region, "HW_REGION_NAME");
  return known === "" ? undefined : source.url("region", `hss.${known}.${domainOf(source, known)}`);
}

function iamEndpointOf(source: Source, region: string | undefined, endpoint: URL | undefined): URL | undefined {
  const text = source.get("iamEndpoint");
  if (text !== undefined) return source.url("iamEndpoint", text);
  const variable = source.env("HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_AUTH_URL");
  const given = variable === undefined ? undefined : source.url("iamEndpoint", variable);
  // An emulator serves both; its credentials have no business at the real cloud.
  const emulator = endpoint !== undefined && isLoopback(endpoint) ? endpoint : undefined;
  if (given !== undefined && (emulator === undefined || isLoopback(given))) return given;
  if (emulator !== undefined) return emulator;
  const host = region === undefined ? "iam.myhuaweicloud.com" : `iam.${region}.${domainOf(source, region)}`;
  return source.url("iamEndpoint", host);
}

/** The European site has a domain of its own. */
function domainOf(source: Source, region: string): string {
  return source.env("HW_CLOUD") ?? (region.startsWith("eu-west-1") ? "myhuaweicloud.eu" : "myhuaweicloud.com");
}
