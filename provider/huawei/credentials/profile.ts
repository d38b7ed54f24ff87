import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Source } from "../../credentials/source.js";
import { fields, listOf, raw, readJson, secret, text } from "../../transport/shape.js";

const profile = fields({
  name: text,
  mode: text,
  accessKeyId: text,
  secretAccessKey: secret,
  securityToken: secret,
  agencyName: text,
  agencyDomainName: text,
});
// Only the names of the other profiles are read.
const file = fields({ current: text, profiles: listOf(raw) });
const named = fields({ name: raw });

/** A profile of KooCLI (hcloud), the vendor's command line. */
export interface HuaweiProfile {
  readonly accessKey: string | undefined;
  readonly secretKey: string | undefined;
  readonly securityToken: string | undefined;
  readonly agencyName: string | undefined;
  readonly agencyDomainName: string | undefined;
}

/** A profile of `~/.hcloud/config.json`. The vendor's tools read it only if a profile or the file is named. */
export function readHuaweiProfile(source: Source): HuaweiProfile | undefined {
  const shared = source.env("HW_SHARED_CONFIG_FILE");
  const asked = source.get("profile") ?? source.env("HW_PROFILE");
  const path = shared ?? source.resolveInHome(join(".hcloud", "config.json"));
  if ((asked === undefined && shared === undefined) || path === undefined) return undefined;
  try {
    const { current, profiles = [] } = readJson(readFileSync(path, "utf8"), file);
    const name = asked ?? current;
    const found = profile(
      profiles.find((one) => named(one, "")?.name === name),
      `profile "${name}"`,
    );
    if (found === undefined) {
      source.problems.push(`${path} has no profile "${name}"`);
      return undefined;
    }
    if (found.accessKeyId === undefined) {
      const mode = found.mode === undefined ? "" : `, of mode ${found.mode},`;
      source.problems.push(`${path}: profile "${name}"${mode} has no accessKeyId`);
    }
    source.noteFound(`the hcloud profile "${name}" in ${path}`);
    const { accessKeyId: accessKey, secretAccessKey: secretKey, securityToken, agencyName, agencyDomainName } = found;
    return { accessKey, secretKey, securityToken, agencyName, agencyDomainName };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      source.problems.push(`${path} does not exist`);
      return undefined;
    }
    const hint = "if it is encrypted, hcloud configure set --cli-auth-encrypt=false writes it in clear text";
    source.problems.push(`${path} cannot be read: ${(error as Error).message}; ${hint}`);
    return undefined;
  }
}
