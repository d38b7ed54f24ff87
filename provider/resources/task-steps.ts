import * as pulumi from "@pulumi/pulumi";
import { isSameRequest, isSameTriggers } from "../lifecycle/fingerprint.js";
import {
  type AwaitedTask,
  applyPins,
  argumentRules,
  type BaselineOfTask,
  type Pins,
  type SubmittedTask,
  unjudgeable,
} from "../lifecycle/task-inputs.js";
import type { Request, TaskKind } from "../lifecycle/task-kind.js";
import { type TaskStep, taskType } from "../model/resource-types.js";
import { type Failure, findFailures, type Inputs, selectProperties } from "../validation/inputs.js";
import { DynamicResource } from "./dynamic-resource.js";
import type { GatedTask } from "./gated-task.js";
import { isPlain } from "./inputs-of.js";
import { listProgramPreviews, previewTask, type TaskPreview } from "./scan-preview.js";
import { secretOutputs } from "./secret-outputs.js";
import type { TaskArgs } from "./task-args.js";
import { outputsOfEnd, type RoutedOptions, readFirstField, routeOptions, type StepName } from "./task-options.js";
import { ofTheVerdict, publishEnd, publishIds, publishOutputs, unwaited, type Wait } from "./task-outputs.js";
import { urnText } from "./urn-text.js";

type Step = ConstructorParameters<typeof DynamicResource>;

/** How steps become resources: dynamic resources in a program, the plugin's own resources in the plugin. */
export interface StepHome {
  readonly type: (token: string, step: TaskStep) => string;
  /** A class, because the state keeps each function that calls its constructor. */
  readonly Resource: new (
    ...step: Step
  ) => pulumi.CustomResource;
  /** Where the task of a preview is listed. */
  readonly listPreviews: typeof listProgramPreviews;
}

const program: StepHome = { type: taskType, Resource: DynamicResource, listPreviews: listProgramPreviews };

interface Declaration {
  /** The step that is the object in the program. */
  readonly last: Step;
  /** Defines the outputs of this object. */
  publish(task: object): void;
  readonly gated: GatedTask;
}

/**
 * Declares the three steps of a task, each a resource: the baseline, the submission, the wait. Each is in the state
 * before the next begins, so a killed run loses and repeats none. The last one is the object in the program.
 */
