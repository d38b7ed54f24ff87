import { CodedError } from "../../model/error-codes.js";
import type { Clock } from "../../transport/clock.js";
import { choosePause } from "../../transport/poll.js";
import { propertiesOf } from "../../validation/inputs.js";
import { Progress } from "../progress.js";
import type { SubmissionInputs } from "../task-inputs.js";
import { waitLimitSeconds } from "../task-inputs.js";
import type { Baseline, Request, TaskDriver, TaskKind } from "../task-kind.js";

// The engine lets a running create come to its end after the first Ctrl-C, and does not tell the provider.
const hint = "[Ctrl-C twice leaves, once still submits]";

/** One try to bring a request to the cloud, exactly once. */
export class Attempt {
  readonly kind: TaskKind;
  readonly driver: TaskDriver;
  readonly inputs: SubmissionInputs;
  readonly request: Request;
  readonly clock: Clock;
  /** Milliseconds since 1970 after which nothing is waited for any more. */
  readonly deadline: number;
  readonly #progress: Progress;

  constructor(kind: TaskKind, client: unknown, inputs: SubmissionInputs, clock: Clock) {
    this.kind = kind;
    this.driver = kind.driver(client);
    this.inputs = inputs;
    this.request = propertiesOf<Request>(kind.inputs, inputs.baseline.request);
    this.clock = clock;
    const limit = waitLimitSeconds(inputs.waitTimeoutSeconds, "create", { kind, request: this.request });
    this.deadline = clock.now() + limit * 1000;
    this.#progress = new Progress(inputs.line, { clock });
  }

  get account(): string | undefined {
    return this.inputs.baseline.account;
  }

  /** The baseline of the task, as its resource has read it. */
  get baseline(): Baseline {
    return this.inputs.baseline.snapshot as unknown as Baseline;
  }

  /** What the account looks like now, under the id of the task's own baseline. */
  async readBaseline(): Promise<Baseline> {
    return { ...this.baseline, ...(await this.driver.readBaseline(this.kind.baselineScope?.(this.request) ?? {})) };
  }

  /** Shows what is being done while the request is not accepted yet. */
  show(text: string): Promise<void> {
    return this.#progress.show(`${text} ${hint}`);
  }

  /** Shows what is being done once the request was sent. */
  showSent(text: string): Promise<void> {
    return this.#progress.show(text);
  }

  /** Waits while something is in the way; false where nothing was. */
  async waitWhile(question: () => Promise<string | undefined>): Promise<boolean> {
    const begun = this.clock.now();
    for (let looks = 0; ; looks++) {
      const obstacle = await question();
      if (obstacle === undefined) return looks > 0;
      if (this.clock.now() >= this.deadline) {
        throw new CodedError(
          "IS-NOT-SUBMITTED",
          `nothing was submitted: ${obstacle}. Run "pulumi up" again later, or raise waitTimeoutSeconds.`,
        );
      }
      await this.show(`not submitted yet: ${obstacle}`);
      await this.clock.sleep(choosePause({ elapsedMs: this.clock.now() - begun }));
    }
  }
}
