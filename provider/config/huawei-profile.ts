import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fields, listOf, readJson, text } from "../core/shape.js";
import type { Source } from "./source.js";

const profile = fields({
  name: text,
  mode: text,
  accessKeyId: text,
  secretAccessKey: text,
  securityToken: text,
  agencyName: text,
  agencyDomainName: text,
});
const file = fields({ current: text, profiles: listOf(profile) });

/** A profile of KooCLI (hcloud), the vendor's command line. */
export interface HuaweiProfile {
  readonly accessKey: string | undefined;
  readonly secretKey: string | undefined;
  readonly securityToken: string | undefined;
  readonly agencyName: string | undefined;
  readonly agencyDomainName: string | undefined;
}

/** A profile of `~/.hcloud/config.json`, which the vendor's tools read only where it is asked for. */
export function huaweiProfile(source: Source): HuaweiProfile | undefined {
  const shared = source.env("HW_SHARED_CONFIG_FILE");
  const asked = source.get("profile") ?? source.env("HW_PROFILE");
  const path = shared ?? source.below(join(".hcloud", "config.json"));
  if ((asked === undefined && shared === undefined) || path === undefined) return undefined;
  try {
    const { current, profiles = [] } = readJson(readFileSync(path, "utf8"), file);
    const name = asked ?? current;
    const found = profiles.find((one) => one.name === name);
    if (found === undefined) {
      source.problems.push(`${path} has no profile "${name}"`);
      return undefined;
    }
    const { accessKeyId: accessKey, secretAccessKey: secretKey, securityToken, agencyName, agencyDomainName } = found;
    return { accessKey, secretKey, securityToken, agencyName, agencyDomainName };
  } catch (error) {
    const hint = "an encrypted one can be written in clear by hcloud configure set --cli-auth-encrypt=false";
    source.problems.push(`${path} cannot be read: ${(error as Error).message}; ${hint}`);
    return undefined;
  }
}
