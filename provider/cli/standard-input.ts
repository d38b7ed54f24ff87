import { buffer } from "node:stream/consumers";
import { decodeJson } from "../transport/decode-json.js";
import { describeError } from "../transport/errors.js";

/** The JSON on standard input; undefined if it is empty. */
export async function readStandardInput(): Promise<unknown> {
  try {
    return decodeJson(await buffer(process.stdin));
  } catch (error) {
    throw new Error(`standard input ${describeError(error)}: pipe the output of pulumi stack output --json`);
  }
}
