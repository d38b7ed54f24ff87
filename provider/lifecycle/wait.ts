import type { dynamic } from "@pulumi/pulumi";
import { type Clock, systemClock } from "../core/clock.js";
import { isCloudError, messageOf } from "../core/errors.js";
import { nextLook } from "../core/poll.js";
import { canonical, isUnknown, sameValue } from "./check.js";
import { tell } from "./engine.js";
import { PartialFailure } from "./partial-failure.js";
import { duration, imagesText, Progress, progressText } from "./progress.js";
import { endedTasks } from "./run-memory.js";
import { nameOf, type WaitInputs, waitLimitSeconds } from "./task-inputs.js";
import type { Outcome, ScanCounts, ScanStatus, Sighting, Snapshot, TaskDriver, TaskKind } from "./task-kind.js";

/** The state of a wait. Without `status` the scan has not been seen to end. */
interface WaitState {
  readonly account: string | undefined;
  /** The submission whose task was waited for. */
  readonly waitedFor: string;
  readonly status?: ScanStatus;
  readonly rawStatus?: string;
  readonly reason?: string;
  readonly counts?: ScanCounts;
  readonly finishedAt?: string;
}

/** How long the cloud may not show a task, just after it was accepted or later, before it counts as unknown. */
const graceSeconds = 60;

/** Waits for the end of one task. Submits nothing, so it may be interrupted and run again at will. */
export function waitProvider<Client, Request, Baseline extends Snapshot>(
  kind: TaskKind<Client, Request, Baseline>,
  clientOf: (account: string | undefined) => Client,
  clock: Clock = systemClock,
): dynamic.ResourceProvider {
  async function run(inputs: WaitInputs & { __provider?: unknown }): Promise<WaitState> {
    const outcome = inputs.unresolved
      ? ({ status: "UNKNOWN", reason: inputs.unresolved } as const)
      : await new Waiting(kind, kind.driver(clientOf(inputs.account)), inputs, clock).untilEnded();
    const state = {
      ...stateOf(inputs),
      ...outcome,
      finishedAt: new Date(clock.now()).toISOString(),
    };
    return concluded(state, inputs);
  }

  return {
    async check(_olds, news: WaitInputs) {
      return {
        inputs: { ...news, request: canonical(news.request) },
        failures: [],
      };
    },

    async diff(_id, olds: WaitState, news: WaitInputs) {
      const replaces: string[] = [];
      if (isUnknown(news.submission) || olds.waitedFor !== news.submission) replaces.push("submission");
      if (olds.account !== news.account) replaces.push("account");
      if (replaces.length > 0) return { replaces };
      // A refresh forgets that the last update failed; the state does not, so it decides.
      return olds.status === undefined || isForbidden(olds.status, news) ? { changes: true } : {};
    },

    async create(inputs) {
      const state = await run(inputs as WaitInputs);
      return { id: state.waitedFor, outs: state };
    },

    async update(_id, olds: WaitState, news: WaitInputs) {
      const state = olds.status === undefined ? await run(news) : await concluded(olds, news);
      return { outs: state };
    },

    async delete(_id, state: WaitState) {
      // A task that the cloud did not know for a while may run all the same.
      if (state.status !== undefined && state.status !== "UNKNOWN") endedTasks.add(state.waitedFor);
    },
  };
}

function stateOf(inputs: WaitInputs): WaitState {
  return { account: inputs.account, waitedFor: inputs.submission };
}

function isForbidden(status: ScanStatus, inputs: WaitInputs): boolean {
  return inputs.failOn === "task" && status !== "SUCCEEDED";
}

/** Publishes an end, or fails the update because of it; the state holds it either way. */
async function concluded(state: WaitState, inputs: WaitInputs & { __provider?: unknown }): Promise<WaitState> {
  const { status, reason, counts } = state;
  if (status === undefined || status === "SUCCEEDED") return state;
  const images = imagesText(counts);
  const what = `the scan of ${nameOf(inputs.task)} ended ${status}${reason === undefined ? "" : `: ${reason}`}${images === "" ? "" : ` (${images} scanned)`}`;
  if (!isForbidden(status, inputs)) {
    // What is unresolved was told by the submission.
    if (!inputs.unresolved) await tell(inputs.component, what, "warning");
    return state;
  }
  const ways = 'new triggers or a changed request (both start a new scan), or failOn: "never"';
  throw new PartialFailure(
    state.waitedFor,
    state,
    inputs.__provider,
    `${what}. Each update fails until one of these: ${ways}.`,
  );
}

