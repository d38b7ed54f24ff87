import type * as pulumi from "@pulumi/pulumi";
import type { FailOn } from "../lifecycle/task-inputs.js";
import type { Thresholds } from "../model/thresholds.js";
import type { InputsOf } from "./inputs-of.js";

/** Arguments that every task takes. None but `triggers` starts a scan when it changes. */
export interface TaskOptions {
  /**
   * Name of the account, for programs that use several: "prod" reads its credentials from the config
   * namespace `tencentcloud-prod` or `huaweicloud-prod`. Part of the task's identity: another account replaces it.
   */
  readonly account?: string;
  /** Values whose change starts a new scan, such as an image's digest or a build number. */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether `pulumi up` waits for the end of the scan. Default true. Without it, status and counts are undefined. */
  readonly wait?: boolean;
  /**
   * Seconds for which one update waits; then it fails, the scan goes on, and the next update waits on for
   * the same task. It bounds as well how long a submission waits for an earlier scan of the same images.
   * Default: the scan's own timeout plus ten minutes where the request names one, else six hours.
   */
  readonly waitTimeoutSeconds?: pulumi.Input<number>;
  /**
   * `"never"` (default): a scan that did not succeed is published, with a warning. `"task"`: it fails the
   * update, and each later one until the request or its triggers change. `"verdict"`: so does a scan whose verdict
   * is not `PASS`; it needs `thresholds`.
   */
  readonly failOn?: pulumi.Input<FailOn>;
  /**
   * How much the scan may find and still pass. Without it there is no verdict. A change judges what was found once
   * more, without a scan and without a call.
   */
  readonly thresholds?: pulumi.Input<InputsOf<Thresholds>>;
  /** Id of a task that runs already, or has ended: taken over instead of starting a scan. Never stopped on delete. */
  readonly adoptTaskId?: pulumi.Input<string>;
  /** What becomes of a scan that still runs when the resource is deleted: `"stop"` (default) or `"leave"`. */
  readonly onDelete?: pulumi.Input<"stop" | "leave">;
}

/** A scan's request, each field of which may be an output, and the arguments that all tasks take. */
export type TaskArgs<Request> = InputsOf<Request> & TaskOptions;
