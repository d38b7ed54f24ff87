import { readFileSync, readlinkSync } from "node:fs";
import { shortDuration } from "../model/duration.js";
import type { ScanCounts } from "../model/status.js";
import { type Clock, systemClock } from "../transport/clock.js";
import { tell } from "./engine.js";
import type { Observation } from "./task-kind.js";

const plainLogSeconds = 30;

/** "45% 2m left, 9/20 images": the first words matter most, because a terminal cuts off the end, often after "45% 2m". */
export function progressText(sighting: Extract<Observation, { state: "running" }>): string {
  const { percent, counts, secondsLeft } = sighting;
  const share = percent === undefined ? [] : [`${Math.round(percent)}%`];
  const left = secondsLeft === undefined || secondsLeft <= 0 ? [] : [`${shortDuration(secondsLeft)} left`];
  const time = [...share, ...left].join(" ");
  return [time === "" ? "scanning" : time, imagesText(counts)].filter((part) => part !== "").join(", ");
}

/** "9/20 images" */
export function imagesText(counts: ScanCounts | undefined): string {
  if (counts?.total === undefined) return "";
  return `${counts.scanned === undefined ? "" : `${counts.scanned}/`}${counts.total} images`;
}

export interface ProgressOptions {
  readonly clock?: Clock;
  readonly hasTerminal?: boolean;
  readonly send?: typeof tell;
}

/**
 * The live status on the line of a resource. A terminal repaints that line. A plain log gets one more line for each
 * message: so there one appears only if the percentage or a count has moved since the line before, and
 * PULUMI_IMAGE_SCAN_LOG_SECONDS have passed.
 */
export class Progress {
  readonly #line: string | undefined;
  readonly #clock: Clock;
  readonly #hasTerminal: boolean;
  readonly #send: typeof tell;
  readonly #leastMs: number;
  #last = { text: "", move: "", at: Number.NEGATIVE_INFINITY };

  constructor(
    line: string | undefined,
    { clock = systemClock, hasTerminal = engineHasTerminal(), send = tell }: ProgressOptions = {},
  ) {
    this.#line = line;
    this.#clock = clock;
    this.#hasTerminal = hasTerminal;
    this.#send = send;
    const asked = Number(process.env["PULUMI_IMAGE_SCAN_LOG_SECONDS"] ?? "");
    this.#leastMs = (asked > 0 ? asked : plainLogSeconds) * 1000;
  }

  /** Shows a text; `move` is the part of it that changes only when something has moved. */
  async show(text: string, move = text): Promise<void> {
    const at = this.#clock.now();
    const isNew = this.#hasTerminal
      ? text !== this.#last.text
      : move !== this.#last.move && at - this.#last.at >= this.#leastMs;
    if (!isNew) return;
    this.#last = { text, move, at };
    await this.#send(this.#line, text, "info", true);
  }

  /** Replaces the last text by that of the end. A line that has shown nothing stays empty. */
  async finish(text: string): Promise<void> {
    if (this.#last.text !== "") await this.#send(this.#line, text, "info", true);
  }
}

let terminal: boolean | undefined;

/** Whether the CLI that started this process writes to a terminal. Told by Linux only; assumed elsewhere. */
function engineHasTerminal(): boolean {
  terminal ??= process.platform === "linux" ? cliHasTerminal(process.ppid) : true;
  return terminal;
}

function cliHasTerminal(pid: number): boolean {
  try {
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "pulumi") {
      return /^\/dev\/(pts\/|tty)/.test(readlinkSync(`/proc/${pid}/fd/1`));
    }
    const parent = Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    return parent > 1 && cliHasTerminal(parent);
  } catch {
    return false;
  }
}
