import * as pulumi from "@pulumi/pulumi";
import type { StepTimeout } from "../lifecycle/task-inputs.js";
import { changeStep, type TaskStep } from "../model/resource-types.js";
import { meant } from "../validation/nearest.js";

// A task is three resources. Each of Pulumi's options goes to the steps where it means what Pulumi documents.

type Options = pulumi.CustomResourceOptions;

/** Suffixes of the steps' types. The wait has no suffix: it has the type that the program names. */
export const stepNames = ["Baseline", "Submission", ""] as const;
export type StepName = (typeof stepNames)[number];

/** The user's fields, by the step that has them as inputs. */
const fieldsOfSteps = {
  Baseline: ["account", "triggers"],
  Submission: ["adoptTaskId", "onDelete", "waitTimeoutSeconds"],
  "": ["failOn", "thresholds", "waitTimeoutSeconds"],
} as const;

/** The outputs that only a wait knows. */
export const outputsOfEnd = [
  "status",
  "rawStatus",
  "reason",
  "counts",
  "finishedAt",
  "findings",
  "verdict",
  "verdictReason",
] as const;

/** Options that cannot work on a task, and what works instead. */
const refused: Readonly<Record<string, string>> = {
  import: "set adoptTaskId to take over a scan that exists",
  id: "set adoptTaskId to take over a scan that exists",
  urn: "set adoptTaskId to take over a scan that exists, or read the outputs of the other stack by a StackReference",
  provider: "name the account in the argument account",
  providers: "name the account in the argument account",
  version: "the version is that of the installed package",
  pluginDownloadURL: "the package needs no plugin",
  envVarMappings: "set the environment variable where pulumi runs",
  stateMigrations: "give aliases instead",
};

/** Options of each step, and the limits from `customTimeouts`. */
export interface RoutedOptions {
  readonly steps: Readonly<Record<StepName, Options>>;
  readonly waitTimeout: StepTimeout | undefined;
  readonly stopTimeoutSeconds: number | undefined;
}

/** The task, as far as options and messages need it. */
export interface DeclaredTask {
  /** `tencent:LocalScanTask "release"`. */
  readonly title: string;
  /** Names of the fields of its request. */
  readonly requestFields: readonly string[];
  /** Names of the outputs that identify it. */
  readonly ids: readonly string[];
  /** Whether it waits for its end: otherwise its submission is the last step. */
  readonly isAwaited: boolean;
  readonly hasWaitTimeout: boolean;
}

export function routeOptions(task: DeclaredTask, given: Options = {}): RoutedOptions {
  refuseOptions(task, given);
  const { dependsOn, replacementTrigger, replaceWith, customTimeouts, hooks, ...all } = given;
  const { ignoreChanges, replaceOnChanges, hideDiffs, additionalSecretOutputs, aliases, ...every } = all;
  const first = { dependsOn, replacementTrigger, replaceWith };
  const last: StepName = task.isAwaited ? "" : "Submission";
  const optionsOf = (step: StepName): Options =>
    withoutUndefined<Options>({
      ...every,
      ...(step === "Baseline" ? first : {}),
      ignoreChanges: selectPaths(step, task, "ignoreChanges", ignoreChanges),
      replaceOnChanges: selectPaths(step, task, "replaceOnChanges", replaceOnChanges),
      hideDiffs: selectPaths(step, task, "hideDiffs", hideDiffs),
      additionalSecretOutputs: selectSecrets(step, task, additionalSecretOutputs),
      aliases: aliases?.map((one) => mapAlias(step, one)),
      hooks: hooks === undefined ? undefined : selectHooks(step, last, hooks),
    });
  const timeouts = readTimeouts(task, customTimeouts);
  return {
    steps: { Baseline: optionsOf("Baseline"), Submission: optionsOf("Submission"), "": optionsOf("") },
    ...timeouts,
  };
}

function refuseOptions({ title }: DeclaredTask, given: Options): void {
  refuseAncestors(title, given);
  for (const [name, instead] of Object.entries(refused)) {
    if ((given as Record<string, unknown>)[name] === undefined) continue;
    throw new pulumi.RunError(`${title}: the option ${name} does not work on a scan task; ${instead}`);
  }
}

/** To depend on a component means to depend on its children: a task in it would wait for its own last step. */
function refuseAncestors(title: string, { parent, dependsOn = [] }: Options): void {
  const ancestors = new Set<unknown>();
  for (let at = parent as Nested | undefined; at !== undefined; at = at.__parentResource) ancestors.add(at);
  if (![dependsOn].flat().some((one) => ancestors.has(one))) return;
  throw new pulumi.RunError(
    `${title}: dependsOn names a component that contains this task, so the task would wait for itself; name the resources that come before it`,
  );
}

type Nested = pulumi.Resource & { readonly __parentResource?: Nested };

/** The paths that begin at a field of this step. `"*"` means all of the user's fields. */
function selectPaths(
  step: StepName,
  task: DeclaredTask,
  option: string,
  paths: string[] | undefined,
): string[] | undefined {
  if (paths === undefined) return undefined;
  const fields: readonly string[] =
    step === "Baseline" ? [...fieldsOfSteps.Baseline, ...task.requestFields] : fieldsOfSteps[step];
  const own = paths.flatMap((path) => {
    if (path === "*") return [...fields];
    const field = readFirstField(path);
    refuseUnknownField(task, option, field);
    return fields.includes(field) ? [path] : [];
  });
  return own.length === 0 ? undefined : own;
}

