import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Source } from "../../credentials/source.js";
import { fields, number, readJson, type Shaped, secret, text } from "../../transport/shape.js";

const written = fields({
  secretId: text,
  secretKey: secret,
  token: secret,
  type: text,
  "role-arn": text,
  "role-session-name": text,
  "cvm-role-name": text,
  expiresAt: number,
});

/** Each names a profile of tccli. */
export const profileVariables = ["TCCLI_PROFILE", "TENCENTCLOUD_PROFILE"] as const;

/** A profile of tccli, the vendor's command line. */
export interface TencentProfile {
  readonly secretId: string | undefined;
  readonly secretKey: string | undefined;
  readonly token: string | undefined;
  readonly type: string | undefined;
  readonly roleArn: string | undefined;
  readonly roleSessionName: string | undefined;
  readonly camRole: string | undefined;
}

/** `~/.tccli/<profile>.credential`. Undefined if there is none, or if it has expired; the reason is noted. */
export function readTencentProfile(source: Source): TencentProfile | undefined {
  const asked = source.get("profile") ?? source.env(...profileVariables);
  const folder = source.env("TENCENTCLOUD_SHARED_CREDENTIALS_DIR") ?? source.resolveInHome(".tccli");
  if (folder === undefined || (!source.isDefault && asked === undefined)) return undefined;
  const path = join(folder, `${asked ?? "default"}.credential`);
  // A profile that the settings name must not be replaced by another source.
  const note = (why: string) => void (asked === undefined ? source.absences : source.problems).push(why);
  const read = readProfile(path, source, note);
  if (read === undefined) return undefined;
  const endsAt = (read.expiresAt ?? 0) * 1000;
  if (endsAt > 0 && endsAt < Date.now()) {
    note(`${path} has expired; log in with tccli again`);
    source.warn(`${path} has expired, and is not used; log in with tccli again`);
    return undefined;
  }
  if (read.type !== "cvm-role" && read.secretId === undefined) note(`${path} has no secretId`);
  else source.noteFound(`the tccli profile ${path}`);
  return {
    secretId: read.secretId,
    secretKey: read.secretKey,
    token: read.token,
    type: read.type,
    roleArn: read["role-arn"],
    roleSessionName: read["role-session-name"],
    camRole: read["cvm-role-name"],
  };
}

function readProfile(
  path: string,
  source: Source,
  noteAbsent: (why: string) => void,
): Shaped<typeof written> | undefined {
  try {
    return readJson(readFileSync(path, "utf8").replace(/^\uFEFF/, ""), written);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") noteAbsent(`${path} does not exist`);
    // If a file exists, the user wants it to be used.
    else source.problems.push(`${path} cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}
