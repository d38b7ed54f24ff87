import type { dynamic } from "@pulumi/pulumi";
import { baselineProvider } from "../../provider/lifecycle/baseline.js";
import { submissionProvider } from "../../provider/lifecycle/submission.js";
import { idsOutput, type WaitInputs } from "../../provider/lifecycle/task-inputs.js";
import type { Snapshot, TaskKind } from "../../provider/lifecycle/task-kind.js";
import { waitProvider } from "../../provider/lifecycle/wait.js";
import type { Account } from "./account.js";

type Outs = Record<string, unknown>;

/** The three steps of a task of any kind, as the engine would call them. */
export class TaskRun<Client, Request extends object, Baseline extends Snapshot> {
  readonly baseline: dynamic.ResourceProvider;
  readonly submission: dynamic.ResourceProvider;
  readonly waiting: dynamic.ResourceProvider;
  readonly request: Request;
  readonly #account: string;
  readonly #kind: TaskKind<Client, Request, Baseline>;

  constructor(account: Account, kind: TaskKind<Client, Request, Baseline>, client: Client, request: Request) {
    this.baseline = baselineProvider(kind, () => client);
    this.submission = submissionProvider(kind, () => client, account.clock);
    this.waiting = waitProvider(kind, () => client, account.clock);
    this.request = request;
    this.#account = account.name;
    this.#kind = kind;
  }

  async snapshot(): Promise<Outs> {
    const { outs } = await this.baseline.create({ fingerprint: "f", scope: this.#kind.scope?.(this.request) });
    return (outs as { snapshot: Outs }).snapshot;
  }

  /** A baseline that another process has read, as far as this one knows. */
  async earlierSnapshot(): Promise<Outs> {
    return { ...(await this.snapshot()), id: "from the state" };
  }

  submissionInputs(snapshot: Outs, more: Outs = {}): Outs {
    return { ...this.request, account: this.#account, fingerprint: "f", snapshot, ...more };
  }

  async submit(snapshot: Outs, more: Outs = {}): Promise<Outs> {
    const { id, outs } = await this.submission.create(this.submissionInputs(snapshot, more));
    return { id, ...(outs as Outs) };
  }

  waitInputs(snapshot: Outs, submitted: Outs, more: Partial<WaitInputs> = {}): Outs {
    const { submission, origin, submittedAt, unresolved } = submitted;
    const task = submitted[idsOutput(this.#kind)];
    const { request } = this;
    const before = submitted["fence"] ?? snapshot;
    const left = { submission, origin, task, submittedAt, unresolved, snapshot: before };
    return { submitted: left, request, __provider: "text", ...more };
  }

  async wait(snapshot: Outs, submitted: Outs, more: Partial<WaitInputs> = {}): Promise<Outs> {
    return (await this.waiting.create(this.waitInputs(snapshot, submitted, more))).outs as Outs;
  }

  /** All of it, and how it ended. */
  async run(more: Partial<WaitInputs> = {}): Promise<Outs> {
    const snapshot = await this.snapshot();
    return this.wait(snapshot, await this.submit(snapshot), more);
  }
}
