import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

export const { version: ownVersion } = require("../../../package.json") as { version: string };

// A program may change its folder later.
const folder = process.cwd();
let isChecked = false;

/**
 * Refuses a program whose resources the provider's process could not serve. Pulumi starts that process in the program's
 * folder, and it loads the copy of this package that is installed there, which need not be the one that is running here.
 */
export function requireInstalledCopy(): void {
  // Only a program that the CLI runs has a root directory: not a test with mocks, nor an inline program of the
  // Automation API, whose provider starts in a folder that is not known here.
  if (isChecked || !isAbsolute(pulumi.getRootDirectory())) return;
  const found = installedVersion();
  if (found === undefined) {
    throw new pulumi.RunError(
      `pulumi-image-scan is not installed for the folder of the program, ${folder}, where Pulumi's provider process looks for it. ` +
        "A copy in a bundle or below another package is not enough. " +
        'Run "npm install pulumi-image-scan" in that folder (or "pnpm add", "yarn add"); build a bundle with it as external (esbuild --external:pulumi-image-scan).',
    );
  }
  if (found !== ownVersion) {
    throw new pulumi.RunError(
      `the program uses pulumi-image-scan ${ownVersion}, but the provider's process would use ${found}, which is installed for the folder of the program, ${folder}. ` +
        `Run "npm install pulumi-image-scan@${ownVersion}" in that folder (or "pnpm add", "yarn add"), or update the package that brings the other version.`,
    );
  }
  isChecked = true;
}

function installedVersion(): string | undefined {
  const load = createRequire(join(folder, "program.js"));
  try {
    load.resolve("pulumi-image-scan/run");
  } catch {
    return undefined;
  }
  return (load("pulumi-image-scan/package.json") as { version: string }).version;
}
