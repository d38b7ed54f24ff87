import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fields, number, readJson, type Shaped, text } from "../core/shape.js";
import type { Source } from "./source.js";

const written = fields({
  secretId: text,
  secretKey: text,
  token: text,
  type: text,
  "role-arn": text,
  "role-session-name": text,
  "cvm-role-name": text,
  expiresAt: number,
});

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

/** `~/.tccli/<profile>.credential`; nothing where there is none, or where it has ended, with the reason noted. */
export function tencentProfile(source: Source): TencentProfile | undefined {
  const asked = source.get("profile") ?? source.env("TCCLI_PROFILE", "TENCENTCLOUD_PROFILE");
  const folder = source.env("TENCENTCLOUD_SHARED_CREDENTIALS_DIR") ?? source.below(".tccli");
  if (folder === undefined || (!source.isDefault && asked === undefined)) return undefined;
  const path = join(folder, `${asked ?? "default"}.credential`);
  const read = readProfile(path, source, asked !== undefined);
  if (read === undefined) return undefined;
  const endsAt = (read.expiresAt ?? 0) * 1000;
  if (endsAt > 0 && endsAt < Date.now()) {
    source.passed.push(`${path} has ended; log in with tccli once more`);
    return undefined;
  }
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

function readProfile(path: string, source: Source, isAsked: boolean): Shaped<typeof written> | undefined {
  try {
    return readJson(readFileSync(path, "utf8"), written);
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    const why = isAbsent ? `${path} does not exist` : `${path} cannot be read: ${(error as Error).message}`;
    // Who asks for a profile by its name must not be served by something else.
    (isAsked ? source.problems : source.passed).push(why);
    return undefined;
  }
}
