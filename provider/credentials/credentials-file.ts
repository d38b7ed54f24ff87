import { readFileSync, statSync } from "node:fs";
import { parse } from "ini";

/** A file of credentials, as the vendors' SDKs write it. */
export interface CredentialsFile {
  readonly get: (section: string, key: string) => string | undefined;
  /** Set if other users can read it. */
  readonly warning: string | undefined;
}

/** Undefined if there is no such file. Throws if it cannot be read. */
export function readCredentialsFile(path: string): CredentialsFile | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return undefined;
  const content = parse(readFileSync(path, "utf8").replace(/^\uFEFF/, "")) as Record<string, unknown>;
  return {
    get: (section, key) => {
      const value = readMember(readMember(content, section), key);
      return typeof value === "string" && value !== "" ? value : undefined;
    },
    warning: isReadableByOthers(mode)
      ? `${path} holds credentials, and other users can read it: chmod 600 ${path}`
      : undefined,
  };
}

function readMember(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, name)) return undefined;
  return (holder as Record<string, unknown>)[name];
}

/** Whether the group or everybody may read it. Windows has no such bits. */
function isReadableByOthers(mode: number): boolean {
  return process.platform !== "win32" && (mode & 0o044) !== 0;
}
