import type { Source } from "../../credentials/source.js";
import { isLoopback } from "../../transport/nearby.js";
import type { TencentConnection } from "../api/client.js";

/** Where calls go. */
export interface Place {
  readonly endpoint: URL;
  readonly site: TencentConnection["site"];
  /** Where calls for keys go. */
  readonly sts: URL;
}

const stsHosts = { intl: "sts.intl.tencentcloudapi.com", cn: "sts.tencentcloudapi.com" } as const;

export function resolvePlace(source: Source, endpoint: URL, site: Place["site"]): Place {
  const text = source.get("stsEndpoint");
  const given = text === undefined ? undefined : source.parseUrl("stsEndpoint", text);
  // An emulator serves both, and its keys must not go to the real cloud.
  const sts = given ?? (isLoopback(endpoint) ? endpoint : new URL(`https://${stsHosts[site]}`));
  return { endpoint, site, sts };
}
