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
  /** Whether the present submission stays. */
  readonly hasSubmission?: boolean;
}

interface Baseline extends pulumi.CustomResource {
  readonly __cause: pulumi.Output<string | undefined>;
  readonly reading: pulumi.Output<object>;
}

interface Submission extends pulumi.CustomResource {
  /** One of its inputs. The engine does not show the inputs of a new resource that --target leaves out. */
  readonly line: pulumi.Output<string>;
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
    const { line, submitted } = submission as Submission;
    line.apply(() => this.#learn({ isReached: true }));
    submitted.apply(() => this.#learn({ hasSubmission: true }));
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
  {
    title,
    request,
    list,
  }: { readonly title: string; readonly request: object; readonly list: typeof listProgramPreviews },
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

/** Says which scans the update starts. Undefined if it starts none. */
export function describeScans(tasks: readonly PreviewedTask[]): string | undefined {
  const scans = tasks.flatMap((task) => {
    const cause = findCause(task);
    if (cause === undefined) return [];
    const { title, images = "images not known yet" } = task;
    return [{ line: `- ${cause}: ${title}, ${images}`, isSure: cause !== unrecorded && !isUncertain(cause) }];
  });
  if (scans.length === 0) return undefined;
  const sure = scans.filter(({ isSure }) => isSure).length;
  const shown = scans.slice(0, mostLines).map(({ line }) => line);
  const rest = scans.length - shown.length;
  return [`${countScans(sure, scans.length - sure)}:`, ...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join(
    "\n",
  );
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
