import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Why YAML programs cannot run here. Undefined if they can. */
export const cannotRunYaml = (process.env["PATH"] ?? "")
  .split(delimiter)
  .some((folder) => existsSync(join(folder, "pulumi-language-yaml")))
  ? undefined
  : "there is no pulumi-language-yaml on PATH, and it could not be built";
