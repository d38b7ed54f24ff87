import type { Surroundings } from "../../credentials/source.js";
import { describeError } from "../../transport/errors.js";
import type { AnswerShapes } from "./answer-shape.js";
import { type Checks, failed, type Judged, notKnown, ok, warning } from "./check.js";
import { explainFailure } from "./reads.js";

/** Notes where credentials were found, and warnings about them. */
export interface Noted extends Surroundings {
  readonly found: string[];
}

/** What an examination of an account notes, in addition to its checks. */
export interface Notes {
  readonly shapes: AnswerShapes;
  readonly noted: Noted;
}

export function noteCredentials(checks: Checks, env: Surroundings["env"]): Noted {
  const found: string[] = [];
  const warn = (text: string) => checks.add("Credentials file", warning("see below", text));
  return { env: env ?? {}, warn, found, noteFound: (place) => found.push(place) };
}

/** The connection; undefined, with a failed check, where settings are missing or wrong. */
export function resolveConnection<T>(checks: Checks, { found }: Noted, resolve: () => T): T | undefined {
  try {
    return resolve();
  } catch (error) {
    const from = found.length === 0 ? noCredentials : `found in ${found.join("; ")}, and not complete`;
    checks.add("Credentials", failed(from, describeError(error)));
    return undefined;
  }
}

/** What is said where no place has credentials. */
export const noCredentials = "none found";

interface Caller {
  readonly noted: Noted;
  /** Asks the cloud whose keys they are. */
  readonly identify: () => Promise<string>;
  readonly guard: Guard;
}

interface Guard {
  /** Name of the setting that names the accounts that are accepted. */
  readonly name: string;
  readonly check: (() => Promise<void>) | undefined;
  /** Whether the stack hides the setting. */
  readonly isSecret: boolean;
}

/** Whose keys they are, and whether the guard accepts that. */
export async function checkCaller(checks: Checks, { noted, identify, guard }: Caller): Promise<boolean> {
  const from = () => noted.found.join("; ");
  try {
    const account = await identify();
    checks.add("Credentials", ok(`found in ${from()}`));
    checks.add("Account", ok(account));
  } catch (error) {
    const { status, detail, advice } = explainFailure(error);
    const where = noted.found.length === 0 ? noCredentials : `found in ${from()}: ${detail}`;
    checks.add("Credentials", { status, detail: where, advice });
    return false;
  }
  const judged = await judgeGuard(guard);
  checks.add("Guard", judged);
  return judged.status !== "failed";
}

async function judgeGuard({ name, check, isSecret }: Guard): Promise<Judged> {
  if (isSecret) return notKnown(`${name} is secret in the stack, and so not read`);
  if (check === undefined) return ok(`${name} is not set: every account is accepted`);
  try {
    await check();
    return ok(`${name} names this account`);
  } catch (error) {
    return failed(`${name} does not name this account`, describeError(error));
  }
}

const freshMs = 7 * 86_400_000;

/** Whether what the cloud knows of a registry is recent. `slackMs` is what is not known of the time, such as its zone. */
export function judgeSync(
  at: number | undefined,
  shown: string,
  { slackMs, advice }: { slackMs: number; advice: string },
) {
  if (at === undefined || Number.isNaN(at)) return notKnown("no time of the last synchronization");
  const detail = `synchronized at ${shown}`;
  return Date.now() - at > freshMs + slackMs ? warning(detail, advice) : ok(detail);
}
