import { createAccountCheck } from "../../credentials/account-check.js";
import { type ConfigReader, Source, type Surroundings } from "../../credentials/source.js";
import { isLoopback } from "../../transport/nearby.js";
import type { HuaweiAuth } from "../api/auth.js";
import type { HuaweiConnection } from "../api/client.js";
import { fetchAccount } from "../api/iam.js";
import { resolveHuaweiAuth } from "./credentials.js";
import { checkRegion, resolveDomain } from "./region.js";

/**
 * How to reach Huawei Cloud for one account.
 * Throws one `config` error that lists everything that is missing or wrong.
 */
export function resolveHuaweiConnection(
  account: string | undefined,
  config: ConfigReader,
  surroundings: Surroundings = {},
): HuaweiConnection {
  const source = new Source("huawei", account, config, surroundings);
  const region = source.get("region") ?? source.env("HW_REGION_NAME");
  const endpoint = resolveEndpoint(source, region);
  const iamEndpoint = resolveIamEndpoint(source, region, endpoint);
  const projectId = source.get("projectId") ?? source.env("HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID");
  const projectName = source.env("HW_PROJECT_NAME") ?? region;
  const enterpriseProjectId = source.get("enterpriseProjectId") ?? source.env("HW_ENTERPRISE_PROJECT_ID");
  const base =
    account === undefined
      ? undefined
      : () => checkDefaultAccount(source, iamEndpoint, resolveHuaweiConnection(undefined, config, surroundings));
  const auth = resolveHuaweiAuth(source, { endpoint, iamEndpoint, base });
  const checkAccount =
    iamEndpoint === undefined
      ? undefined
      : createAccountCheck(source, "allowedDomainIds", (now) => fetchAccount({ auth, iam: iamEndpoint, now }));
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
  return { endpoint, iamEndpoint, region, projectId, projectName, enterpriseProjectId, auth, checkAccount };
}

/** The credentials of the default account. Notes a problem if the real cloud's credentials would go to an emulator. */
function checkDefaultAccount(
  source: Source,
  iam: URL | undefined,
  { auth, iamEndpoint }: HuaweiConnection,
): HuaweiAuth {
  if (iam !== undefined && isLoopback(iam) && !isLoopback(iamEndpoint)) {
    const at = `the request for the agency would go to ${iam.host}, on this machine`;
    source.problems.push(`${at}, by the default account, whose own IAM is ${iamEndpoint.host}`);
  }
  return auth;
}

function resolveEndpoint(source: Source, region: string | undefined): URL | undefined {
  const variable = `HUAWEICLOUD_SDK_REGION_HSS_${(region ?? "").toUpperCase().replaceAll("-", "_")}`;
  const text = source.get("endpoint") ?? source.env(variable)?.split(",")[0];
  if (text !== undefined) return source.parseUrl("endpoint", text);
  const known = source.require("region", region, "HW_REGION_NAME");
  if (known === "") return undefined;
  checkRegion(source, known);
  return source.parseUrl("region", `hss.${known}.${resolveDomain(source, known)}`);
}

function resolveIamEndpoint(source: Source, region: string | undefined, endpoint: URL | undefined): URL | undefined {
  const text = source.get("iamEndpoint");
  if (text !== undefined) return source.parseUrl("iamEndpoint", text);
  const variable = source.env("HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_AUTH_URL");
  const given = variable === undefined ? undefined : source.parseUrl("iamEndpoint", variable);
  // An emulator serves both, and its credentials must not go to the real cloud.
  const emulator = endpoint !== undefined && isLoopback(endpoint) ? endpoint : undefined;
  if (given !== undefined && (emulator === undefined || isLoopback(given))) return given;
  if (emulator !== undefined) return emulator;
  const host = region === undefined ? "iam.myhuaweicloud.com" : `iam.${region}.${resolveDomain(source, region)}`;
  return source.parseUrl("iamEndpoint", host);
}
