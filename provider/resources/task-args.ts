import type * as pulumi from "@pulumi/pulumi";
import type { FailOn } from "../lifecycle/task-inputs.js";
import type { Thresholds } from "../model/thresholds.js";
import type { InputsOf } from "./inputs-of.js";

/** Arguments of each task. Only a change of `triggers` or `account` starts a new scan. */
export interface TaskOptions {
  /**
   * Name of the account, for programs with several accounts: letters, digits, `-` and `_`. With `"prod"`, settings and
   * keys come from the config namespace `tencentcloud-prod` or `huaweicloud-prod`. Another account starts a new scan.
   * @default the namespace `tencentcloud` or `huaweicloud`
   */
  readonly account?: string;
  /**
   * Texts, such as a digest or a build number. A change of them, or of their order, starts a new scan.
   *
   * @example
   * triggers: [process.env.BUILD_ID ?? "local"]
   */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether `pulumi up` waits for the end of the scan. With `false`, `status` and the other results are undefined.
   * @default true
   */
  readonly wait?: boolean;
  /**
   * How long one update waits, in seconds: 1 to 2592000 (30 days). Then the update fails with `IS-WAIT-TIMEOUT`, the
   * scan continues, and the next update waits for the same task. It also limits how long a submission waits for an
   * earlier scan of the same images. Not together with the option `customTimeouts`.
   * @default the scan's own timeout plus ten minutes if the request has one, else six hours
   */
  readonly waitTimeoutSeconds?: pulumi.Input<number>;
  /**
   * When the update fails because of the scan, with `IS-RESULT`. Each later update fails too, until the request, the
   * triggers or this argument changes; with `"verdict"`, also until the thresholds change.
   *
   * - `"never"`: never; such an end is only a warning.
   * - `"task"`: if the status is not `SUCCEEDED`.
   * - `"verdict"`: if the verdict is not `PASS`. It needs `thresholds`, and is refused with `wait: false`.
   * @default "never"
   */
  readonly failOn?: pulumi.Input<FailOn>;
  /**
   * The highest numbers of findings that pass. Without thresholds there is no verdict. A change judges the same findings
   * again, without a scan and without a call. A threshold for findings that this scan does not look for is refused.
   *
   * @example
   * thresholds: { critical: 0, high: 5 }
   */
  readonly thresholds?: pulumi.Input<InputsOf<Thresholds>>;
  /**
   * Id of a task of this request that exists. It is taken over, and no scan starts. It is never stopped on delete. For a
   * vulnerability scan, write both ids, with `0` for a missing part: `"36002,36003"`. If the cloud does not know the id,
   * the update fails with `IS-ADOPT`.
   */
  readonly adoptTaskId?: pulumi.Input<string>;
  /**
   * What happens to a scan that still runs when the resource is deleted: `"stop"` or `"leave"` (it continues).
   * @default "stop"
   */
  readonly onDelete?: pulumi.Input<"stop" | "leave">;
}

/** The fields of a scan's request, and the arguments of each task. Each field of the request can be an output. */
export type TaskArgs<Request> = InputsOf<Request> & TaskOptions;
