import * as pulumi from "@pulumi/pulumi";
import { argumentRules, type FailOn, idsOutput, unjudgeable } from "../lifecycle/task-inputs.js";
import type { Snapshot, TaskKind } from "../lifecycle/task-kind.js";
import type { Findings } from "../model/findings.js";
import type { ScanCounts, ScanStatus, TaskIds } from "../model/status.js";
import type { Thresholds } from "../model/thresholds.js";
import type { Verdict } from "../model/verdict.js";
import { sha256Hex } from "../transport/digest.js";
import { writeJson } from "../transport/json.js";
import { canonical } from "../validation/canonical.js";
import { failuresOf, type Inputs, propertiesOf } from "../validation/inputs.js";
import { refuseConfigMistakes } from "./config-mistakes.js";
import { DynamicResource } from "./dynamic-resource.js";
import { type InputsOf, isPlain } from "./inputs-of.js";

/** Arguments that every task takes. None but `triggers` starts a scan when it changes. */
export interface TaskOptions {
  /**
   * Name of the account, for programs that use several: "prod" reads its credentials from the config
   * namespace `tencentcloud-prod` or `huaweicloud-prod`. Part of the task's identity: another account replaces it.
   */
  readonly account?: string;
  /** Values whose change starts a new scan, such as an image's digest or a build number. */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether `pulumi up` waits for the end of the scan. Default true. Without it, status and counts are undefined. */
  readonly wait?: boolean;
  /**
   * Seconds for which one update waits; then it fails, the scan goes on, and the next update waits on for
   * the same task. It bounds as well how long a submission waits for an earlier scan of the same images.
   * Default: the scan's own timeout plus ten minutes where the request names one, else six hours.
   */
  readonly waitTimeoutSeconds?: pulumi.Input<number>;
  /**
   * `"never"` (default): a scan that did not succeed is published, with a warning. `"task"`: it fails the
   * update, and each later one until the request or its triggers change. `"verdict"`: so does a scan whose verdict
   * is not `PASS`; it needs `thresholds`.
   */
  readonly failOn?: pulumi.Input<FailOn>;
  /**
   * How much the scan may find and still pass. Without it there is no verdict. A change judges what was found once
   * more, without a scan and without a call.
   */
  readonly thresholds?: pulumi.Input<InputsOf<Thresholds>>;
  /** Id of a task that runs already, or has ended: taken over instead of starting a scan. Never stopped on delete. */
  readonly adoptTaskId?: pulumi.Input<string>;
  /** What becomes of a scan that still runs when the resource is deleted: `"stop"` (default) or `"leave"`. */
  readonly onDelete?: pulumi.Input<"stop" | "leave">;
}

/** A scan's request, each field of which may be an output, and the arguments that all tasks take. */
export type TaskArgs<Request> = InputsOf<Request> & TaskOptions;

/** A one-shot scan: submitted once, and waited for. */
export abstract class ScanTask extends pulumi.ComponentResource {
  /** How the scan ended. Undefined with `wait: false`. */
  declare readonly status: pulumi.Output<ScanStatus | undefined>;
  /** The cloud's own words for the end of the scan. */
  declare readonly rawStatus: pulumi.Output<string | undefined>;
  /** Why the status is not `SUCCEEDED`, or what the cloud remarks although it is. */
  declare readonly reason: pulumi.Output<string | undefined>;
  /** Numbers of images; one that the cloud does not tell is undefined. */
  declare readonly counts: pulumi.Output<ScanCounts | undefined>;
  /** What was found, read after the end of the scan. Undefined where nobody can tell what this very scan has found. */
  declare readonly findings: pulumi.Output<Findings | undefined>;
  /** What status and findings mean by the thresholds. Undefined without them, and with `wait: false`. */
  declare readonly verdict: pulumi.Output<Verdict | undefined>;
  /** Why the verdict is what it is: what is too much or not known, or which exceptions made it a `PASS`. */
  declare readonly verdictReason: pulumi.Output<string | undefined>;
  /** When the cloud accepted the request (ISO 8601, by its clock). Undefined for a task that was taken over. */
  declare readonly submittedAt: pulumi.Output<string | undefined>;
  /** When the end of the scan was seen (ISO 8601). */
  declare readonly finishedAt: pulumi.Output<string | undefined>;
}

