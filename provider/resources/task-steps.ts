import * as pulumi from "@pulumi/pulumi";
import { isSameRequest, isSameTriggers } from "../lifecycle/fingerprint.js";
import {
  type AwaitedTask,
  argumentRules,
  type BaselineOfTask,
  type SubmittedTask,
  unjudgeable,
} from "../lifecycle/task-inputs.js";
import type { Snapshot, TaskKind } from "../lifecycle/task-kind.js";
import type { Findings } from "../model/findings.js";
import type { ScanCounts, ScanStatus } from "../model/status.js";
import type { Verdict } from "../model/verdict.js";
import { type Failure, failuresOf, type Inputs, propertiesOf } from "../validation/inputs.js";
import { DynamicResource } from "./dynamic-resource.js";
import { isPlain } from "./inputs-of.js";
import { ownVersion } from "./installed-copy.js";
import type { TaskArgs } from "./task-args.js";
import { firstOf, routeOptions, type StepName } from "./task-options.js";
import { urnText } from "./urn-text.js";

/** A task as a gate takes it. */
interface GatedTask {
  readonly name: string;
  /** Whether it waits for its own end. */
  readonly isAwaited: boolean;
  /** What its wait would be told. */
  props(): pulumi.Inputs;
  /** Why thresholds could never be met, because the scan does not look for what they judge; as far as that is known. */
  whyUnjudgeable(thresholds: unknown): string | undefined;
}

const keyStart = "pulumi-image-scan@";
/** A program may have several copies of this package; those of one version know each other's tasks. */
const gatedKey = Symbol.for(`${keyStart}${ownVersion}`);

/** Keeps what a gate needs of a task. */
export function registerGated(task: object, gated: GatedTask): void {
  Object.defineProperty(task, gatedKey, { value: gated });
}

/** What a gate needs of a task; nothing of anything else. */
export function gatedTask(task: object): GatedTask | undefined {
  return (task as { readonly [gatedKey]?: GatedTask } | undefined)?.[gatedKey];
}

/** The version of the package that made a task; nothing of anything else. */
export function versionOfTask(task: object): string | undefined {
  const keys = Object.getOwnPropertySymbols(Object(task)).map(({ description = "" }) => description);
  return keys.find((key) => key.startsWith(keyStart))?.slice(keyStart.length);
}

type Step = ConstructorParameters<typeof DynamicResource>;

interface Declaration {
  /** The step that is the object in the program. */
  readonly last: Step;
  /** Gives it the outputs that it publishes. */
  publish(task: object): void;
  readonly gated: GatedTask;
}

/**
 * The three steps of a task, each a resource of its own: the baseline, the submission, the wait. Each is in the state
 * before the next begins, so none is lost or repeated when the run is killed. The last one is the object in the program.
 */
