import assert from "node:assert/strict";
import { forgetAll } from "../../provider/lifecycle/run-memory.js";
import { Account } from "./account.js";
import { requireOurs } from "./errors.js";
import { type FaultRow, faultRows, type Vendor } from "./fault-rows.js";

// Every fault, in every step, of every resource: what comes of it in the update that it meets, and in the next.

/** Runs what is to meet the fault; where it fails, what the next update does, in a new process and without the fault. */
export type Meet = <T>(first: () => Promise<T>, next?: (error: unknown) => Promise<T>) => Promise<T>;

interface Scenario {
  /** The action that the fault happens to; any where absent. */
  readonly action?: string;
  /** Lives through it, and says how it ended: `done` where all is as it should be. */
  readonly live: (account: Account, meet: Meet) => Promise<string>;
}

/** One resource, by its steps. */
export interface Subject {
  readonly name: string;
  readonly vendor: Vendor;
  readonly steps: Readonly<Record<string, Scenario>>;
}

export const done = "✓";

interface Cell {
  readonly row: FaultRow;
  readonly scenario: Scenario;
  readonly vendor: Vendor;
  readonly isLasting: boolean;
}

/** What becomes of a resource of which this step meets this fault. */
async function outcomeOf({ row, scenario, vendor, isLasting }: Cell): Promise<{ text: string; injected: number }> {
  forgetAll();
  const account = await Account.open();
  const { faults } = account.emulator;
  // Long for an answer, and short for one that never comes; what is slow for another reason is read again.
  if (row.isSilent === true) account.http = { ...account.http, deadlineMs: 100 };
  const begin = () => {
    const fault = row.fault?.(vendor);
    const times = isLasting ? 100_000 : (row.burst ?? 1);
    const { action } = scenario;
    if (fault !== undefined) faults.plan({ ...fault, times, ...(action === undefined ? {} : { action }) });
    row.begin?.(account);
    // What happens once is over by the next attempt.
    if (!isLasting) account.clock.once(async () => row.end?.(account));
  };
  const end = async () => {
    faults.clear();
    await row.end?.(account);
  };
  let failure: unknown;
  const meet: Meet = async (first, next = first) => {
    begin();
    try {
      return await first();
    } catch (error) {
      failure = error;
      await end();
      forgetAll();
      return await next(error);
    } finally {
      await end();
    }
  };
  try {
    const text = await scenario.live(account, meet);
    if (failure !== undefined) requireReadable(failure);
    const started = account.submissions().length;
    assert(started <= 1, `${started} scans were started`);
    return {
      text: failure === undefined ? text : `error, then ${text}`,
      injected: faults.injected + (row.begin === undefined ? 0 : 1),
    };
  } finally {
    await end();
    await account.close();
  }
}

/** An error that a reader can act on: of a type of ours, with more than a code, and not of the language. */
function requireReadable(error: unknown): void {
  requireOurs(error);
  assert(error.message.length > 20, error.message);
}

/** Of one step: the outcome of a fault that happens once, and of one that lasts until the update ends. */
async function cellOf(
  { vendor, steps }: Subject,
  row: FaultRow,
  step: string,
): Promise<{ text: string; injected: number }> {
  const scenario = steps[step] as Scenario;
  const durations = row.steps?.includes(step) === false ? [] : row.lastingOnly === true ? [true] : [false, true];
  const texts = new Set<string>();
  let injected = 0;
  for (const isLasting of durations) {
    try {
      const outcome = await outcomeOf({ row, scenario, vendor, isLasting });
      texts.add(outcome.text);
      injected += outcome.injected;
    } catch (error) {
      const where = `${row.name}, ${step}, ${isLasting ? "lasting" : "once"}`;
      throw new Error(`${where}: ${String(error)}`, { cause: error });
    }
  }
  return { text: [...texts].join(" / ") || "–", injected };
}

/** The table of a subject, and how many faults were injected for it. */
export async function tableOf(subject: Subject): Promise<{ text: string; injected: number }> {
  const steps = Object.keys(subject.steps);
  const lines = [`| fault | ${steps.join(" | ")} |`, `| --- |${steps.map(() => " --- |").join("")}`];
  let injected = 0;
  for (const row of faultRows) {
    const cells: string[] = [];
    for (const step of steps) {
      const cell = await cellOf(subject, row, step);
      cells.push(cell.text);
      injected += cell.injected;
    }
    lines.push(`| ${row.name} | ${cells.join(" | ")} |`);
  }
  return { text: lines.join("\n"), injected };
}
