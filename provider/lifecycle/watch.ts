import { type Findings, findingNames } from "../model/findings.js";
import type { Outcome } from "../model/status.js";
import type { Clock } from "../transport/clock.js";
import { describeError, isCloudError } from "../transport/errors.js";
import { choosePause, Forecast } from "../transport/poll.js";
import { sameValue } from "../validation/canonical.js";
import { progressText } from "./progress.js";
import { describeTask } from "./task-inputs.js";
import type { Observation, Task, TaskDriver, TaskKind } from "./task-kind.js";

/** The end of a task, with its findings if they are known. */
export interface End extends Outcome {
  readonly findings?: Findings;
}

/** How long the cloud may not show a task before its status is UNKNOWN. */
const graceSeconds = 60;
/** Milliseconds between two looks that must agree on the end. */
const settlingMs = 3_000;
/** The same with thresholds, because the numbers can come later than the end. */
const judgedSettlingMs = 5_000;
/** Number of looks that must agree if the cloud calls more images risky than show a finding. */
const understatedLooks = 5;
/** How long to wait for numbers that are missing or contradict each other. */
const settlingPatienceMs = 300_000;
/** After this time, numbers that still change are not published. */
const mostMs = 360_000;

export interface WatchOptions {
  /** Whether there are thresholds. Then a second look must confirm the findings. */
  readonly judged: boolean;
  readonly clock: Clock;
}

/** Looks at one task until its end. The caller decides when to look. */
export class Watch {
  readonly driver: TaskDriver;
  readonly task: Task;
  /** The end, once it has been seen. */
  end: End | undefined;
  /**
   * When the end was first seen, in milliseconds since 1970. Only for a task that was seen to run. A task that had ended
   * before the first look can have ended long ago.
   */
  endedAt: number | undefined;
  /** Whether the task ran at the last look. */
  isRunning = false;
  /** The progress text of the last look, and the part of it that changes only if the scan has moved. */
  seen = { text: "its state could not be read yet", move: "" };
  readonly #options: WatchOptions;
  readonly #begun: number;
  readonly #forecast = new Forecast();
  #lastEnd: End | undefined;
  /** How many of the last looks agree on the end, and when it was first seen. */
  #agreeing = 0;
  #endSince: number | undefined;
  #hasRun = false;
  #missingSince: number | undefined;

  constructor(kind: TaskKind, client: unknown, task: Task, options: WatchOptions) {
    this.driver = kind.driver(client as never);
    this.task = task;
    this.#options = options;
    this.#begun = options.clock.now();
  }

  /** Whether an end was seen but is not confirmed yet. */
  get isEnding(): boolean {
    return this.end === undefined && this.#lastEnd !== undefined;
  }

  /** Looks once. Returns the milliseconds until the next look. */
  async look(): Promise<number> {
    const { clock } = this.#options;
    const sighting = await this.#sighting();
    const now = clock.now();
    this.end = this.#believed(sighting, now);
    if (this.end !== undefined && this.#hasRun) this.endedAt = this.#endSince ?? now;
    if (sighting?.state === "ended") return this.#options.judged ? judgedSettlingMs : settlingMs;
    if (sighting?.state === "missing") return 5_000;
    if (sighting !== undefined) this.#forecast.note(sighting, now);
    return choosePause({ elapsedMs: now - this.#begun, leftMs: this.#forecast.leftMs(now) });
  }

  /** Undefined if the cloud cannot be asked now. The wait continues through an outage. */
  async #sighting(): Promise<Observation | undefined> {
    try {
      const sighting = await this.driver.observe(this.task);
      this.isRunning = sighting.state === "running";
      this.#hasRun ||= this.isRunning;
      if (sighting.state !== "ended") {
        this.#lastEnd = undefined;
        this.#endSince = undefined;
      }
      if (sighting.state === "running") {
        this.seen = { text: progressText(sighting), move: progressText({ ...sighting, secondsLeft: 0 }) };
      }
      if (sighting.state === "missing") this.#tell(sighting.outcome?.reason ?? "the cloud does not show the task");
      return sighting;
    } catch (error) {
      if (!isCloudError(error)) throw error;
      if (!isCloudError(error, "throttled", "unavailable", "ambiguous", "protocol")) throw this.#blocked(error);
      this.isRunning = false;
      this.#tell(`the state of the scan cannot be read now, trying again: ${describeError(error)}`);
      return undefined;
    }
  }

  #blocked(error: Error): Error {
    const goesOn = 'The scan continues: correct this, and run "pulumi up" again to wait for the same task';
    return new Error(`the state of ${describeTask(this.task.ids)} cannot be read: ${error.message}. ${goesOn}.`, {
      cause: error,
    });
  }

  #tell(text: string): void {
    this.seen = { text, move: text };
  }

