import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(__dirname, "../../..");

export const { version } = require(resolve(root, "package.json")) as { readonly version: string };

/** The schema of all resources, lookups and settings, from which the CLI makes SDKs. */
export function readSchema(): string {
  const schema = JSON.parse(readFileSync(resolve(root, "schemas/pulumi.schema.json"), "utf8")) as object;
  return JSON.stringify({ ...schema, version });
}