export function declareSteps<C, R, B extends Snapshot>(
  kind: TaskKind<C, R, B>,
  name: string,
  args: TaskArgs<R>,
  opts: pulumi.CustomResourceOptions | undefined,
): Declaration {
  const { account, triggers, wait, waitTimeoutSeconds, failOn, thresholds, adoptTaskId, onDelete, ...rest } = args;
  const request = given(rest);
  const isAwaited = wait !== false;
  const routed = routeOptions(
    {
      title: `${kind.token} "${name}"`,
      requestFields: Object.keys(kind.inputs.properties),
      isAwaited,
      hasWaitTimeout: waitTimeoutSeconds !== undefined,
    },
    opts,
  );
  const timeout = waitTimeoutSeconds ?? routed.waitTimeout;
  const step = (title: StepName, outputs: readonly string[], inputs: pulumi.Inputs): Step => {
    const token = `${kind.token}${title}`;
    const line = title === "Baseline" ? {} : { line: urnText(name, token, opts?.parent) };
    const run = `${kind.token}/${title === "" ? "wait" : title.toLowerCase()}`;
    return [token, run, name, { ...declared(outputs), ...given(inputs), ...line }, routed.steps[title]];
  };

  // In a microtask the SDK keeps one line of the constructor's stack in the state, not all of it.
  const baseline = pulumi.output(
    Promise.resolve().then(() => {
      const inputs = { ...request, account, triggers, problems: problemsOf(kind, args) };
      return baselineOf(new DynamicResource(...step("Baseline", ["fingerprint", "snapshot"], inputs)), request);
    }),
  ) as unknown as pulumi.Output<BaselineOfTask>;
  const { stopTimeoutSeconds } = routed;
  const sending = { baseline, adoptTaskId, onDelete, waitTimeoutSeconds: timeout, stopTimeoutSeconds };
  const submission = step("Submission", ["submitted"], sending);
  const isSent = sentCheck(kind, args, opts?.ignoreChanges);
  const awaitedTask = (submitted: pulumi.Output<SubmittedTask>) => awaited(baseline, submitted, isSent);
  const whyUnjudgeable = (judging: unknown) =>
    isPlain(request) ? unjudgeable({ ...request, thresholds: judging }, kind.finds)[0]?.reason : undefined;
  const propsOf = (submitted: pulumi.Output<SubmittedTask>) =>
    given({ name, kind: kind.token, waitTimeoutSeconds: timeout, thresholds, submitted: awaitedTask(submitted) });

  if (!isAwaited) {
    let own: pulumi.Output<SubmittedTask> | undefined;
    return {
      last: submission,
      publish: (task) => {
        const { submitted } = task as Submission;
        own = submitted;
        define(task, { ...identityOf(kind, submitted), ...unwaited });
      },
      gated: { name, isAwaited, props: () => propsOf(own as pulumi.Output<SubmittedTask>), whyUnjudgeable },
    };
  }
  const submitted = pulumi.output(
    Promise.resolve().then(() => (new DynamicResource(...submission) as Submission).submitted),
  );
  keepSecret(request, routed.steps[""]);
  const seen = ofTheEnd.filter((one) => thresholds !== undefined || !ofTheVerdict.includes(one));
  const inputs = { submitted: awaitedTask(submitted), thresholds, failOn, waitTimeoutSeconds: timeout };
  return {
    last: step("", [...seen, "waitedFor"], inputs),
    publish: (task) => define(task, { ...identityOf(kind, submitted), ...endOf(submitted, task as Wait) }),
    gated: { name, isAwaited, props: () => propsOf(submitted), whyUnjudgeable },
  };
}

interface Submission extends DynamicResource {
  readonly submitted: pulumi.Output<SubmittedTask>;
}

interface Wait extends DynamicResource {
  readonly waitedFor: pulumi.Output<string>;
  readonly status: pulumi.Output<ScanStatus>;
  readonly rawStatus: pulumi.Output<string | undefined>;
  readonly reason: pulumi.Output<string | undefined>;
  readonly counts: pulumi.Output<ScanCounts | undefined>;
  readonly finishedAt: pulumi.Output<string | undefined>;
  readonly findings: pulumi.Output<Findings | undefined>;
  readonly verdict: pulumi.Output<Verdict | undefined>;
  readonly verdictReason: pulumi.Output<string | undefined>;
}

/** What a submission takes of its baseline: from the state and not from the program, which may leave a change ignored. */
function baselineOf(resource: DynamicResource, request: object): pulumi.Output<BaselineOfTask> {
  const own = resource as unknown as Record<string, pulumi.Output<unknown>>;
  const fields = Object.keys(request).map((name) => [name, own[name]] as const);
  const { account, triggers, fingerprint: digest, snapshot } = own;
  return pulumi
    .output({ account, triggers, fingerprint: digest, snapshot, request: Object.fromEntries(fields) })
    .apply((known) => given(known)) as unknown as pulumi.Output<BaselineOfTask>;
}

/** Tells whether what the baseline holds is what the program asks for, apart from changes that it wants ignored. */
type SentCheck = pulumi.Output<(baseline: BaselineOfTask) => boolean>;

function sentCheck<C, R, B extends Snapshot>(
  kind: TaskKind<C, R, B>,
  args: object,
  ignoreChanges: readonly string[] = [],
): SentCheck {
  const ignored = ignoreChanges.map(firstOf);
  const isAllIgnored = ignored.includes("*");
  const heeded = (all: object): Inputs =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !isAllIgnored && !ignored.includes(name)));
  return pulumi.output(args).apply((known) => {
    const wanted = heeded(known as object);
    const request = propertiesOf<R>(kind.inputs, wanted);
    return (baseline: BaselineOfTask) => {
      const kept = heeded({ ...baseline.request, account: baseline.account, triggers: baseline.triggers });
      const isSame = isSameRequest(kind, request, propertiesOf<R>(kind.inputs, kept));
      return isSame && kept["account"] === wanted["account"] && isSameTriggers(kept["triggers"], wanted["triggers"]);
    };
  }) as unknown as SentCheck;
}

