import { createAccountCheck } from "../../credentials/account-check.js";
import { type ConfigReader, Source, type Surroundings } from "../../credentials/source.js";
import type { TencentConnection } from "../api/client.js";
import { type Credentials, fetchAccount, resolveTencentCredentials } from "./credentials.js";
import { resolvePlace } from "./place.js";
import { readRegion } from "./region.js";

const hosts: Readonly<Record<string, string>> = {
  intl: "tcss.intl.tencentcloudapi.com",
  cn: "tcss.tencentcloudapi.com",
};
/**
 * How to reach Tencent Cloud for one account. Throws one `config` error that lists everything that is missing or wrong.
 */
export function resolveTencentConnection(
  account: string | undefined,
  config: ConfigReader,
  surroundings: Surroundings = {},
): TencentConnection {
  const source = new Source("tencent", account, config, surroundings);
  const region = readRegion(source);
  const { endpoint, site } = resolveSite(source);
  const place = endpoint === undefined ? undefined : resolvePlace(source, endpoint, site);
  const credentials = resolveTencentCredentials(
    source,
    place,
    account === undefined ? undefined : () => resolveDefaultCredentials(config, surroundings),
  );
  const checkAccount =
    place === undefined
      ? undefined
      : createAccountCheck(source, "allowedAccountIds", () => fetchAccount(place, credentials));
  if (endpoint?.protocol === "http:" && source.problems.some((problem) => problem.includes("secret"))) {
    source.problems.push(`the emulator at ${endpoint.origin} prints the credentials that it accepts when it starts`);
  }
  if (source.problems.length > 0 || endpoint === undefined) return source.refuse("Tencent Cloud");
  return { endpoint, site, sts: place?.sts, region, credentials, checkAccount };
}

/** The credentials of the default account, which assume the role of a named account that has none of its own. */
function resolveDefaultCredentials(config: ConfigReader, surroundings: Surroundings): Credentials {
  return resolveTencentConnection(undefined, config, surroundings).credentials as Credentials;
}

/** The international site and the domestic one: two hosts, and two versions of the API. */
function resolveSite(source: Source): { endpoint: URL | undefined; site: "intl" | "cn" } {
  const text = source.get("endpoint");
  // All hosts of the international site have "intl" in their names.
  const isDomestic = /(^|\.)tencentcloudapi\.com/i.test(text ?? "") && !/\.intl\./i.test(text ?? "");
  const site = source.get("site") ?? (isDomestic ? "cn" : "intl");
  if (site !== "intl" && site !== "cn") {
    source.problems.push(`${source.namespace}:site is "${site}"; it is "intl" (international, the default) or "cn"`);
    return { endpoint: undefined, site: "intl" };
  }
  return { endpoint: source.parseUrl("endpoint", text ?? (hosts[site] as string)), site };
}
