import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ConfigReader } from "../../credentials/source.js";
import { type Checks, failed, ok } from "./check.js";
import { firstLine, runPulumi, type Surroundings } from "./machine.js";

/** The config of the current stack, without its secrets. */
export interface StackConfig {
  readonly read: ConfigReader;
  /** Keys whose values are secret. */
  readonly secrets: readonly string[];
}

const none: StackConfig = { read: () => undefined, secrets: [] };

type Listed = Readonly<Record<string, { readonly value?: string; readonly secret?: boolean }>>;

/** Reads the current stack's config where a Pulumi project is. Secrets are not decrypted. */
export async function readStackConfig(checks: Checks, surroundings: Surroundings): Promise<StackConfig> {
  if (!isInProject(surroundings.cwd)) {
    checks.add("Stack's config", ok("no Pulumi project in this folder: only environment and files are read"));
    return none;
  }
  try {
    const listed = JSON.parse(await runPulumi(["config", "--json"], surroundings)) as Listed;
    const keys = Object.keys(listed).filter((key) => /^(tencent|huawei)cloud(-[^:]+)?:/.test(key));
    const secrets = keys.filter((key) => listed[key]?.secret === true);
    checks.add("Stack's config", ok(`keys: ${keys.length}; secret, and so not read: ${secrets.length}`));
    return { read: (key) => listed[key]?.value, secrets };
  } catch (error) {
    const how = "select a stack (pulumi stack select), or run doctor outside of the project";
    checks.add("Stack's config", failed(`pulumi config fails: ${firstLine(error)}`, how));
    return none;
  }
}

function isInProject(folder: string): boolean {
  if (["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].some((name) => existsSync(join(folder, name)))) return true;
  const above = dirname(folder);
  return above !== folder && isInProject(above);
}
