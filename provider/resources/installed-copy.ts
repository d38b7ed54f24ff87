import { createRequire } from "node:module";
import { delimiter, join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";

export const { version: ownVersion } = require("../../../package.json") as { version: string };

// A program may change its folder later.
const folder = process.cwd();
/** Null where nothing is wrong, undefined where nobody has looked yet. */
let refusal: pulumi.RunError | null | undefined;

/**
 * Refuses a program whose resources the provider's process could not serve. Pulumi starts that process in the program's
 * folder, and it loads the copy of this package that is installed there, which need not be the one that is running here.
 */
export function requireInstalledCopy(): void {
  if (refusal === undefined && isRunByCli()) refusal = findRefusal();
  // The same error each time: Pulumi shows it once.
  if (refusal) throw refusal;
}

const { PULUMI_NODEJS_MONITOR: monitor, PULUMI_NODEJS_PROJECT: project, PULUMI_NODEJS_STACK: stack } = process.env;

// An inline program of the Automation API starts the CLI itself. The folder of the provider's process then depends on the
// settings of the workspace, and may have no packages. There, Node finds this package and the SDK by this variable.
if (monitor === undefined)
  process.env["NODE_PATH"] = [process.env["NODE_PATH"], resolve(__dirname, "../../../..")].join(delimiter);

/** Whether the CLI has started this process for the present run. Not so are tests with mocks, and inline programs. */
export function isRunByCli(): boolean {
  return monitor !== undefined && project === pulumi.getProject() && stack === pulumi.getStack();
}

function findRefusal(): pulumi.RunError | null {
  const version = installedVersion();
  if (version === ownVersion) return null;
  const where = `in ${folder} (or "pnpm add", "yarn add")`;
  if (version === undefined) {
    return new pulumi.RunError(
      `pulumi-image-scan is not installed for the program's folder, where Pulumi's provider process looks for it. Run "npm install pulumi-image-scan" ${where}. ` +
        "A copy below another package or in a bundle is not enough; a bundler must leave the package out (esbuild --external:pulumi-image-scan).",
    );
  }
  return new pulumi.RunError(
    `the program uses pulumi-image-scan ${ownVersion}, but Pulumi's provider process would use ${version}, which is installed for the program's folder. ` +
      `Run "npm install pulumi-image-scan@${ownVersion}" ${where}, or use ${version} everywhere.`,
  );
}

/** The version that the provider's process would load. */
function installedVersion(): string | undefined {
  const load = createRequire(join(folder, "program.js"));
  try {
    load.resolve("pulumi-image-scan/run");
  } catch {
    return undefined;
  }
  return (load("pulumi-image-scan/package.json") as { version: string }).version;
}
