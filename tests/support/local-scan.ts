import type { dynamic } from "@pulumi/pulumi";
import { baselineProvider } from "../../provider/lifecycle/baseline.js";
import { submissionProvider } from "../../provider/lifecycle/submission.js";
import type { WaitInputs } from "../../provider/lifecycle/task-inputs.js";
import { waitProvider } from "../../provider/lifecycle/wait.js";
import type { LocalScanRequest } from "../../provider/tasks/tencent/local-scan-request.js";
import { localScanTask } from "../../provider/tasks/tencent/local-scan-task.js";
import { type Account, imageId } from "./account.js";

type Outs = Record<string, unknown>;

/** The three steps of a local scan, as the engine would call them. */
export class LocalScan {
  readonly baseline: dynamic.ResourceProvider;
  readonly submission: dynamic.ResourceProvider;
  readonly waiting: dynamic.ResourceProvider;
  readonly request: LocalScanRequest;
  readonly #account: string;

  constructor(
    account: Account,
    request: LocalScanRequest = { images: [imageId("web"), imageId("api")], scanVul: true },
  ) {
    const client = account.client();
    this.baseline = baselineProvider(localScanTask, () => client);
    this.submission = submissionProvider(localScanTask, () => client, account.clock);
    this.waiting = waitProvider(localScanTask, () => client, account.clock);
    this.request = request;
    this.#account = account.name;
  }

  async snapshot(): Promise<Outs> {
    const { outs } = await this.baseline.create({ fingerprint: "f" });
    return (outs as { snapshot: Outs }).snapshot;
  }

  submissionInputs(snapshot: Outs, more: Outs = {}): Outs {
    return { ...this.request, account: this.#account, fingerprint: "f", snapshot, ...more };
  }

  async submit(snapshot: Outs, more: Outs = {}): Promise<Outs> {
    const { id, outs } = await this.submission.create(this.submissionInputs(snapshot, more));
    return { id, ...(outs as Outs) };
  }

  waitInputs(snapshot: Outs, submitted: Outs, more: Partial<WaitInputs> = {}): Outs {
    const { submission, origin, ids, submittedAt } = submitted;
    return { submission, origin, task: ids, submittedAt, request: this.request, snapshot, __provider: "text", ...more };
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
