import { type CloudError, describeError, isCloudError } from "../../transport/errors.js";
import { type Checks, failed, groupBy, type Judged, notKnown, ok } from "./check.js";
import type { Rights } from "./rights.js";

/** By resource. */
type AllRights = Readonly<Record<string, Rights>>;

/** Tries read actions, each once, and remembers how each ended. */
export class Reads {
  readonly #outcomes = new Map<string, Judged>();

  /** The answer; undefined if the read failed. */
  async try<T>(action: string, read: () => Promise<{ readonly response: T }>): Promise<T | undefined> {
    try {
      const { response } = await read();
      this.#outcomes.set(action, ok("works"));
      return response;
    } catch (error) {
      this.#outcomes.set(action, explainFailure(error));
      return undefined;
    }
  }

  /** Notes that a read needs something that the account does not have. */
  skip(action: string, missing: string): void {
    this.#outcomes.set(action, notKnown(`not tried, ${missing}`));
  }

  /** Why something is not known that this read would tell. Its failure is counted with the rights. */
  explainUnread(action: string): Judged {
    return notKnown(`${action}: ${this.#outcomeOf(action).detail}`);
  }

  /** One line for the reads of each resource, one for its writes, which are not tried. */
  addRights(checks: Checks, cloud: string, { rights, own }: { rights: AllRights; own: readonly string[] }): void {
    checks.begin(`${cloud}: rights to read, tried one by one`);
    for (const [resource, { read }] of Object.entries(rights)) checks.add(resource, this.#judge(read));
    checks.add("this command", this.#judge(own));
    checks.begin(`${cloud}: rights to write, not tried: they start scans or change schedules`);
    for (const [resource, { write }] of Object.entries(rights)) checks.add(resource, notKnown(write.join(", ")));
  }

  #outcomeOf(action: string): Judged {
    return this.#outcomes.get(action) ?? notKnown("not tried");
  }

  #judge(actions: readonly string[]): Judged {
    const bad = actions
      .map((action) => ({ action, ...this.#outcomeOf(action) }))
      .filter(({ status }) => status !== "ok");
    const count = `reads that work: ${actions.length - bad.length} of ${actions.length}`;
    if (bad.length === 0) return ok(count);
    const byDetail = groupBy(bad, (one) => one.detail);
    const details = [...byDetail].map(([one, which]) => `${one}: ${which.map(({ action }) => action).join(", ")}`);
    const detail = [count, ...details].join("; ");
    const advice = bad.flatMap((one) => one.advice ?? []).join("; ");
    return bad.some(({ status }) => status === "failed")
      ? failed(detail, advice)
      : notKnown(detail, advice || undefined);
  }
}

/** Why there is nothing to try a read with. */
export function explainNone(list: object | undefined, what: string): string {
  return list === undefined ? `no ${what.replace(/ yet$/, "")} is known` : `there is no ${what}`;
}

/** What a failed call means for the user. */
export function explainFailure(error: unknown): Judged {
  if (!isCloudError(error)) throw error;
  const { kind, code } = error;
  const detail = `${kinds[kind] ?? "fails"}${code === undefined ? "" : ` (${code})`}`;
  const isPassing = kind === "throttled" || kind === "ambiguous" || kind === "busy";
  return isPassing ? notKnown(detail, describeError(error)) : failed(detail, describeError(error));
}

const kinds: Partial<Record<CloudError["kind"], string>> = {
  auth: "refused",
  unavailable: "not reached",
  ambiguous: "without a certain answer",
  throttled: "refused for too many calls",
  protocol: "answers in an undocumented form",
};
