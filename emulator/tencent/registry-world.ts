import { ApiError } from "../server/api-error.js";
import { type Examined, finishParts, nothing, reveal } from "../server/findings.js";
import type { Presets } from "../server/presets.js";
import type { Quota } from "../server/quota.js";
import { advanceScan, beginScan, type End, type Scan } from "../server/scan.js";

// The images of an account's registries and their scans over time.

export const scanTypes = ["CVE", "VIRUS", "RISK"] as const;
export type ScanType = (typeof scanTypes)[number];
type ImageStatus = "NOT_SCAN" | "SCANNING" | "SCANNED" | "SCAN_ERR" | "SCAN_TIMEOUT" | "CANCELED";

export interface RegistryImage extends Examined {
  /** The asset id; a bigint if a number cannot hold it exactly. */
  readonly id: number | bigint;
  readonly registryType: string;
  readonly instanceName: string;
  readonly instanceId: string;
  readonly namespace: string;
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
  readonly authorized: boolean;
  readonly latest: boolean;
  readonly running: boolean;
  readonly suggested: boolean;
  status: ImageStatus;
  readonly types: Record<ScanType, ImageStatus>;
  remarks: { readonly errors: Partial<Record<ScanType, string>>; readonly reason: string; readonly solution: string };
  /** Milliseconds since 1970; undefined when never scanned. */
  scanTime: number | undefined;
}

export type NewRegistryImage = Partial<RegistryImage> & Pick<RegistryImage, "id">;

export interface RegistryScan extends Scan<RegistryImage> {
  readonly id: number;
  readonly types: readonly ScanType[];
}

export interface RegistrySync {
  status: "doing" | "success" | "failed";
  ends: number;
  lastSuccess: number | undefined;
  error: string;
  /** Names of its registries; all if absent. */
  registries: readonly string[] | undefined;
}

const defaultInstance = "demo";
const noRemarks = { errors: {}, reason: "", solution: "" };

export class RegistryWorld {
  readonly setting = { values: {} as Readonly<Record<string, unknown>>, lastScanTime: "", scanResult: "" };
  readonly images = new Map<string, RegistryImage>();
  readonly tasks = new Map<number, RegistryScan>();
  readonly #forgotten: RegistryScan[] = [];
  /** Images in the registries that the account lists only after the next synchronization. */
  readonly pushed: NewRegistryImage[] = [];
  readonly sync: RegistrySync = {
    status: "success",
    ends: 0,
    lastSuccess: undefined,
    error: "",
    registries: undefined,
  };
  scanMs: number;
  syncMs = 1_000;
  nextEnd: End | undefined;
  /** The error of the next synchronization. */
  nextSyncError = "";
  readonly #presets: Presets;
  readonly #quota: Quota;
  #lastId = 12;

  constructor(scanMs: number, presets: Presets, quota: Quota) {
    this.scanMs = scanMs;
    this.#presets = presets;
    this.#quota = quota;
  }

  add(image: NewRegistryImage): void {
    const findings = image.findings ?? nothing;
    const status = image.status ?? "NOT_SCAN";
    this.images.set(String(image.id), {
      registryType: "tcr",
      instanceName: defaultInstance,
      instanceId: "tcr-demo",
      namespace: "shop",
      name: String(image.id),
      tag: "latest",
      digest: `sha256:${String(image.id).padStart(64, "0")}`,
      authorized: true,
      latest: true,
      running: false,
      suggested: false,
      findings,
      shown: status === "SCANNED" ? findings : nothing,
      due: undefined,
      status,
      types: { CVE: status, VIRUS: status, RISK: status },
      remarks: noRemarks,
      scanTime: undefined,
      ...image,
    });
  }

