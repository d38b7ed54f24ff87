import { ApiError } from "./api-error.js";

// The local images of an account and the scans of them, as time goes by.

export interface EmulatedImage {
  readonly id: string;
  readonly name: string;
  readonly authorized: boolean;
  readonly clusters: readonly string[];
  /** Whether the cloud recommends to scan it. */
  readonly suggested: boolean;
  readonly running: boolean;
  /** How each scan of it ends; `error` leaves SCAN_ERR behind. */
  readonly outcome: "scanned" | "error";
  readonly findings: {
    critical: number;
    high: number;
    medium: number;
    low: number;
    viruses: number;
    sensitive: number;
  };
  status: "NOT_SCAN" | "SCANNING" | "SCANNED" | "SCAN_ERR";
  /** Milliseconds since 1970; undefined when never scanned. */
  scanTime: number | undefined;
}

export type End = "Success" | "Timeout" | "Cancel" | "Error";

export interface EmulatedTask {
  readonly id: string;
  readonly images: readonly EmulatedImage[];
  readonly oneClick: boolean;
  readonly begun: number;
  /** Milliseconds that the scan takes when nothing comes between. */
  readonly length: number;
  /** When it ends, and how. */
  ends: number;
  end: End;
  done: number;
  settled: boolean;
  readonly before: ReadonlyMap<EmulatedImage, Pick<EmulatedImage, "status" | "scanTime">>;
}

export interface ScanSelection {
  readonly images: readonly EmulatedImage[];
  readonly oneClick: boolean;
  readonly timeoutSeconds: number;
}

/** The one schedule of the account, as it was written last. */
export interface EmulatedSetting {
  values: Readonly<Record<string, unknown>>;
  lastScanTime: string;
  scanResult: string;
}

export class LocalWorld {
  readonly setting: EmulatedSetting = { values: {}, lastScanTime: "", scanResult: "" };
  readonly images = new Map<string, EmulatedImage>();
  readonly tasks = new Map<string, EmulatedTask>();
  scanMs: number;
  /** How the next task ends, half way, where a test wants something other than success. */
  nextEnd: End | undefined;
  #lastId = 41_032;

  constructor(scanMs: number) {
    this.scanMs = scanMs;
  }

  add(image: Partial<EmulatedImage> & { id: string }): void {
    const defaults = {
      name: "<none>:<none>",
      authorized: true,
      clusters: [],
      suggested: false,
      running: false,
      outcome: "scanned",
    } as const;
    const findings = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };
    this.images.set(image.id, { ...defaults, findings, status: "NOT_SCAN", scanTime: undefined, ...image });
  }

  start({ images, oneClick, timeoutSeconds }: ScanSelection, now: number): EmulatedTask {
    const licensed = images.filter((image) => image.authorized);
    if (images.some((image) => image.status === "SCANNING") || (images.length > 0 && licensed.length === 0)) {
      throw new ApiError(
        "FailedOperation.ErrAlreadyScanning",
        "The scan is already running, or there is no permission to scan.",
      );
    }
    const slow = this.scanMs > timeoutSeconds * 1000;
    const planned = this.nextEnd === undefined ? this.scanMs : this.scanMs / 2;
    const task: EmulatedTask = {
      id: String(++this.#lastId),
      images: licensed,
      oneClick,
      begun: now,
      length: this.scanMs,
      ends: now + Math.min(planned, timeoutSeconds * 1000),
      end: slow ? "Timeout" : (this.nextEnd ?? "Success"),
      done: 0,
      settled: false,
      before: new Map(licensed.map((image) => [image, { status: image.status, scanTime: image.scanTime }])),
    };
    this.nextEnd = undefined;
    for (const image of licensed) image.status = "SCANNING";
    this.tasks.set(task.id, task);
    this.advance(now);
    return task;
  }

  /** A stop is accepted at once and takes effect a little later. */
  stop(task: EmulatedTask, now: number): void {
    if (task.settled) return;
    task.ends = Math.min(task.ends, now + 200);
    task.end = "Cancel";
  }

  /** Brings everything up to the present moment. */
  advance(now: number): void {
    for (const task of this.tasks.values()) if (!task.settled) advanceTask(task, now);
  }

  lastOneClick(): EmulatedTask | undefined {
    return [...this.tasks.values()].findLast((task) => task.oneClick);
  }
}

function advanceTask(task: EmulatedTask, now: number): void {
  const { images, begun, length } = task;
  const until = Math.min(now, task.ends);
  const fails = task.end === "Error";
  for (let next = images[task.done]; next !== undefined && !fails; next = images[task.done]) {
    const at = begun + (length * (task.done + 1)) / images.length;
    if (at > until) break;
    task.done++;
    next.status = next.outcome === "error" ? "SCAN_ERR" : "SCANNED";
    if (next.outcome !== "error") next.scanTime = at;
  }
  if (now < task.ends) return;
  task.settled = true;
  for (const image of images.slice(task.done)) {
    const before = task.before.get(image);
    image.status = task.end === "Cancel" ? (before?.status ?? "NOT_SCAN") : "SCAN_ERR";
  }
}
