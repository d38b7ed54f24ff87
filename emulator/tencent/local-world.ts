import { ApiError } from "../server/api-error.js";
import { type Examined, finishParts, nothing, type Part, reveal } from "../server/findings.js";
import type { Presets } from "../server/presets.js";
import type { Quota } from "../server/quota.js";
import { advanceScan, beginScan, type End, type Scan } from "../server/scan.js";
import type { Schedule } from "../server/schedule.js";

// The local images of an account and their scans over time.

export interface EmulatedImage extends Examined {
  readonly id: string;
  readonly name: string;
  readonly authorized: boolean;
  readonly clusters: readonly string[];
  /** Whether the cloud recommends to scan it. */
  readonly suggested: boolean;
  readonly running: boolean;
  /** Whether it is the newest version. */
  readonly latest: boolean;
  /** The end of each scan of the image; `error` sets SCAN_ERR. */
  readonly outcome: "scanned" | "error";
  status: "NOT_SCAN" | "SCANNING" | "SCANNED" | "SCAN_ERR";
  /** Milliseconds since 1970; undefined when never scanned. */
  scanTime: number | undefined;
}

export interface EmulatedTask extends Scan<EmulatedImage> {
  readonly id: string;
  readonly oneClick: boolean;
  readonly parts: readonly Part[];
  readonly before: ReadonlyMap<EmulatedImage, Pick<EmulatedImage, "status" | "scanTime">>;
}

export interface ScanSelection {
  readonly images: readonly EmulatedImage[];
  readonly oneClick: boolean;
  readonly parts: readonly Part[];
  readonly timeoutSeconds: number;
}

/** The remaining time of the documented example of a running scan. */
export const standingStillMs = 4_666_000;

export class LocalWorld {
  readonly setting: Schedule = { values: {}, lastScanTime: "", scanResult: "" };
  readonly images = new Map<string, EmulatedImage>();
  readonly tasks = new Map<string, EmulatedTask>();
  readonly #forgotten: EmulatedTask[] = [];
  scanMs: number;
  /** The end of the next task, half way, if a test wants another end than success. */
  nextEnd: End | undefined;
  readonly #presets: Presets;
  readonly #quota: Quota;
  #lastId = 41_032;

  constructor(scanMs: number, presets: Presets, quota: Quota) {
    this.scanMs = scanMs;
    this.#presets = presets;
    this.#quota = quota;
  }

  add(image: Partial<EmulatedImage> & { id: string }): void {
    const defaults = {
      name: "<none>:<none>",
      authorized: true,
      clusters: [],
      suggested: false,
      running: false,
      latest: true,
      outcome: "scanned",
    } as const;
    const findings = image.findings ?? nothing;
    const shown = image.status === "SCANNED" ? findings : nothing;
    const unscanned = { status: "NOT_SCAN", scanTime: undefined, shown, due: undefined } as const;
    this.images.set(image.id, { ...defaults, findings, ...unscanned, ...image });
  }

  start({ images, oneClick, parts, timeoutSeconds }: ScanSelection, now: number): EmulatedTask {
    const licensed = images.filter((image) => image.authorized);
    const ids = licensed.map((image) => image.id);
    const busy = images.some((image) => image.status === "SCANNING") || this.#presets.take("already-scanning", ...ids);
    if (busy || (images.length > 0 && licensed.length === 0)) {
      throw new ApiError(
        "FailedOperation.ErrAlreadyScanning",
        "The scan is already running, or there is no permission to scan.",
      );
    }
    this.#quota.charge(licensed);
    const canceled = this.#presets.has("local-cancelled", ...ids) ? "Cancel" : undefined;
    const wanted = this.nextEnd ?? canceled;
    const scanMs = this.#presets.has("local-running", ...ids) ? standingStillMs : this.scanMs;
    const slow = scanMs > timeoutSeconds * 1000;
    const planned = wanted === undefined ? scanMs : scanMs / 2;
    const ends = now + Math.min(planned, timeoutSeconds * 1000);
    const task: EmulatedTask = {
      ...beginScan(licensed, { now, length: scanMs, ends, end: slow ? "Timeout" : (wanted ?? "Success") }),
      id: String(++this.#lastId),
      oneClick,
      parts,
      before: new Map(licensed.map((image) => [image, { status: image.status, scanTime: image.scanTime }])),
    };
    this.nextEnd = undefined;
    for (const image of licensed) image.status = "SCANNING";
    this.tasks.set(task.id, task);
    this.advance(now);
    return task;
  }

  /** Forgets all tasks; their scans go on. */
  forget(): void {
    this.#forgotten.push(...this.tasks.values());
    this.tasks.clear();
  }

  /** Updates everything to the present moment. */
  advance(now: number): void {
    for (const task of [...this.#forgotten, ...this.tasks.values()]) {
      advanceScan(task, now, {
        scanned: (image, at) => this.finish(image, at, task.parts),
        left: (image, end) => {
          image.status = end === "Cancel" ? (task.before.get(image)?.status ?? "NOT_SCAN") : "SCAN_ERR";
        },
      });
    }
    for (const image of this.images.values()) reveal(image, now);
  }

  /** Ends the turn of one image. */
  finish(image: EmulatedImage, at: number, parts: readonly Part[]): void {
    image.status = image.outcome === "error" ? "SCAN_ERR" : "SCANNED";
    if (image.outcome === "error") return;
    image.scanTime = at;
    finishParts(image, parts, { at, lateMs: this.#presets.lateMs(image.id, image.name) });
  }

  lastOneClick(): EmulatedTask | undefined {
    return [...this.tasks.values()].findLast((task) => task.oneClick);
  }
}
