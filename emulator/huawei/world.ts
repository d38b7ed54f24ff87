import { randomUUID } from "node:crypto";
import {
  countVulnerabilities,
  type Examined,
  type Found,
  finishParts,
  nothing,
  type Part,
  reveal,
} from "../server/findings.js";
import type { Presets } from "../server/presets.js";
import { advanceScan, beginScan, type End, type Scan, secondsLeft } from "../server/scan.js";
import { type HssHost, makeHost, nowhere } from "./hosts.js";

// The images of a project in HSS, their scans, and the periodic scan. All of them change over time.

export interface HssImage extends Examined {
  readonly id: number | bigint;
  readonly where: "local" | "registry";
  readonly image_id: string;
  readonly image_digest: string;
  readonly registry_id: string;
  readonly registry_name: string;
  readonly registry_type: string;
  readonly namespace: string;
  readonly image_name: string;
  readonly image_version: string;
  readonly latest_version: boolean;
  readonly is_multiple_arch: boolean;
  /** Of images of an enterprise repository. */
  readonly instance_id: string;
  readonly instance_name: string;
  /** Of images on hosts. */
  readonly host: HssHost;
  readonly enterprise: string;
  readonly outcome: "success" | "failed";
  scan_status: string;
  /** Milliseconds since 1970; 0 if it was never scanned. */
  latest_scan_time: number;
}

export type NewHssImage = Partial<Omit<HssImage, "findings">> &
  Pick<HssImage, "id" | "image_name"> & { readonly findings?: Partial<Found> };

export interface HssTask extends Scan<HssImage> {
  readonly id: string;
  readonly name: string;
  readonly type: "local" | "registry";
  readonly enterprise: string;
  readonly scan_scope: number | undefined;
  readonly rate_limit: number | undefined;
  readonly is_all: boolean;
  /** The time from which the list shows it. */
  readonly visible: number;
}

export interface HssPolicy {
  enabled: boolean;
  scan_cycle: number;
  scan_scope: number;
  rate_limit: number;
  time_scope: number;
  selected: readonly string[];
}

export interface HssRegistry extends Pick<HssImage, "registry_id" | "registry_name" | "registry_type"> {
  readonly images_num: number;
}

/** The time of the registries' last synchronization. */
export const lastSync = Date.parse("2026-01-03T00:00:00Z");

/** The largest number that the list shows. */
const maxTasks = 1000;
const lateMs = 8_000;
const plannedEnds = [
  ["hss-terminated", "Cancel"],
  ["hss-timeout", "Timeout"],
  ["hss-abnormal", "Error"],
] as const;

export class HssWorld {
  readonly images = new Map<string, HssImage>();
  /** Newest last. */
  readonly tasks: HssTask[] = [];
  readonly #forgotten: HssTask[] = [];
  readonly policies = new Map<string, HssPolicy>();
  /** Milliseconds since 1970 of the last synchronization of registries; undefined stands for the present. */
  syncedAt: number | undefined;
  scanMs: number;
  nextEnd: End | undefined;
  /** Successful scans of the month: only these are paid for. */
  readonly paid = { repository: 0, cicd: 0 };
  readonly #presets: Presets;

  constructor(scanMs: number, presets: Presets) {
    this.scanMs = scanMs;
    this.#presets = presets;
  }

  add(image: NewHssImage): void {
    const where = image.where ?? "registry";
    const findings = { ...nothing, ...image.findings };
    this.images.set(String(image.id), {
      where,
      image_id: `sha256:${String(image.id).padStart(64, "0")}`,
      image_digest: `sha256:${String(image.id).padStart(64, "1")}`,
      registry_id: where === "local" ? "local" : "registry-1",
      registry_name: where === "local" ? "local" : "SWR",
      registry_type: where === "local" ? "Local" : "SwrPrivate",
      namespace: where === "local" ? "" : "shop",
      image_version: "latest",
      latest_version: true,
      is_multiple_arch: false,
      instance_id: image.registry_type === "SwrEnterprise" ? "instance-1" : "",
      instance_name: image.registry_type === "SwrEnterprise" ? "enterprise" : "",
      host: where === "local" ? makeHost(image.image_name) : nowhere,
      enterprise: "0",
      outcome: "success",
      shown: image.scan_status === "success" ? findings : nothing,
      due: undefined,
      scan_status: "unscan",
      latest_scan_time: 0,
      ...image,
      findings,
    });
  }

