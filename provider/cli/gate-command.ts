import { parseArgs } from "node:util";
import { admit } from "../lifecycle/gate-pass.js";
import { parseDuration } from "../model/gate-export.js";
import type { Command } from "./command.js";
import { readStandardInput } from "./standard-input.js";

const usage = `Usage: pulumi stack output scanGate --json | pulumi-image-scan gate --digest DIGEST --max-age AGE [--not-before TIME]

Exits with 0 if the gate on standard input passes. Otherwise prints the reasons and exits with 1.
For a secret output, add --show-secrets to pulumi stack output.

  --digest DIGEST    sha256:…, must be among the scanned images; can be repeated
  --max-age AGE      the oldest accepted scan: 24h, for example (units: s, m, h, d)
  --not-before TIME  the scans must not have ended before this time (ISO 8601)
  --any-digest       do not check digests
  --any-age          do not check the age`;

/** Checks a gate in a shell, without a Pulumi program. */
async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      digest: { type: "string", multiple: true },
      "max-age": { type: "string" },
      "not-before": { type: "string" },
      "any-digest": { type: "boolean", default: false },
      "any-age": { type: "boolean", default: false },
    },
  });
  const { digest, "max-age": age, "not-before": notBefore } = values;
  if ((digest === undefined) !== values["any-digest"]) throw new Error("give --digest, or --any-digest");
  if ((age === undefined) !== values["any-age"]) throw new Error("give --max-age, or --any-age");
  const maxAgeSeconds = age === undefined ? undefined : parseDuration(age);
  if (age !== undefined && maxAgeSeconds === undefined) throw new Error(`--max-age ${age}: not a time such as 24h`);
  const { verdict, reason } = admit(await readStandardInput(), { digest, maxAgeSeconds, notBefore }, Date.now());
  return verdict === "PASS" ? say("PASS", 0) : say(`refused: ${reason}`, 1);
}

function say(line: string, code: number): number {
  (code === 0 ? process.stdout : process.stderr).write(`${line}\n`);
  return code;
}

export const command: Command = { usage, run };