class Waiting<Request, Baseline extends Snapshot> {
  readonly #driver: TaskDriver<Request, Baseline>;
  readonly #inputs: WaitInputs & { __provider?: unknown };
  readonly #clock: Clock;
  readonly #progress: Progress;
  readonly #limitSeconds: number;
  readonly #task;
  #lastText = "no look at it has succeeded yet";
  /** The part of it that tells whether something has moved. */
  #lastMove = "";
  #badEnd: Outcome | undefined;
  #missingSince: number | undefined;

  constructor(
    kind: TaskKind<never, Request, Baseline>,
    driver: TaskDriver<Request, Baseline>,
    inputs: WaitInputs,
    clock: Clock,
  ) {
    const request = inputs.request as Request;
    this.#driver = driver;
    this.#inputs = inputs;
    this.#clock = clock;
    this.#progress = new Progress(inputs.component, clock);
    this.#limitSeconds = waitLimitSeconds(inputs, kind, request);
    this.#task = {
      ids: inputs.task,
      request,
      baseline: inputs.snapshot as unknown as Baseline,
      adopted: inputs.origin === "adopted",
    };
  }

  async untilEnded(): Promise<Outcome> {
    const begun = this.#clock.now();
    const deadline = begun + this.#limitSeconds * 1000;
    for (;;) {
      const sighting = await this.#look();
      const now = this.#clock.now();
      const outcome = this.#believed(sighting, now);
      if (outcome !== undefined) return outcome;
      const ended = sighting?.state === "ended";
      if (now >= deadline && !ended) throw this.#unfinished();
      const pause = this.#pause(sighting, now - begun);
      await this.#clock.sleep(ended ? pause : Math.min(pause, deadline - now));
    }
  }

  /**
   * The end, if it can be believed: the cloud writes the parts of a result one after the other, so a bad
   * end counts when two looks agree, and a task as unknown when it has been so for a while.
   */
  #believed(sighting: Sighting | undefined, now: number): Outcome | undefined {
    this.#missingSince = sighting?.state === "missing" ? (this.#missingSince ?? now) : undefined;
    if (sighting?.state === "missing") {
      const patienceMs = (sighting.patienceSeconds ?? graceSeconds) * 1000;
      const isOver = now - (this.#missingSince ?? now) >= patienceMs;
      return isOver ? (sighting.outcome ?? lost(this.#task.ids)) : undefined;
    }
    if (sighting?.state !== "ended") return undefined;
    const { outcome } = sighting;
    if (outcome.status === "SUCCEEDED" || sameValue(outcome, this.#badEnd)) return outcome;
    this.#badEnd = outcome;
    return undefined;
  }

  #pause(sighting: Sighting | undefined, elapsedMs: number): number {
    if (sighting?.state === "ended") return 3_000;
    if (sighting?.state === "missing") return 5_000;
    return nextLook({ elapsedMs, ...sighting });
  }

  /** Nothing where the cloud cannot be asked right now: hours of waiting outlive an outage of minutes. */
  async #look(): Promise<Sighting | undefined> {
    try {
      const sighting = await this.#driver.look(this.#task);
      if (sighting.state === "running")
        this.#tell(progressText(sighting), progressText({ ...sighting, secondsLeft: 0 }));
      if (sighting.state === "missing") this.#tell(sighting.outcome?.reason ?? "the cloud does not show the task");
      if (sighting.state !== "ended") await this.#show();
      return sighting;
    } catch (error) {
      if (!isCloudError(error, "throttled", "unavailable", "ambiguous", "protocol")) throw error;
      this.#tell(`the cloud cannot be asked right now, trying again: ${messageOf(error)}`);
      await this.#show();
      return undefined;
    }
  }

  #tell(text: string, move = text): void {
    this.#lastText = text;
    this.#lastMove = move;
  }

  #show(): Promise<void> {
    const hint = "Ctrl-C twice leaves; the scan goes on";
    return this.#progress.show(`${nameOf(this.#task.ids)}: ${this.#lastText} [${hint}]`, this.#lastMove);
  }

  #unfinished(): PartialFailure {
    const reason =
      `${nameOf(this.#task.ids)} has not ended within ${duration(this.#limitSeconds)} (${this.#lastText}). ` +
      'The scan goes on: run "pulumi up" again to wait on for the same task, or raise waitTimeoutSeconds.';
    return new PartialFailure(this.#inputs.submission, stateOf(this.#inputs), this.#inputs.__provider, reason);
  }
}

function lost(ids: Readonly<Record<string, string>>): Outcome {
  return {
    status: "UNKNOWN",
    reason: `the cloud no longer knows ${nameOf(ids)}, so how it ended cannot be told`,
  };
}