  start(
    scan: Pick<HssTask, "type" | "enterprise" | "scan_scope" | "rate_limit" | "is_all" | "images">,
    now: number,
  ): void {
    const names = scan.images.flatMap(listNames);
    const has = (name: Parameters<Presets["has"]>[0]) => this.#presets.has(name, ...names);
    if (has("hss-no-task")) return;
    const preset = plannedEnds.find(([name]) => has(name))?.[1];
    const wanted = this.nextEnd ?? preset;
    this.nextEnd = undefined;
    for (let times = has("hss-two-tasks") ? 2 : 1; times > 0; times--) {
      this.#list({
        ...scan,
        ...beginScan(scan.images, {
          now,
          length: this.scanMs,
          ends: now + (wanted === undefined ? this.scanMs : this.scanMs / 2),
          end: wanted ?? "Success",
        }),
        id: randomUUID(),
        name: `manual_${scan.type}_${now}`,
        visible: now + (has("hss-late") ? lateMs : 0),
      });
    }
    for (const image of scan.images) image.scan_status = image.where === "local" ? "waiting" : "waiting_for_scan";
    this.advance(now);
  }

  /** A task of somebody else. */
  insertForeign(now: number): void {
    const like = this.tasks.at(-1);
    if (like !== undefined) this.#list({ ...like, id: randomUUID(), begun: now, images: [], ends: now, visible: now });
  }

  #list(task: HssTask): void {
    this.tasks.push(task);
    if (this.tasks.length > maxTasks) this.tasks.shift();
  }

  /** Forgets all tasks; their scans go on. */
  forget(): void {
    this.#forgotten.push(...this.tasks.splice(0));
  }

  /** Updates everything to the present moment. */
  advance(now: number): void {
    for (const task of [...this.#forgotten, ...this.tasks]) {
      if (!task.settled && now > task.begun) {
        for (const image of task.images) if (/^waiting/.test(image.scan_status)) image.scan_status = "scanning";
      }
      advanceScan(task, now, {
        scanned: (image, at) => {
          const failed = isFailing(image, this.#presets);
          image.scan_status = failed ? "failed" : "success";
          if (failed) return;
          image.latest_scan_time = Math.floor(at);
          finishParts(image, listParts(task.scan_scope), { at, lateMs: this.#presets.lateMs(...listNames(image)) });
          if (image.where === "registry") this.paid.repository++;
        },
        left: (image) => {
          image.scan_status = image.latest_scan_time === 0 ? "unscan" : "failed";
        },
      });
    }
    for (const image of this.images.values()) reveal(image, now);
  }

  policyOf(enterprise: string): HssPolicy {
    const fresh = { enabled: false, scan_cycle: 7, scan_scope: 0, rate_limit: 0, time_scope: 0, selected: [] };
    const policy = this.policies.get(enterprise) ?? fresh;
    this.policies.set(enterprise, policy);
    return policy;
  }

  registries(isVisible: (image: HssImage) => boolean = () => true): HssRegistry[] {
    const all = [...this.images.values()].filter((image) => image.where === "registry" && isVisible(image));
    const byId = new Map(all.map((image) => [image.registry_id, image]));
    return [...byId.values()].map(({ registry_id, registry_name, registry_type }) => ({
      registry_id,
      registry_name,
      registry_type,
      images_num: all.filter((image) => image.registry_id === registry_id).length,
    }));
  }

  showTask(task: HssTask, now: number): object {
    const done = task.images.slice(0, task.done);
    const failed = done.filter((image) => isFailing(image, this.#presets));
    const words: Record<End, number> = { Success: 100, Cancel: -1, Timeout: -2, Error: -3 };
    const percent = Math.min(99, Math.floor(((now - task.begun) / Math.max(1, task.length)) * 100));
    const row = {
      task_id: task.id,
      policy_id: "",
      task_name: task.name,
      begin_time: Math.floor(task.begun),
      end_time: task.settled ? Math.floor(task.ends) : 0,
      remain_min: Math.ceil(secondsLeft(task, now) / 60),
      task_type: "manual",
      image_type: task.type,
      task_status: task.settled ? words[task.end] : percent,
      scan_scope: task.scan_scope ?? null,
      rate_limit: task.rate_limit ?? null,
      is_all: task.is_all,
      total_num: task.images.length,
      success_num: done.length - failed.length,
      failed_num: failed.length,
      risky_num: done.filter((image) => countVulnerabilities(image.findings) > 0).length,
      failed_reason: task.settled && task.end === "Error" ? "response_timed_out" : "",
      failed_images: failed.map(showFailed),
    };
    const nulls = { begin_time: null, end_time: null, remain_min: null, risky_num: null, failed_reason: null };
    return this.#presets.has("hss-null-fields") ? { ...row, ...nulls } : row;
  }
}

function showFailed({ id, registry_id, registry_name, registry_type, ...image }: HssImage): object {
  const { image_name, image_version, namespace } = image;
  const failed_reason = "download_failed";
  return { id, registry_id, registry_name, image_name, image_version, namespace, registry_type, failed_reason };
}

function isFailing(image: HssImage, presets: Presets): boolean {
  return image.outcome === "failed" || presets.has("hss-failed-images", ...listNames(image));
}

/** The parts of a scan by its mask; without one, everything. */
function listParts(mask = 0x7fff_ffff): Part[] {
  const bits = { CVE: 0xf_0000, VIRUS: 0xf00, RISK: 0xf0 } as const;
  return (["CVE", "VIRUS", "RISK"] as const).filter((part) => (mask & bits[part]) !== 0);
}

/** The ways to name an image in a preset. */
function listNames(image: HssImage): string[] {
  return [String(image.id), nameHssImage(image)];
}

/** An image on a host has no namespace. */
export function nameHssImage({ namespace, image_name, image_version }: HssImage): string {
  return `${namespace === "" ? "" : `${namespace}/`}${image_name}:${image_version}`;
}