/** `images` of `images[0].imageTag` and of `["images"]`. */
export function readFirstField(path: string): string {
  const [, quoted, plain] = /^(?:\["([^"]*)"\]|([^.[]*))/.exec(path) ?? [];
  return quoted ?? plain ?? path;
}

function refuseUnknownField({ title, requestFields }: DeclaredTask, option: string, field: string): void {
  if (field === "wait") {
    throw new pulumi.RunError(
      `${title}: ${option} cannot name wait, because wait decides which resources the task has; leave it out`,
    );
  }
  const known = [...requestFields, ...Object.values(fieldsOfSteps).flat()];
  if (known.includes(field)) return;
  throw new pulumi.RunError(
    `${title}: ${option} names "${field}", which is not a field of this task${meant(field, known)}`,
  );
}

/** The outputs of a step that hold what is published under these names. */
function selectSecrets(step: StepName, task: DeclaredTask, names: string[] | undefined): string[] | undefined {
  if (names === undefined) return undefined;
  const { title, requestFields, ids } = task;
  const published: readonly (readonly [StepName, readonly string[], kept?: string])[] = [
    ["Baseline", [...requestFields, ...fieldsOfSteps.Baseline]],
    ["Submission", [...ids, "submittedAt"], "submitted"],
    ["", [...outputsOfEnd, "failOn", "thresholds"]],
  ];
  const own = names.flatMap((name) => {
    const home = published.find(([, all]) => all.includes(name));
    if (home === undefined) {
      const known = published.flatMap(([, all]) => all);
      throw new pulumi.RunError(
        `${title}: additionalSecretOutputs names "${name}", which is not an output of this task${meant(name, known)}`,
      );
    }
    const [owner, , kept = name] = home;
    return owner === step ? [kept] : [];
  });
  return own.length === 0 ? undefined : [...new Set(own)];
}

/** The alias for a step. A step has the name and the parent of its task, but its own type. */
function mapAlias(step: StepName, alias: AnyAlias): AnyAlias {
  if (pulumi.Output.isInstance(alias) || alias instanceof Promise) {
    return pulumi.output(alias).apply((known) => mapAlias(step, known as AnyAlias)) as AnyAlias;
  }
  if (typeof alias === "string") {
    // The type is the last of those between the project and the name.
    const [, before = "", type = "", name = ""] = /^(urn:pulumi:.*?::.*?::(?:.*\$)?)(.*?)(::.*)$/s.exec(alias) ?? [];
    return before === "" ? alias : `${before}${mapType(step, type)}${name}`;
  }
  const { type } = alias;
  if (type === undefined) return alias;
  return { ...alias, type: pulumi.output(type).apply((known) => mapType(step, known)) };
}

type AnyAlias = NonNullable<Options["aliases"]>[number];

function mapType(step: StepName, type: string): string {
  return changeStep(type, step === "" ? "wait" : (step.toLowerCase() as TaskStep));
}

/** Hooks before a scan run before the first step, and hooks after a scan run after the last step. */
function selectHooks(step: StepName, last: StepName, hooks: pulumi.ResourceHookBinding): pulumi.ResourceHookBinding {
  const { beforeCreate, afterCreate, beforeUpdate, afterUpdate, beforeDelete, afterDelete, ...others } = hooks;
  const isFirst = step === "Baseline";
  const isLast = step === last;
  // A delete runs in the opposite order.
  return withoutUndefined({
    ...others,
    beforeCreate: isFirst ? beforeCreate : undefined,
    afterCreate: isLast ? afterCreate : undefined,
    beforeUpdate: isLast ? beforeUpdate : undefined,
    afterUpdate: isLast ? afterUpdate : undefined,
    beforeDelete: isLast ? beforeDelete : undefined,
    afterDelete: isFirst ? afterDelete : undefined,
  });
}

function readTimeouts(
  { title, hasWaitTimeout }: DeclaredTask,
  timeouts: pulumi.CustomTimeouts | undefined,
): Pick<RoutedOptions, "waitTimeout" | "stopTimeoutSeconds"> {
  const other = Object.keys(timeouts ?? {}).find((name) => !["create", "update", "delete"].includes(name));
  if (other !== undefined) {
    throw new pulumi.RunError(
      `${title}: customTimeouts.${other} has no effect on a scan task; use create and update (for the wait) and delete (for the stop)`,
    );
  }
  const seconds = (name: "create" | "update" | "delete") => {
    const text = timeouts?.[name];
    return text === undefined ? undefined : parseSeconds(`${title}: customTimeouts.${name}`, text);
  };
  const [create, update] = [seconds("create"), seconds("update")];
  const isBounded = create !== undefined || update !== undefined;
  if (isBounded && hasWaitTimeout) {
    throw new pulumi.RunError(`${title}: customTimeouts and waitTimeoutSeconds both limit the wait; give one of them`);
  }
  const waitTimeout = isBounded ? withoutUndefined({ create, update }) : undefined;
  return { waitTimeout, stopTimeoutSeconds: seconds("delete") };
}

const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** Seconds of a duration in Pulumi's form: `1h30m`, `90s`. */
function parseSeconds(what: string, text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  const isWhole = parts.map(([part]) => part).join("") === text && text !== "";
  if (!isWhole) throw new pulumi.RunError(`${what} is "${text}", not a duration such as "30m" or "1h30m"`);
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit as string] as number), 0);
}

function withoutUndefined<T extends object>(fields: { [Name in keyof T]?: T[Name] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
