import type { Clock } from "../../transport/clock.js";
import { selectProperties } from "../../validation/inputs.js";
import { describeStopBefore, refuseCancelled } from "../cancellation.js";
import { Progress } from "../progress.js";
import type { SubmissionInputs } from "../task-inputs.js";
import { waitLimitSeconds } from "../task-inputs.js";
import type { Baseline, Request, TaskDriver, TaskKind } from "../task-kind.js";
import { type Question, waitWhile } from "../wait-while.js";

/** The submission of one request, exactly once. */
export class Attempt {
  readonly kind: TaskKind;
  readonly driver: TaskDriver;
  readonly inputs: SubmissionInputs;
  readonly request: Request;
  readonly clock: Clock;
  /** When waiting ends, in milliseconds since 1970. */
  readonly deadline: number;
  readonly #progress: Progress;

  constructor(kind: TaskKind, client: unknown, inputs: SubmissionInputs, clock: Clock) {
    this.kind = kind;
    this.driver = kind.driver(client);
    this.inputs = inputs;
    this.request = selectProperties<Request>(kind.inputs, inputs.baseline.request);
    this.clock = clock;
    const limit = waitLimitSeconds(inputs.waitTimeoutSeconds, "create", { kind, request: this.request });
    this.deadline = clock.now() + limit * 1000;
    this.#progress = new Progress(inputs.line, { clock });
  }

  get account(): string | undefined {
    return this.inputs.baseline.account;
  }

  /** The baseline from the resource. */
  get baseline(): Baseline {
    return this.inputs.baseline.reading as unknown as Baseline;
  }

  /** Reads the account now, under the id of the task's own baseline. */
  async readBaseline(): Promise<Baseline> {
    return { ...this.baseline, ...(await this.driver.readBaseline(this.kind.baselineScope?.(this.request) ?? {})) };
  }

  /** Shows progress before the request is sent. Throws if the update is cancelled. */
  show(text: string): Promise<void> {
    refuseCancelled();
    return this.#progress.show(`${text} [${describeStopBefore()}]`);
  }

  /** Shows progress after the request was sent. */
  showSent(text: string): Promise<void> {
    return this.#progress.show(text);
  }

  /** Waits while something is in the way. False if nothing was. */
  waitWhile(question: Question): Promise<boolean> {
    const { clock, deadline } = this;
    return waitWhile(question, { clock, deadline, show: (text) => this.show(text) });
  }
}
