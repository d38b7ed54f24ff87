import { readFileSync, statSync } from "node:fs";
import { parse } from "ini";

/** One section of a file of credentials, as the vendors' SDKs write it. */
export interface CredentialsFile {
  readonly path: string;
  readonly get: (key: string) => string | undefined;
  /** That others than its owner can read it. */
  readonly warning: string | undefined;
}

/** The first of these files that exists, by the first of these sections that it has. Throws where it cannot be read. */
export function credentialsFile(paths: readonly string[], sections: readonly string[]): CredentialsFile | undefined {
  for (const path of paths) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined) continue;
    const content = parse(readFileSync(path, "utf8").replace(/^\uFEFF/, "")) as Record<string, unknown>;
    const name = sections.find((section) => Object.hasOwn(content, section));
    const section = (name === undefined ? {} : content[name]) as Record<string, unknown>;
    return {
      path,
      get: (key) => {
        const value = Object.hasOwn(section, key) ? section[key] : undefined;
        return typeof value === "string" && value !== "" ? value : undefined;
      },
      warning: isOpen(mode) ? `${path} holds credentials, and others can read it: chmod 600 ${path}` : undefined,
    };
  }
  return undefined;
}

/** Whether the group or everybody may read it. Windows has no such bits. */
function isOpen(mode: number): boolean {
  return process.platform !== "win32" && (mode & 0o044) !== 0;
}
