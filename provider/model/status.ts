/**
 * How a scan ended:
 * - `SUCCEEDED`: every image asked for was scanned.
 * - `PARTIAL`: a part of what was asked for was scanned: some of the images, or some for a part of the scan types.
 * - `FAILED`: the scan ended, and no image was scanned.
 * - `TIMED_OUT`: the cloud gave up at the scan's own timeout.
 * - `CANCELED`: somebody stopped the scan.
 * - `UNKNOWN`: the cloud no longer knows the task, or contradicts itself; never a success.
 */
export type ScanStatus = "SUCCEEDED" | "PARTIAL" | "FAILED" | "TIMED_OUT" | "CANCELED" | "UNKNOWN";

/** Numbers of images; one that the cloud does not tell is absent, not zero. */
export interface ScanCounts {
  /** Images that the task covers. */
  readonly total?: number;
  /** Images that the task is done with. */
  readonly scanned?: number;
  /** Images with a complete result. */
  readonly succeeded?: number;
  /** Images in which something was found. */
  readonly risky?: number;
}

/** The end of a scan. */
export interface Outcome {
  readonly status: ScanStatus;
  /** The cloud's own words. */
  readonly rawStatus?: string;
  /** One sentence on why it is not `SUCCEEDED`, or what to know although it is. */
  readonly reason?: string;
  readonly counts?: ScanCounts;
}
/** The cloud's identities of one task, by the names of the resource's outputs. */
export type TaskIds = Readonly<Record<string, string>>;