/** What a wait and a gate are told. A targeted update can leave the submission behind the program, or behind its baseline. */
function awaited(
  baseline: pulumi.Output<BaselineOfTask>,
  submitted: pulumi.Output<SubmittedTask>,
  isSent: SentCheck,
): pulumi.Output<AwaitedTask> {
  const unsent = "its request has changed, and was not sent; run pulumi up without --target";
  return pulumi.all([baseline, submitted, isSent]).apply(([before, task, check]): AwaitedTask => {
    const { account, request, snapshot, fingerprint } = before as unknown as BaselineOfTask;
    const isCurrent = task?.fingerprint === fingerprint && check(before as unknown as BaselineOfTask);
    return {
      ...given({ account, request, snapshot }),
      ...task,
      ...(isCurrent ? {} : { unresolved: unsent }),
    } as AwaitedTask;
  });
}

/** What is wrong with the arguments; nothing to declare where all are known and right. */
function problemsOf<C, R, B extends Snapshot>(kind: TaskKind<C, R, B>, args: object) {
  const find = (known: unknown): Failure[] | undefined => {
    const problems = failuresOf(known as Inputs, argumentRules(kind));
    return problems.length === 0 ? undefined : problems;
  };
  return isPlain(args) ? find(args) : pulumi.output(args).apply(find);
}

/** Those of the inputs that there are: the SDK makes promises for each, also for one that is undefined. */
function given<T extends object>(inputs: T): T {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined)) as T;
}

/** Outputs must be declared, or the SDK does not make them. */
function declared(names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

type Published = Readonly<Record<string, () => pulumi.Output<unknown>>>;

/**
 * Outputs are made when they are first read: each costs promises, and a program reads few of them. What a step keeps for
 * the next one is hidden, so that an exported task shows what it publishes and nothing else.
 */
function define(task: object, outputs: Published): void {
  for (const name of Object.keys(task)) {
    if (name !== "urn" && name !== "id") Object.defineProperty(task, name, { enumerable: false });
  }
  for (const [name, make] of Object.entries(outputs)) {
    let made: pulumi.Output<unknown> | undefined;
    const get = () => {
      made ??= make();
      return made;
    };
    Object.defineProperty(task, name, { get, enumerable: true, configurable: true });
  }
}

function identityOf(kind: { readonly ids: readonly string[] }, submitted: pulumi.Output<SubmittedTask>): Published {
  const ids = kind.ids.map((id) => [id, () => submitted.apply((sent) => sent?.task?.[id])] as const);
  return {
    ...Object.fromEntries(ids),
    submittedAt: () => submitted.apply((sent) => sent?.submittedAt ?? undefined),
  };
}

/** What only a wait can know. */
const ofTheEnd = [
  "status",
  "rawStatus",
  "reason",
  "counts",
  "finishedAt",
  "findings",
  "verdict",
  "verdictReason",
] as const;

/** What there is with thresholds only. */
const ofTheVerdict: readonly string[] = ["verdict", "verdictReason"];

const unwaited: Published = Object.fromEntries(ofTheEnd.map((name) => [name, () => pulumi.output(undefined)]));

type End = { readonly [Name in (typeof ofTheEnd)[number]]?: unknown };

/** What the wait has seen, if it was the end of this very submission: a targeted update can leave the two apart. */
function endOf(submitted: pulumi.Output<SubmittedTask>, wait: Wait): Published {
  const raw = Object.fromEntries(ofTheEnd.map((name) => [name, wait[name] as pulumi.Output<unknown> | undefined]));
  const { waitedFor } = wait;
  // A mock may give neither.
  const isOwn = () => pulumi.all([submitted, waitedFor]).apply(([sent, seen]) => sent?.submission === seen);
  const other: End = {
    status: "UNKNOWN",
    rawStatus: "UNKNOWN",
    reason: "the end of this scan has not been waited for; run pulumi up without --target",
  };
  const one = (name: keyof End) => () => {
    const seen: pulumi.Output<unknown> = raw[name] ?? pulumi.output(undefined);
    return isOwn().apply((own): unknown => (own ? seen : other[name]));
  };
  return Object.fromEntries(ofTheEnd.map((name) => [name, one(name)]));
}

/** What a wait publishes may name the images that were asked for. */
const namesImages = ["findings", "reason", "verdictReason"];

/**
 * Makes outputs secret that repeat a secret part of the request. Whether there is one is known later; the SDK reads the
 * list when it registers the resource, which waits for the request.
 */
function keepSecret(request: object, options: pulumi.CustomResourceOptions): void {
  if (isPlain(request)) return;
  const names = [...(options.additionalSecretOutputs ?? [])];
  options.additionalSecretOutputs = names;
  void pulumi.isSecret(pulumi.output(request)).then((isSecret) => {
    if (isSecret) names.push(...namesImages);
  });
}