export function declareSteps(
  kind: TaskKind,
  name: string,
  args: TaskArgs<object>,
  opts: pulumi.CustomResourceOptions | undefined,
  home = program,
): Declaration {
  const { account, triggers, wait, waitTimeoutSeconds, failOn, thresholds, adoptTaskId, onDelete, ...rest } = args;
  const request = given(rest);
  const isAwaited = wait !== false;
  const title = `${kind.token} "${name}"`;
  const routed = routeOptions(
    {
      title,
      requestFields: Object.keys(kind.inputs.properties),
      ids: kind.ids,
      isAwaited,
      hasWaitTimeout: waitTimeoutSeconds !== undefined,
    },
    opts,
  );
  const { stopTimeoutSeconds, waitTimeout } = routed;
  const timeout = waitTimeoutSeconds ?? waitTimeout;
  const step = (title: StepName, outputs: readonly string[], inputs: pulumi.Inputs): Step => {
    const stepName = title === "" ? "wait" : (title.toLowerCase() as TaskStep);
    const type = home.type(kind.token, stepName);
    const line = title === "Baseline" ? {} : { line: urnText(name, type, opts?.parent) };
    const run = `${kind.token}/${stepName}`;
    return [type, run, name, { ...declared(outputs), ...given(inputs), ...line }, routed.steps[title]];
  };

  const isSecret = isSecretRequest(request, routed);
  const reading = routed.steps.Baseline;
  reading.additionalSecretOutputs = secretOutputs(reading.additionalSecretOutputs, ["reading"], isSecret);
  const preview = adoptTaskId === undefined ? previewTask(kind, { title, request }, home.listPreviews) : undefined;
  const read = declareBaseline({ kind, args, request, preview, home }, (outputs, problems) =>
    step("Baseline", outputs, { ...request, account, triggers, problems }),
  );
  const baseline = read.apply(({ sent }) => sent) as unknown as pulumi.Output<BaselineOfTask>;
  const sending = { baseline, adoptTaskId, onDelete, waitTimeoutSeconds: timeout, stopTimeoutSeconds };
  const submission = step("Submission", ["submitted"], sending);
  const isSent = sentCheck(kind, args, opts?.ignoreChanges);
  const awaitedTask = (submitted: pulumi.Output<SubmittedTask>) => awaited(read, submitted, isSent);
  const whyUnjudgeable = (judging: unknown) =>
    isPlain(request) ? unjudgeable({ ...request, thresholds: judging }, kind.detectableFindings)[0]?.reason : undefined;
  const gatedBy = { name, kind: kind.token, waitTimeoutSeconds: timeout, thresholds };
  const propsOf = (submitted: pulumi.Output<SubmittedTask>) =>
    given({ ...gatedBy, submitted: forGate(awaitedTask(submitted), baseline) });

  if (!isAwaited) {
    let own: pulumi.Output<SubmittedTask> | undefined;
    return {
      last: submission,
      publish: (task) => {
        const { submitted } = task as Submission;
        own = submitted;
        preview?.followSubmission(task as Submission);
        publishOutputs(task, { ...publishIds(kind, submitted), ...unwaited });
      },
      gated: { name, isAwaited, isSecret, props: () => propsOf(own as pulumi.Output<SubmittedTask>), whyUnjudgeable },
    };
  }
  const submitted = declareSubmission(submission, { preview, home });
  const waiting = routed.steps[""];
  waiting.additionalSecretOutputs = secretOutputs(waiting.additionalSecretOutputs, namesImages, isSecret);
  const seen = outputsOfEnd.filter((one) => thresholds !== undefined || !ofTheVerdict.includes(one));
  const inputs = { submitted: awaitedTask(submitted), thresholds, failOn, waitTimeoutSeconds: timeout };
  return {
    last: step("", [...seen, "waitedFor"], inputs),
    publish: (task) => {
      preview?.followWait(task as Wait);
      publishOutputs(task, { ...publishIds(kind, submitted), ...publishEnd(inputs.submitted, task as Wait) });
    },
    gated: { name, isAwaited, isSecret, props: () => propsOf(submitted), whyUnjudgeable },
  };
}

interface DeclaredRequest {
  readonly kind: TaskKind;
  readonly args: TaskArgs<object>;
  readonly request: object;
  readonly preview: TaskPreview | undefined;
  readonly home: StepHome;
}

function declareBaseline(
  { kind, args, request, preview, home }: DeclaredRequest,
  step: (outputs: readonly string[], problems: ReturnType<typeof findProblems>) => Step,
): pulumi.Output<ReadBaseline> {
  const outputs = ["fingerprint", "reading", ...(preview === undefined ? [] : ["__cause"])];
  // In a microtask the SDK keeps one line of the constructor's stack in the state, not all of it.
  const declaring = Promise.resolve().then(() => {
    const resource = new home.Resource(...step(outputs, findProblems(kind, args)));
    preview?.followBaseline(resource);
    return packBaseline(resource, request);
  });
  return pulumi.output(declaring) as unknown as pulumi.Output<ReadBaseline>;
}

function declareSubmission(
  step: Step,
  { preview, home }: Pick<DeclaredRequest, "preview" | "home">,
): pulumi.Output<SubmittedTask> {
  const declaring = Promise.resolve().then(() => {
    const resource = new home.Resource(...step) as Submission;
    preview?.followSubmission(resource);
    return resource.submitted;
  });
  return pulumi.output(declaring);
}

interface Submission extends pulumi.CustomResource {
  readonly submitted: pulumi.Output<SubmittedTask>;
}

interface ReadBaseline {
  /** As the submission gets it: with the pinned images. */
  readonly sent: BaselineOfTask;
  /** The request as the program wrote it for this baseline. */
  readonly written: Inputs;
}

