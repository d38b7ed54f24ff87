import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { admit } from "../lifecycle/gate-pass.js";
import { secondsOf } from "../model/gate-export.js";

export const gateUsage = `Usage: pulumi stack output scanGate --json | pulumi-image-scan gate --digest DIGEST --max-age AGE [--not-before TIME]

Ends with 0 where the gate on standard input lets pass, and with 1 and the reasons where it does not.

  --digest DIGEST    sha256:…, must be among what was scanned; may be given several times
  --max-age AGE      how long ago the scans may have ended: 24h, or with s, m or d
  --not-before TIME  the scans must not have ended before this moment (ISO 8601)
  --any-digest       whatever was scanned
  --any-age          however long ago`;

/** The gate for who has a shell, and no Pulumi program. */
export async function gateCommand(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      digest: { type: "string", multiple: true },
      "max-age": { type: "string" },
      "not-before": { type: "string" },
      "any-digest": { type: "boolean", default: false },
      "any-age": { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) return say(gateUsage, 0);
  const { digest, "max-age": age, "not-before": notBefore } = values;
  if ((digest === undefined) !== values["any-digest"]) throw new Error("give --digest, or --any-digest");
  if ((age === undefined) !== values["any-age"]) throw new Error("give --max-age, or --any-age");
  const maxAgeSeconds = age === undefined ? undefined : secondsOf(age);
  if (age !== undefined && maxAgeSeconds === undefined) throw new Error(`--max-age ${age}: not a time such as 24h`);
  const { verdict, reason } = admit(
    parsed(await text(process.stdin)),
    { digest, maxAgeSeconds, notBefore },
    Date.now(),
  );
  return verdict === "PASS" ? say("PASS", 0) : say(`refused: ${reason}`, 1);
}

/** What is no JSON is refused as what it is: not a gate. */
function parsed(given: string): unknown {
  if (given.trim() === "") return undefined;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

function say(line: string, code: number): number {
  (code === 0 ? process.stdout : process.stderr).write(`${line}\n`);
  return code;
}
