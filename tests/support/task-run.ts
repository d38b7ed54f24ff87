import type { dynamic } from "@pulumi/pulumi";
import { baselineProvider } from "../../provider/lifecycle/baseline.js";
import { submissionProvider } from "../../provider/lifecycle/submission/submission.js";
import { applyPins, type Pins, type WaitInputs } from "../../provider/lifecycle/task-inputs.js";
import type { TaskKind } from "../../provider/lifecycle/task-kind.js";
import { waitProvider } from "../../provider/lifecycle/wait.js";
import type { Account } from "./account.js";

type Outs = Record<string, unknown>;

/** The three steps of a task of any kind, as the engine would call them. */
export class TaskRun<Request extends object = object> {
  readonly baseline: dynamic.ResourceProvider;
  readonly submission: dynamic.ResourceProvider;
  readonly waiting: dynamic.ResourceProvider;
  readonly request: Request;
  readonly #account: string;

  constructor(account: Account, kind: TaskKind, client: unknown, request: Request) {
    this.baseline = baselineProvider(kind, () => client, account.clock);
    this.submission = submissionProvider(kind, () => client, { clock: account.clock });
    this.waiting = waitProvider(kind, () => client, account.clock);
    this.request = request;
    this.#account = account.name;
  }

  /** What the baseline's resource leaves to the submission. */
  async readBaseline(): Promise<Outs> {
    const { outs } = await this.baseline.create({ ...this.request, account: this.#account });
    return (outs as { reading: Outs }).reading;
  }

  /** A baseline that another process has read, as far as this one knows. */
  async readEarlierBaseline(): Promise<Outs> {
    return { ...(await this.readBaseline()), id: "from the state" };
  }

  /** The request as it is sent, and the rest of the reading. */
  #pack({ pinned, ...reading }: Outs): Outs {
    return { account: this.#account, request: applyPins(this.request as Outs, pinned as Pins), reading };
  }

  submissionInputs(reading: Outs, more: Outs = {}): Outs {
    return { baseline: { ...this.#pack(reading), fingerprint: "f" }, ...more };
  }

  /** Submits; gives the state, with the ids and what is known of the submission beside it. */
  async submit(reading: Outs, more: Outs = {}): Promise<Outs> {
    const { id, outs } = await this.submission.create(this.submissionInputs(reading, more));
    return flattened({ id, ...(outs as Outs) });
  }

  waitInputs(reading: Outs, { submitted }: Outs, more: Partial<WaitInputs> = {}): Outs {
    const task = { ...this.#pack(reading), ...(submitted as Outs) };
    return { submitted: task, __provider: "text", ...more };
  }

  async wait(reading: Outs, submitted: Outs, more: Partial<WaitInputs> = {}): Promise<Outs> {
    return (await this.waiting.create(this.waitInputs(reading, submitted, more))).outs as Outs;
  }

  /** All of it, and how it ended. */
  async run(more: Partial<WaitInputs> = {}): Promise<Outs> {
    const reading = await this.readBaseline();
    return this.wait(reading, await this.submit(reading), more);
  }
}

/** The state of a submission as another run of the engine reads it, in which no live resource stands for the task. */
export function inAnotherRun(state: Outs, { onDelete, origin }: { onDelete?: string; origin?: string } = {}): Outs {
  const { baseline, submitted } = state as { baseline: Outs; submitted: Outs };
  return {
    ...state,
    baseline: { ...baseline, account: "another run" },
    submitted: { ...submitted, ...(origin === undefined ? {} : { origin }) },
    ...(onDelete === undefined ? {} : { onDelete }),
  };
}

/** The state of a submission with what it says of its task beside it. */
export function flattened(state: Outs): Outs {
  const submitted = state["submitted"] as Outs;
  return { ...state, ...submitted, ...(submitted["task"] as Outs) };
}