  /** The end, if it can be trusted. A task that is not shown for some time is UNKNOWN. */
  #believed(sighting: Observation | undefined, now: number): End | undefined {
    this.#missingSince = sighting?.state === "missing" ? (this.#missingSince ?? now) : undefined;
    if (sighting?.state === "ended") return this.#settled(sighting, now);
    if (sighting?.state !== "missing") return undefined;
    const patienceMs = (sighting.patienceSeconds ?? graceSeconds) * 1000;
    const isOver = now - (this.#missingSince ?? now) >= patienceMs;
    return isOver ? (sighting.outcome ?? lost(this.task.ids)) : undefined;
  }

  /**
   * The cloud writes the parts of a result one after the other. So an end counts when two looks agree. A success without
   * thresholds counts at once, and its numbers are marked as unconfirmed.
   */
  #settled({ outcome, findings, settling }: Ended, now: number): End | undefined {
    this.#endSince ??= now;
    const waited = now - this.#endSince;
    const end = findings === undefined ? outcome : { ...outcome, findings };
    this.#agreeing = sameValue(end, this.#lastEnd) ? this.#agreeing + 1 : 1;
    this.#lastEnd = end;
    if (!this.#options.judged && end.status === "SUCCEEDED") return unconfirmed(end);
    if (this.#options.judged && settling === true && waited < settlingPatienceMs) return undefined;
    if (this.#agreeing >= (isUnderstated(end) ? understatedLooks : 2)) return end;
    if (waited < mostMs) return undefined;
    const unsettled = "its findings are not published, because they changed with each reading";
    return { ...outcome, reason: outcome.reason === undefined ? unsettled : `${outcome.reason}; ${unsettled}` };
  }
}

type Ended = Extract<Observation, { state: "ended" }>;

function unconfirmed(end: End): End {
  return end.findings === undefined ? end : { ...end, findings: { ...end.findings, unconfirmed: true } };
}

/** Whether the cloud calls more images risky than show a finding. Then numbers can still be missing. */
function isUnderstated({ counts, findings }: End): boolean {
  if (counts?.risky === undefined || findings === undefined || findings.total > findings.images.length) return false;
  const shown = findings.images.filter((image) => findingNames.some((name) => (image[name] ?? 0) > 0));
  return counts.risky > shown.length;
}

function lost(ids: Readonly<Record<string, string>>): Outcome {
  return {
    status: "UNKNOWN",
    reason: `the cloud no longer knows ${describeTask(ids)}, so its result is not known`,
  };
}

/**
 * When a task ended: when its end was seen. If it had ended before the first look, when it was submitted. This time is
 * never too late, because a gate must not accept an old scan as a recent one.
 */
export function dateEnd(
  { endedAt }: { readonly endedAt: number | undefined },
  { submittedAt }: { readonly submittedAt?: string | null },
): { readonly finishedAt?: string } {
  const finishedAt = endedAt === undefined ? submittedAt : new Date(endedAt).toISOString();
  return finishedAt ? { finishedAt } : {};
}

/** Number of looks at the same time. The limiter bounds their calls. */
const together = 32;

type AnyWatch = Pick<Watch, "end" | "isEnding" | "look">;

export interface Rounds {
  readonly clock: Clock;
  /** After this time, in milliseconds since 1970, only ends are confirmed. */
  readonly deadline: number;
  /** Called after each look at one of the tasks. */
  readonly looked: () => Promise<void>;
}

/** Looks at tasks, each at its own pace, until all have ended or the time is over. */
export async function untilEnded(watches: readonly AnyWatch[], { clock, deadline, looked }: Rounds): Promise<void> {
  const next = new Map(watches.map((watch) => [watch, Number.NEGATIVE_INFINITY]));
  while (next.size > 0) {
    const now = clock.now();
    const due = [...next].filter(([, at]) => at <= now).map(([watch]) => watch);
    for (let at = 0; at < due.length; at += together) {
      await Promise.all(
        due.slice(at, at + together).map(async (watch) => {
          const pauseMs = await watch.look();
          const after = clock.now();
          const isOver = watch.end !== undefined || (after >= deadline && !watch.isEnding);
          if (isOver) next.delete(watch);
          else next.set(watch, after + (watch.isEnding ? pauseMs : Math.min(pauseMs, deadline - after)));
          await looked();
        }),
      );
    }
    if (next.size > 0) await clock.sleep(Math.max(0, Math.min(...next.values()) - clock.now()));
  }
}
