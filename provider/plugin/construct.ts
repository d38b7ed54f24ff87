import * as pulumi from "@pulumi/pulumi";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import { ConstructResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { taskKind } from "../kinds.js";
import { engineAddress, tell } from "../lifecycle/engine.js";
import { argumentRules } from "../lifecycle/task-inputs.js";
import type { TaskKind } from "../lifecycle/task-kind.js";
import { pluginPackage, pluginTaskType, taskTokens } from "../model/resource-types.js";
import { describeScans, type TaskPreview } from "../resources/scan-preview.js";
import type { TaskArgs } from "../resources/task-args.js";
import { outputsOfEnd } from "../resources/task-options.js";
import { declareSteps, type StepHome } from "../resources/task-steps.js";
import { findFailures, formatFailure } from "../validation/inputs.js";
import { isUnknown } from "../validation/unknown.js";
import { readType } from "./resources.js";
import { hideSecret, type Properties, readProperties, unwrapAll, writeProperties } from "./values.js";

// A task of another language is a component. Its steps are resources of this plugin, and are declared by the code that
// declares them in a TypeScript program.

/** Parts of the SDK that its own provider server uses, and that it does not declare. */
interface Internals {
  readonly deserializeInputs: (
    inputs: Struct | undefined,
    dependencies: ReturnType<ConstructRequest["getInputdependenciesMap"]>,
  ) => Promise<TaskArgs<object>>;
  readonly awaitFeatureSupport: () => Promise<void>;
  readonly waitForRPCs: () => Promise<void>;
  readonly withLocalStorage: <T>(work: () => Promise<T>) => Promise<T>;
  readonly hookBindingFromProto: (hooks: unknown) => pulumi.ResourceHookBinding | undefined;
  readonly deserializeProperty: (value: unknown, keepUnknowns: boolean) => pulumi.Input<unknown>;
  readonly DependencyResource: new (urn: string) => pulumi.Resource;
  readonly DependencyProviderResource: new (reference: string) => pulumi.ProviderResource;
}

const internals = {
  ...require("@pulumi/pulumi/provider/server.js"),
  ...require("@pulumi/pulumi/runtime/settings.js"),
  ...require("@pulumi/pulumi/runtime/state.js"),
  ...require("@pulumi/pulumi/runtime/resource.js"),
  ...require("@pulumi/pulumi/runtime/rpc.js"),
  ...require("@pulumi/pulumi/resource.js"),
} as Internals;

/** The engine finds the code of a step by its type, so the name of the code is not needed. */
class Step extends pulumi.CustomResource {
  constructor(type: string, _run: string, name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super(type, name, props, opts);
  }
}

/** Declares a task, and answers when its last step has its outputs. */
export function constructTask(request: ConstructRequest, provider: string): Promise<ConstructResponse> {
  return internals.withLocalStorage(() => untilFailed(() => construct(request, provider)));
}

/** A step that cannot be registered rejects promises of the SDK that nobody awaits. The first of them fails the task. */
function untilFailed<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(error);
    process.on("unhandledRejection", fail);
    work()
      .then(resolve, reject)
      .finally(() => process.off("unhandledRejection", fail));
  });
}

async function construct(request: ConstructRequest, provider: string): Promise<ConstructResponse> {
  const type = request.getType();
  const kind = taskKind(type.slice(pluginPackage.length + 1));
  const wrapped = readProperties(request.getInputs());
  const plain = unwrapAll(wrapped);
  refuseMistakes(kind, plain, wrapped);
  await configureRuntime(request);
  const inputs = await internals.deserializeInputs(request.getInputs(), request.getInputdependenciesMap());
  // These two must be known when the steps are declared, so they are plain values.
  const { wait, account } = plain as TaskArgs<object>;
  const args = withoutNull({ ...inputs, wait, account } as TaskArgs<object>);
  const task = new Task({ type, kind, name: request.getName() }, args, readOptions(request, provider));
  const answer = new ConstructResponse();
  answer.setUrn(await promise(task.urn));
  const [state, dependencies] = await pulumi.runtime.serializeResourceProperties(
    `${type} ${request.getName()}`,
    task.outputs,
  );
  for (const [name, resources] of dependencies) {
    const urns = new ConstructResponse.PropertyDependencies();
    urns.setUrnsList(await Promise.all([...resources].map(({ urn }) => promise(urn))));
    answer.getStatedependenciesMap().set(name, urns);
  }
  await internals.waitForRPCs();
  const scans = describeScans(task.previews.map(({ known }) => known));
  if (scans !== undefined) await tell(answer.getUrn(), scans);
  answer.setState(writeProperties(state));
  return answer;
}

/**
 * The check of the baseline finds the same mistakes. But the engine ends an update so fast after a failed check that its
 * connection to this call breaks, and it would show that as a second error.
 */