export interface TaskClass<Request, Id extends string, AbsentId extends string> {
  /** @internal */
  readonly __pulumiType: string;
  new (
    name: string,
    args: TaskArgs<Request>,
    opts?: pulumi.ComponentResourceOptions,
  ): ScanTask & { readonly [Name in Id]: pulumi.Output<string> } & {
    readonly [Name in AbsentId]: pulumi.Output<string | undefined>;
  };
}

/** The resource class of a kind of task. */
export function scanTaskClass<Client, Request, Baseline extends Snapshot, Id extends string, AbsentId extends string>(
  kind: TaskKind<Client, Request, Baseline, Id, AbsentId>,
): TaskClass<Request, Id, AbsentId> {
  const type = `pulumi-image-scan:${kind.token}`;
  class Task extends ScanTask {
    static readonly __pulumiType = type;

    constructor(name: string, given: TaskArgs<Request>, opts?: pulumi.ComponentResourceOptions) {
      // Without the compiler's help a program may leave them out; what is missing is said by the check.
      const args = given ?? ({} as TaskArgs<Request>);
      refuseConfigMistakes(kind.token, args.account);
      super(type, name, {}, opts);
      const published = declareSteps(this, kind, name, args, (submitted) => tasks.set(this, submitted));
      Object.assign(this, published);
      // The engine writes the whole state for each resource, and what is long is in the wait's already.
      const { counts, findings, verdictReason, ...short } = published;
      this.registerOutputs(short);
    }
  }
  return Task as unknown as TaskClass<Request, Id, AbsentId>;
}

/** A task as a gate takes it. */
interface SubmittedTask {
  readonly name: string;
  /** Whether it waits for its own end. */
  readonly isAwaited: boolean;
  /** What its wait would be told. */
  readonly props: pulumi.Inputs;
  /** Why thresholds could never be met, because the scan does not look for what they judge; as far as that is known. */
  whyUnjudgeable(thresholds: unknown): string | undefined;
}

const tasks = new WeakMap<object, SubmittedTask>();

export function submittedTask(task: object): SubmittedTask | undefined {
  return tasks.get(task);
}

interface Baseline extends DynamicResource {
  readonly snapshot: pulumi.Output<Snapshot>;
}

