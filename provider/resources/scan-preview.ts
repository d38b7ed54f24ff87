import * as pulumi from "@pulumi/pulumi";
import { isUncertain } from "../lifecycle/cause.js";
import type { Request, TaskKind } from "../lifecycle/task-kind.js";
import { countThings } from "../model/count-things.js";
import { selectProperties } from "../validation/inputs.js";
import { isRunByCli } from "./installed-copy.js";

// At the end of a preview, the program says how many scans the update starts, of what, and why. It counts here, because
// the provider's process cannot tell a preview from an update.

/** What a preview knows of a task that adopts none. */
export interface PreviewedTask {
  /** `tencent:LocalScanTask "release"`. */
  readonly title: string;
  /** "3 images". Undefined while the request is not known. */
  readonly images?: string | undefined;
  /** Why a new baseline is read. Undefined if the present one stays. */
  readonly cause?: string | undefined;
  /** Whether the present baseline stays. */
  readonly hasBaseline?: boolean;
  /** Whether the update reaches the submission: `--target` can leave it out. */
  readonly isReached?: boolean;
  /** Whether the present submission stays, or is only updated. */
  readonly hasSubmission?: boolean;
  /** Whether it stays without an update. */
  readonly hasSameSubmission?: boolean;
  /** Whether the update reaches a wait. Without one, the task has `wait: false`, or `--target` leaves it out. */
  readonly isAwaited?: boolean;
  /** Whether an earlier update has begun to wait. */
  readonly hasWait?: boolean;
}

interface Baseline extends pulumi.CustomResource {
  readonly __cause: pulumi.Output<string | undefined>;
  readonly reading: pulumi.Output<object>;
}

interface LaterStep extends pulumi.CustomResource {
  /** One of its inputs. The engine does not show the inputs of a new resource that --target leaves out. */
  readonly line: pulumi.Output<string>;
}

interface Submission extends LaterStep {
  readonly submitted: pulumi.Output<object>;
}

/** Follows a task through a preview. There, callbacks run only for values that are known: inputs, and what stays. */
export class TaskPreview {
  known: PreviewedTask;

  constructor(title: string) {
    this.known = { title };
  }

  followImages(images: pulumi.Output<string>): void {
    images.apply((words) => this.#learn({ images: words }));
  }

  followBaseline(baseline: pulumi.CustomResource): void {
    const { __cause: why, reading } = baseline as Baseline;
    why.apply((cause) => this.#learn({ cause }));
    reading.apply(() => this.#learn({ hasBaseline: true }));
  }

  followSubmission(submission: pulumi.CustomResource): void {
    const { line, id, submitted } = submission as Submission;
    line.apply(() => this.#learn({ isReached: true }));
    // A preview shows the id of a resource that is only updated, but not its outputs.
    id.apply(() => this.#learn({ hasSubmission: true }));
    submitted.apply(() => this.#learn({ hasSameSubmission: true }));
  }

  followWait(wait: pulumi.CustomResource): void {
    const { line, id } = wait as LaterStep;
    line.apply(() => this.#learn({ isAwaited: true }));
    id.apply(() => this.#learn({ hasWait: true }));
  }

  #learn(more: Partial<PreviewedTask>): void {
    this.known = { ...this.known, ...more };
  }
}

/** Several copies of this package in one program write one message. */
const key = Symbol.for("pulumi-image-scan/preview");

/** The tasks of this program, for the message at its end. Undefined if nobody would read it. */
export function listProgramPreviews(): TaskPreview[] | undefined {
  return isRunByCli() ? listPreviews() : undefined;
}

function listPreviews(): TaskPreview[] {
  const shared = globalThis as { [key]?: TaskPreview[] };
  if (shared[key] === undefined) {
    shared[key] = [];
    process.on("beforeExit", announce);
  }
  return shared[key];
}

/** Follows a task and lists it, if this run is a preview. */
export function previewTask(
  kind: TaskKind,
  { title, request }: { readonly title: string; readonly request: object },
  list: typeof listProgramPreviews,
): TaskPreview | undefined {
  const previews = pulumi.runtime.isDryRun() ? list() : undefined;
  if (previews === undefined) return undefined;
  const preview = new TaskPreview(title);
  previews.push(preview);
  const describe = (known: object) => kind.describeImages(selectProperties<Request>(kind.inputs, known));
  preview.followImages(pulumi.output(request).apply(describe));
  return preview;
}

function announce(exitCode: number): void {
  const tasks = listPreviews().splice(0);
  const text = exitCode === 0 ? describeScans(tasks.map(({ known }) => known)) : undefined;
  if (text !== undefined) void pulumi.log.info(text);
}

/** A longer list would hide the resources above it. */
const mostLines = 10;

/** Says which scans the update starts, and for which running ones it waits. Undefined if there are none. */
export function describeScans(tasks: readonly PreviewedTask[]): string | undefined {
  const scans = tasks.flatMap((task) => {
    const cause = findCause(task);
    if (cause === undefined) return [];
    const { title, images = "images not known yet" } = task;
    return [{ line: `- ${cause}: ${title}, ${images}`, isSure: cause !== unrecorded && !isUncertain(cause) }];
  });
  const sure = scans.filter(({ isSure }) => isSure).length;
  const started = listLines(
    countScans(sure, scans.length - sure),
    scans.map(({ line }) => line),
  );
  const waits = tasks.filter(continues).map(({ title }) => `- ${title}`);
  const continued = listLines(
    `This update waits for ${countThings(waits.length, "scan")} that an earlier update started`,
    waits,
  );
  const lines = [...started, ...continued];
  return lines.length === 0 ? undefined : lines.join("\n");
}

function listLines(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - mostLines;
  return [`${title}:`, ...lines.slice(0, mostLines), ...(rest > 0 ? [`- and ${rest} more`] : [])];
}

/** Whether the update only waits, because a killed update has sent the request. */
function continues(task: PreviewedTask): boolean {
  return findCause(task) === undefined && task.isAwaited === true && task.hasSameSubmission === true && !task.hasWait;
}

/** The submission is not in the state, so the update looks for its task before it sends. */
const unrecorded = "unless an earlier update started it";

function findCause({ cause, hasBaseline, isReached, hasSubmission }: PreviewedTask): string | undefined {
  return cause ?? (hasBaseline && isReached && !hasSubmission ? unrecorded : undefined);
}

function countScans(sure: number, perhaps: number): string {
  if (sure === 0) return `This update starts perhaps ${countThings(perhaps, "scan")}`;
  const more = perhaps === 0 ? "" : `, and perhaps ${perhaps} more`;
  return `This update starts ${countThings(sure, "scan")}${more}`;
}