function refuseMistakes(kind: TaskKind, inputs: Properties, wrapped: Properties): void {
  const failures = findFailures(inputs, argumentRules(kind));
  const unknown = ["account", "wait"].filter((name) => isUnknown(inputs[name]));
  const reasons = [
    ...unknown.map((name) => `${name} is an output of a resource; it must be known when the program starts`),
    ...failures.map(formatFailure).map((reason) => hideSecret(reason, wrapped)),
  ];
  if (reasons.length > 0) throw new Error(reasons.join("; "));
}

async function configureRuntime(request: ConstructRequest): Promise<void> {
  const { runtime } = pulumi;
  runtime.resetOptions(
    request.getProject(),
    request.getStack(),
    request.getParallel(),
    engineAddress()?.text ?? "",
    request.getMonitorendpoint(),
    request.getDryrun(),
    request.getOrganization(),
  );
  await internals.awaitFeatureSupport();
  const config = Object.fromEntries(request.getConfigMap().toObject());
  runtime.setAllConfig(config, request.getConfigsecretkeysList());
}

function withoutNull<T extends object>(inputs: T): T {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null && value !== undefined)) as T;
}

function promise<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

interface Options {
  /** Of the component; the steps get them as its children. */
  readonly component: pulumi.ComponentResourceOptions;
  /** Of the steps. `declareSteps` gives each option to the right steps. */
  readonly steps: pulumi.CustomResourceOptions;
}

function readOptions(request: ConstructRequest, provider: string): Options {
  const { DependencyResource, DependencyProviderResource } = internals;
  const parent = request.getParent();
  const deletedWith = request.getDeletedwith();
  const customTimeouts = withoutEmpty(request.getCustomtimeouts()?.toObject() ?? {});
  const common = withoutEmpty({
    retainOnDelete: request.getRetainondelete(),
    deletedWith: deletedWith === "" ? undefined : new DependencyResource(deletedWith),
  });
  const component = withoutEmpty({
    ...common,
    parent: parent === "" ? undefined : new DependencyResource(parent),
    protect: request.getProtect(),
    providers: { [pluginPackage]: new DependencyProviderResource(provider) },
    aliases: request.getAliasesList().map(readAlias),
  });
  const steps = withoutEmpty({
    ...common,
    dependsOn: request.getDependenciesList().map((urn) => new DependencyResource(urn)),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    replaceWith: request.getReplaceWithList().map((urn) => new DependencyResource(nameReplaced(urn))),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    customTimeouts,
    hooks: request.hasResourceHooks() ? internals.hookBindingFromProto(request.getResourceHooks()) : undefined,
  });
  // Apart from the others, because "" and 0 are triggers too.
  const trigger = request.getReplacementTrigger();
  const replacementTrigger = trigger && internals.deserializeProperty(trigger.toJavaScript(), true);
  return { component, steps: { ...steps, replacementTrigger } } as Options;
}

/** Pulumi never replaces a component. So another task stands for its baseline, which is replaced by a new scan. */
function nameReplaced(urn: string): string {
  const type = readType(urn);
  const token = type.slice(pluginPackage.length + 1);
  return taskTokens.includes(token) ? urn.replace(`${type}::`, `${type}$${pluginTaskType(token, "baseline")}::`) : urn;
}

/** The options that were given: a message has the empty value for the others. */
function withoutEmpty(options: object): object {
  const isEmpty = (value: unknown) =>
    !value || (Array.isArray(value) ? value.length === 0 : typeof value === "object" && isPlainEmpty(value));
  return Object.fromEntries(Object.entries(options).filter(([, value]) => !isEmpty(value)));
}

function isPlainEmpty(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype && Object.keys(value).length === 0;
}

function readAlias(alias: ReturnType<ConstructRequest["getAliasesList"]>[number]): string | pulumi.Alias {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  const parent = spec.getNoparent() ? { parent: pulumi.rootStackResource } : { parent: spec.getParenturn() };
  return withoutEmpty({
    name: spec.getName(),
    type: spec.getType(),
    project: spec.getProject(),
    stack: spec.getStack(),
    ...parent,
  }) as pulumi.Alias;
}

class Task extends pulumi.ComponentResource {
  readonly outputs: Readonly<Record<string, pulumi.Input<unknown>>>;
  /** What a preview knows of this task. */
  readonly previews: TaskPreview[] = [];

  constructor(
    { type, kind, name }: { readonly type: string; readonly kind: TaskKind; readonly name: string },
    args: TaskArgs<object>,
    { component, steps }: Options,
  ) {
    super(type, name, {}, component);
    const home: StepHome = { type: pluginTaskType, Resource: Step, listPreviews: () => this.previews };
    const { last, publish, gated } = declareSteps(kind, name, args, { ...steps, parent: this }, home);
    const task = new home.Resource(...last);
    publish(task);
    const published = task as unknown as Readonly<Record<string, pulumi.Output<unknown>>>;
    const names = [...kind.ids, "submittedAt", ...outputsOfEnd];
    this.outputs = {
      ...Object.fromEntries(names.map((one) => [one, published[one]])),
      gated: gated.isAwaited ? { name, kind: kind.token, isAwaited: true } : gated.props(),
    };
    // The steps have them in the state.
    this.registerOutputs({});
  }
}
