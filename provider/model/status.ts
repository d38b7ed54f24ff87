/**
 * How a scan ended:
 * - `SUCCEEDED`: every requested image was scanned.
 * - `PARTIAL`: only some of the images, or only some of the scan types.
 * - `FAILED`: the scan ended, and no image was scanned.
 * - `TIMED_OUT`: the cloud stopped the scan at the scan's own timeout.
 * - `CANCELED`: somebody stopped the scan.
 * - `UNKNOWN`: the result is not known, because the cloud no longer knows the task or contradicts itself, or because
 *   the task is not identified. It is never a success.
 */
export type ScanStatus = "SUCCEEDED" | "PARTIAL" | "FAILED" | "TIMED_OUT" | "CANCELED" | "UNKNOWN";

/** Numbers of images. A number that the cloud does not show is absent. It is not zero. */
export interface ScanCounts {
  /** Images of the task. */
  readonly total?: number;
  /** Images that the task has finished, with or without a result. */
  readonly scanned?: number;
  /** Images with a complete result. */
  readonly succeeded?: number;
  /** Images with findings. */
  readonly risky?: number;
}

/** The end of a scan. */
export interface Outcome {
  readonly status: ScanStatus;
  /** The cloud's own word for the end. */
  readonly rawStatus?: string;
  /** Why the status is not `SUCCEEDED`, or a remark. */
  readonly reason?: string;
  readonly counts?: ScanCounts;
}
/** The cloud's ids of one task, by the names of the resource's outputs. */
export type TaskIds = Readonly<Record<string, string>>;