interface Submission extends DynamicResource {
  readonly submission: pulumi.Output<string>;
  readonly ids: pulumi.Output<TaskIds>;
  readonly taskIds: pulumi.Output<TaskIds>;
  readonly unresolved: pulumi.Output<string> | undefined;
  readonly fence: pulumi.Output<Snapshot>;
  /** Of the request that was sent: an update that leaves this step out can leave it behind the program's. */
  readonly fingerprint: pulumi.Output<string>;
  readonly origin: pulumi.Output<string>;
  readonly submittedAt: pulumi.Output<string | undefined>;
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

/**
 * The three steps of a task, each a resource of its own: what is known before, the submission, the wait.
 * Each is in the state before the next begins, so none is lost or repeated when the run is killed.
 */
function declareSteps<C, R, B extends Snapshot>(
  component: pulumi.ComponentResource,
  kind: TaskKind<C, R, B>,
  name: string,
  args: TaskArgs<R>,
  submittedAs: (task: SubmittedTask) => void,
): Record<string, pulumi.Output<unknown>> {
  const { account, triggers, wait, waitTimeoutSeconds, failOn, thresholds, adoptTaskId, onDelete, ...request } = args;
  const step = (title: "Baseline" | "Submission" | "Wait", outputs: readonly string[], inputs: pulumi.Inputs) => {
    const run = `${kind.token}/${title.toLowerCase()}`;
    return [
      `${kind.token}${title}`,
      run,
      name,
      { ...declared(outputs), ...given(inputs) },
      { parent: component },
    ] as const;
  };
  const shared = { account, waitTimeoutSeconds, component: urnOf(component) };
  const plan = pulumi.output(args as Inputs).apply((known) => planOf(kind, known));
  const fingerprint = plan.apply((made) => made.fingerprint);
  const problems = plan.apply((made) => made.problems);
  const scope = kind.scope === undefined ? undefined : plan.apply((made) => made.scope);

  const known = { scope, account, fingerprint, problems };
  const baseline = new DynamicResource(...step("Baseline", ["snapshot"], known)) as Baseline;

  const { snapshot } = baseline;
  const asked = { ...request, ...shared, fingerprint, triggers, adoptTaskId, onDelete, snapshot };
  const late = [...(kind.likeness === undefined ? [] : ["unresolved"]), ...(kind.looksBack === true ? ["fence"] : [])];
  const found = [idsOutput(kind), "origin", "submission", "submittedAt", ...late];
  const submission = new DynamicResource(...step("Submission", found, asked)) as Submission;

  const submitted = asSubmitted(kind, { step: submission, snapshot, fingerprint });
  const { task, submittedAt } = submitted;
  const identity = Object.fromEntries(kind.ids.map((id) => [id, task.apply((all) => all?.[id])]));
  const ended = { submitted, request, thresholds };
  const gated = { name, kind: kind.token, fingerprint: submission.fingerprint, account, waitTimeoutSeconds, ...ended };
  const whyUnjudgeable = (judging: unknown) =>
    isPlain(request) ? unjudgeable({ ...request, thresholds: judging }, kind.finds)[0]?.reason : undefined;
  submittedAs({ name, isAwaited: wait !== false, props: gated, whyUnjudgeable });
  if (wait === false) return { ...identity, submittedAt, ...unwaited };

  const seen = ofTheEnd.filter((name) => thresholds !== undefined || !ofTheVerdict.includes(name));
  const awaited = { ...shared, ...ended, failOn };
  const waiting = new DynamicResource(...step("Wait", [...seen, "waitedFor"], awaited)) as Wait;
  return { ...identity, submittedAt, ...endOf(submission, waiting) };
}

/** A task as its submission has left it, for who waits for it. */
function asSubmitted<C, R, B extends Snapshot>(
  kind: TaskKind<C, R, B>,
  given: {
    readonly step: Submission;
    readonly snapshot: pulumi.Output<Snapshot>;
    readonly fingerprint: pulumi.Output<string>;
  },
) {
  const { step, fingerprint } = given;
  const { submission, origin, submittedAt } = step;
  const unsent = "its request has changed, and was not sent; run pulumi up without --target";
  const unresolved = pulumi
    .all([step.unresolved, step.fingerprint, fingerprint])
    .apply(([why, sent, asked]) => (sent === undefined || sent === asked ? why : unsent));
  // Only what a step publishes: all else of it is unknown in a preview.
  const snapshot = kind.looksBack === true ? step.fence : given.snapshot;
  return { submission, origin, task: step[idsOutput(kind)], submittedAt, unresolved, snapshot };
}

/** Those of the inputs that there are: the SDK makes promises for each, also for one that is undefined. */
function given<T extends object>(inputs: T): T {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined)) as T;
}

/** Outputs must be declared, or the SDK does not make them. */
function declared(names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** The URN alone: the output would make each child depend on its component, and so on itself. */
function urnOf(component: pulumi.ComponentResource): Promise<string> {
  return new Promise((resolve) => {
    component.urn.apply(resolve);
  });
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

const unwaited = Object.fromEntries(ofTheEnd.map((name) => [name, pulumi.output(undefined)]));

type End = { readonly [Name in (typeof ofTheEnd)[number]]?: pulumi.Unwrap<Wait[Name]> };

/** What the wait has seen, if it was the end of this very submission: a targeted update can leave the two apart. */
function endOf(submission: Submission, wait: Wait) {
  const seen = pulumi.output(Object.fromEntries(ofTheEnd.map((name) => [name, wait[name]])));
  const own = pulumi.all([submission.submission, wait.waitedFor, seen]).apply(([submitted, waitedFor, end]): End => {
    if (submitted === waitedFor) return end as End;
    return {
      status: "UNKNOWN",
      rawStatus: "UNKNOWN",
      reason: "the end of this scan has not been waited for; run pulumi up without --target",
    };
  });
  return Object.fromEntries(ofTheEnd.map((name) => [name, own.apply((end) => end[name])]));
}

/** Known only when every argument is: what starts a scan, in short, and what is wrong with it. */
function planOf<C, R, B extends Snapshot>(kind: TaskKind<C, R, B>, args: Inputs) {
  const request = propertiesOf<R>(kind.inputs, args);
  const problems = failuresOf(args, argumentRules(kind));
  const sent = problems.length === 0 ? kind.sent(request) : request;
  return {
    fingerprint: sha256Hex(writeJson([canonical(sent), args["triggers"] ?? []])).slice(0, 32),
    problems: problems.length === 0 ? undefined : problems,
    scope: problems.length === 0 ? kind.scope?.(request) : undefined,
  };
}