/** Reads the baseline from the outputs of its resource. The arguments can have changes that `ignoreChanges` ignores. */
function packBaseline(resource: pulumi.CustomResource, request: object): pulumi.Output<ReadBaseline> {
  const own = resource as unknown as Record<string, pulumi.Output<unknown>>;
  const fields = Object.fromEntries(Object.keys(request).map((name) => [name, own[name]] as const));
  const { account, triggers, fingerprint, reading } = own;
  return pulumi.output({ fields, account, triggers, fingerprint, reading }).apply((known): ReadBaseline => {
    const { fields: written, reading: kept, ...more } = known as unknown as KnownBaseline;
    // A mock may omit `reading`.
    const { pinned, ...evidence } = kept ?? {};
    const sent = { ...more, reading: kept && evidence, request: applyPins(written, pinned) };
    return { sent: given(sent) as BaselineOfTask, written };
  });
}

type KnownBaseline = Omit<BaselineOfTask, "request" | "reading"> & {
  readonly fields: Inputs;
  readonly reading?: BaselineOfTask["reading"] & { readonly pinned?: Pins };
};

/** Whether the baseline holds the request of the program. Ignored changes do not count. */
type SentCheck = pulumi.Output<(baseline: ReadBaseline) => boolean>;

function sentCheck(kind: TaskKind, args: object, ignoreChanges: readonly string[] = []): SentCheck {
  const ignored = ignoreChanges.map(readFirstField);
  const isAllIgnored = ignored.includes("*");
  const heeded = (all: object): Inputs =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !isAllIgnored && !ignored.includes(name)));
  return pulumi.output(args).apply((known) => {
    const wanted = heeded(known as object);
    const request = selectProperties<Request>(kind.inputs, wanted);
    return ({ written, sent: { account, triggers } }: ReadBaseline) => {
      const kept = heeded({ ...written, account, triggers });
      const isSame = isSameRequest(kind, request, selectProperties<Request>(kind.inputs, kept));
      return isSame && kept["account"] === wanted["account"] && isSameTriggers(kept["triggers"], wanted["triggers"]);
    };
  }) as unknown as SentCheck;
}

/**
 * The task, for a wait and a gate. After a targeted update, the submission can be older than the program or its
 * baseline. Then the request was not sent, and a known end belongs to an earlier request.
 */
function awaited(
  baseline: pulumi.Output<ReadBaseline>,
  submitted: pulumi.Output<SubmittedTask>,
  isSent: SentCheck,
): pulumi.Output<AwaitedTask> {
  const unresolved =
    "its request has changed, and was not sent; run pulumi up without --target, and without a transform that changes it";
  return pulumi.all([baseline, submitted, isSent]).apply(([before, task, check]): AwaitedTask => {
    const read = before as unknown as ReadBaseline;
    const { account, request, reading } = read.sent;
    const isCurrent = task?.baselineId === reading?.id && check(read);
    const unsent = { submission: `${task?.submission}, not sent`, unresolved };
    return {
      ...given({ account, request, reading }),
      ...task,
      ...(isCurrent ? {} : unsent),
    } as AwaitedTask;
  });
}

/** The task as a gate gets it. The hash of the gate's inputs contains the fingerprint. */
function forGate(
  task: pulumi.Output<AwaitedTask>,
  baseline: pulumi.Output<BaselineOfTask>,
): pulumi.Output<AwaitedTask> {
  return pulumi.all([task, baseline]).apply(([known, { fingerprint }]) => ({ ...known, fingerprint }) as AwaitedTask);
}

/** The problems of the arguments. Undefined if all are known and good: then the baseline has no such input. */
function findProblems(kind: TaskKind, args: object) {
  const find = (known: unknown): Failure[] | undefined => {
    const problems = findFailures(known as Inputs, argumentRules(kind));
    return problems.length === 0 ? undefined : problems;
  };
  return isPlain(args) ? find(args) : pulumi.output(args).apply(find);
}

/** Removes undefined inputs, because the SDK makes promises for each of them. */
function given<T extends object>(inputs: T): T {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined)) as T;
}

/** Declares outputs. The SDK makes only declared ones. */
function declared(names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Outputs of a wait that can name requested images. */
const namesImages = ["findings", "reason", "verdictReason"];

/** Whether a field of the request is secret: an output that repeats it must be secret as well. */
async function isSecretRequest(request: object, { steps }: RoutedOptions): Promise<boolean> {
  const declaredSecret = steps.Baseline.additionalSecretOutputs ?? [];
  if (declaredSecret.some((name) => Object.hasOwn(request, name))) return true;
  return isPlain(request) ? false : pulumi.isSecret(pulumi.output(request));
}
