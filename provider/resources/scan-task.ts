import type * as pulumi from "@pulumi/pulumi";
import type { TaskKind } from "../lifecycle/task-kind.js";
import type { Findings } from "../model/findings.js";
import { taskType } from "../model/resource-types.js";
import type { ScanCounts, ScanStatus } from "../model/status.js";
import type { Verdict } from "../model/verdict.js";
import { refuseConfigMistakes } from "./config-mistakes.js";
import { DynamicResource } from "./dynamic-resource.js";
import { registerGated } from "./gated-task.js";
import type { TaskArgs } from "./task-args.js";
import { declareSteps } from "./task-steps.js";

/** A one-shot scan: it is submitted once, and `pulumi up` waits for its end. */
export abstract class ScanTask extends DynamicResource {
  /**
   * How the scan ended: `SUCCEEDED`, `PARTIAL`, `FAILED`, `TIMED_OUT`, `CANCELED` or `UNKNOWN`. Undefined with `wait:
   * false`.
   */
  declare readonly status: pulumi.Output<ScanStatus | undefined>;
  /** The cloud's own word for the end of the scan. */
  declare readonly rawStatus: pulumi.Output<string | undefined>;
  /** Why the status is not `SUCCEEDED`, or a remark of the cloud. */
  declare readonly reason: pulumi.Output<string | undefined>;
  /** Numbers of images. A number that the cloud does not show is undefined. */
  declare readonly counts: pulumi.Output<ScanCounts | undefined>;
  /** What the scan found. Undefined if nobody can know what this scan found. */
  declare readonly findings: pulumi.Output<Findings | undefined>;
  /**
   * Verdict by the thresholds: `PASS`, `FAIL` or `INCONCLUSIVE`. Undefined without `thresholds`, and with `wait:
   * false`.
   */
  declare readonly verdict: pulumi.Output<Verdict | undefined>;
  /** Reason of the verdict: numbers that are too high or not known, or the exceptions of a `PASS`. */
  declare readonly verdictReason: pulumi.Output<string | undefined>;
  /** When the cloud accepted the request (ISO 8601, by its clock). Undefined for a task that was adopted. */
  declare readonly submittedAt: pulumi.Output<string | undefined>;
  /** When the end of the scan was seen (ISO 8601). */
  declare readonly finishedAt: pulumi.Output<string | undefined>;
}

export interface TaskClass<Request, Id extends string, AbsentId extends string> {
  /** @internal */
  readonly __pulumiType: string;
  new (
    name: string,
    args: TaskArgs<Request>,
    opts?: pulumi.CustomResourceOptions,
  ): ScanTask & { readonly [Name in Id]: pulumi.Output<string> } & {
    readonly [Name in AbsentId]: pulumi.Output<string | undefined>;
  };
}

/** The resource class of a kind of task. */
export function scanTaskClass<Request, Id extends string = never, AbsentId extends string = never>(
  kind: TaskKind,
): TaskClass<Request, Id, AbsentId> {
  class Task extends ScanTask {
    static readonly __pulumiType = taskType(kind.token, "wait");

    constructor(name: string, given: TaskArgs<Request>, opts?: pulumi.CustomResourceOptions) {
      // A JavaScript program can leave them out. The check then says what is missing.
      const args = given ?? ({} as TaskArgs<Request>);
      refuseConfigMistakes(kind.token, args.account);
      const { last, publish, gated } = declareSteps(kind, name, args, opts);
      super(...last);
      publish(this);
      registerGated(this, gated);
    }
  }
  return Task as unknown as TaskClass<Request, Id, AbsentId>;
}