  start(
    scan: Pick<RegistryScan, "types" | "images"> & { readonly timeoutSeconds?: number | undefined },
    now: number,
  ): RegistryScan {
    const images = scan.images.filter((image) => image.authorized);
    const names = images.flatMap(listNames);
    const busy = scan.images.some((image) => image.status === "SCANNING");
    if (busy || (scan.images.length > 0 && images.length === 0) || this.#presets.take("already-scanning", ...names)) {
      throw new ApiError(
        "FailedOperation.ErrAlreadyScanning",
        "The scan is already running, or there is no permission to scan.",
      );
    }
    this.#quota.charge(images);
    const limitMs = (scan.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000;
    const planned = this.nextEnd === undefined ? this.scanMs : this.scanMs / 2;
    const end = this.scanMs > limitMs ? "Timeout" : (this.nextEnd ?? "Success");
    const started: RegistryScan = {
      ...beginScan(images, { now, length: this.scanMs, ends: now + Math.min(planned, limitMs), end }),
      id: ++this.#lastId,
      types: scan.types,
    };
    this.nextEnd = undefined;
    for (const image of images) {
      image.status = "SCANNING";
      for (const type of scan.types) image.types[type] = "SCANNING";
    }
    this.tasks.set(started.id, started);
    this.advance(now);
    return started;
  }

  synchronize(now: number, registries?: readonly string[]): void {
    this.sync.registries = registries;
    this.sync.status = "doing";
    this.sync.ends = now + this.syncMs;
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
        scanned: (image, at) => this.finish(image, task.types, at),
        left: (image, end) => leave(image, task.types, end),
      });
    }
    for (const image of this.images.values()) reveal(image, now);
    if (this.sync.status !== "doing" || now < this.sync.ends) return;
    this.sync.error = this.nextSyncError;
    this.sync.status = this.nextSyncError === "" ? "success" : "failed";
    this.nextSyncError = "";
    if (this.sync.status === "failed") return;
    this.sync.lastSuccess = this.sync.ends;
    for (const image of this.pushed.splice(0)) {
      const isOf = this.sync.registries?.includes(image.instanceName ?? defaultInstance) ?? true;
      if (isOf) this.add(image);
      else this.pushed.push(image);
    }
  }

  /** Ends the turn of one image. */
  finish(image: RegistryImage, types: readonly ScanType[], at: number): void {
    const names = listNames(image);
    const outcome = (type: ScanType): ImageStatus => {
      if (this.#presets.has("registry-timeout", ...names)) return "SCAN_TIMEOUT";
      if (type === "VIRUS" && this.#presets.has("registry-partial", ...names)) return "SCAN_ERR";
      return type === "VIRUS" && this.#presets.has("registry-subset", ...names) ? "NOT_SCAN" : "SCANNED";
    };
    for (const type of types) image.types[type] = outcome(type);
    const timedOut = types.some((type) => image.types[type] === "SCAN_TIMEOUT");
    image.status = timedOut ? "SCAN_TIMEOUT" : "SCANNED";
    if (!timedOut) image.scanTime = at;
    const done = types.filter((type) => image.types[type] === "SCANNED");
    finishParts(image, done, { at, lateMs: this.#presets.lateMs(...names) });
    image.remarks = this.#remarksOn(names);
  }

  #remarksOn(names: readonly string[]): RegistryImage["remarks"] {
    if (this.#presets.has("registry-partial", ...names)) {
      const reason = "The connection to the scan engine failed.";
      return { errors: { VIRUS: "ConnFailed" }, reason, solution: "Scan the image again." };
    }
    if (!this.#presets.has("registry-subset", ...names)) return noRemarks;
    const remark = "MessageRegistryScan";
    return { errors: { CVE: remark, VIRUS: remark, RISK: remark }, reason: "", solution: "" };
  }
}

/** The ways to name an image in a preset. */
function listNames(image: RegistryImage): string[] {
  return [String(image.id), nameRegistryImage(image)];
}

export function nameRegistryImage({ namespace, name, tag }: RegistryImage): string {
  return `${namespace}/${name}:${tag}`;
}

function leave(image: RegistryImage, types: readonly ScanType[], end: End): void {
  const status: ImageStatus = end === "Cancel" ? "CANCELED" : end === "Timeout" ? "SCAN_TIMEOUT" : "SCAN_ERR";
  image.status = status;
  for (const type of types) image.types[type] = status;
}
