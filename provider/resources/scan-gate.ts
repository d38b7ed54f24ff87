import * as pulumi from "@pulumi/pulumi";
import { admit, type PassInputs, refuseDigests, type Terms } from "../lifecycle/gate-pass.js";
import { type GateResult, parseDuration, type ScanGateExport } from "../model/gate-export.js";
import { findDigests } from "../model/named-digests.js";
import { gateType, passType } from "../model/resource-types.js";
import type { ScanStatus } from "../model/status.js";
import type { Thresholds } from "../model/thresholds.js";
import type { Verdict } from "../model/verdict.js";
import { explain } from "../validation/rules.js";
import { thresholds as thresholdsCheck } from "../validation/thresholds.js";
import { DynamicResource } from "./dynamic-resource.js";
import { type InputsOf, isPlain } from "./inputs-of.js";
import { ownVersion } from "./installed-copy.js";
import type { ScanTask } from "./scan-task.js";
import { secretOutputs } from "./secret-outputs.js";
import { type GatedTask, gatedTask, versionOfTask } from "./task-steps.js";
import { urnText } from "./urn-text.js";

const gateToken = "image-scan:ScanGate";
/** What a gate publishes may name the images that were asked for. */
const namesImages = ["reason", "results", "scanGate"];
const passToken = "image-scan:ScanGatePass";

/** Arguments of a gate. */
export interface ScanGateArgs {
  /**
   * The scans to wait for, of one or both clouds. Each needs `wait: false`, and thresholds of its own or of the gate.
   */
  readonly tasks: readonly ScanTask[];
  /** Thresholds for tasks without their own thresholds. */
  readonly thresholds?: pulumi.Input<InputsOf<Thresholds>>;
  /**
   * How long the verdict is valid, from the end of the scan that ended first: a number with `s`, `m`, `h` or `d`, such as
   * `"24h"`. After that, the verdict is `INCONCLUSIVE`.
   * @default without limit
   */
  readonly maxAge?: string;
  /**
   * How long one update waits, in seconds: 1 to 2592000 (30 days). Then the verdict is `INCONCLUSIVE`, the scans
   * continue, and the next update waits for them.
   * @default the longest wait of the tasks
   */
  readonly waitTimeoutSeconds?: pulumi.Input<number>;
}

/** Conditions of a pass, in addition to the verdict. */
export interface PassOptions {
  /** Digest or digests that must be among the scanned images: `sha256:` and 64 hexadecimal digits. */
  readonly digest?: pulumi.Input<string | string[]>;
  /**
   * Name of the pass. A second `require` with another digest needs another name.
   * @default the name of the gate
   */
  readonly name?: string;
}

/**
 * Waits for many scans at once, and publishes one verdict. It never fails because of a scan. To stop a deployment, use
 * `require` in the same stack, or `requireScanGate` in another stack.
 *
 * @example
 * const gate = new ScanGate("release", { tasks, maxAge: "24h" });
 * const image = gate.require(`registry.example/app@${digest}`, { digest });
 */
export class ScanGate extends DynamicResource {
  /** @internal */
  static readonly __pulumiType = gateType;
  /** `PASS` if each scan has `PASS`; `FAIL` if one has `FAIL`; else `INCONCLUSIVE`. */
  declare readonly verdict: pulumi.Output<Verdict>;
  /** Why the verdict is not `PASS`, or which exceptions were used. */
  declare readonly reason: pulumi.Output<string | undefined>;
  /** How the scans ended, all together. Undefined until all have ended. */
  declare readonly status: pulumi.Output<ScanStatus | undefined>;
  /** The result of each scan: ids, status, findings and verdict. */
  declare readonly results: pulumi.Output<GateResult[]>;
  /** The verdict as plain data. Export it with the name `scanGate`, so that other stacks can read it. */
  declare readonly scanGate: pulumi.Output<ScanGateExport>;
  readonly #name: string;
  readonly #passes = new Map<string, { readonly pass: ScanGatePass; readonly digest: PassOptions["digest"] }>();

  constructor(name: string, given: ScanGateArgs, opts?: pulumi.CustomResourceOptions) {
    // A JavaScript program can leave them out.
    const args = given ?? ({} as ScanGateArgs);
    const what = `ScanGate "${name}"`;
    refuseUnknown(what, args, ["tasks", "thresholds", "maxAge", "waitTimeoutSeconds"]);
    const { tasks, thresholds, maxAge, waitTimeoutSeconds } = args;
    if (!Array.isArray(tasks)) throw new pulumi.RunError(`${what}: tasks is not a list of scan tasks`);
    if (tasks.length === 0) throw new pulumi.RunError(`${what}: tasks is empty`);
    const wrong =
      isPlain(thresholds) && thresholds !== undefined ? explain(thresholdsCheck(thresholds), "thresholds") : undefined;
    if (wrong !== undefined) throw new pulumi.RunError(`${what}: ${wrong}`);
    const gated = gatedTasks(what, tasks as readonly ScanTask[]);
    const outputs = {
      verdict: undefined,
      reason: undefined,
      status: undefined,
      results: undefined,
      scanGate: undefined,
    };
    const props = {
      ...outputs,
      tasks: gated.map((task) => gatedProps(what, task, thresholds)),
      maxAgeSeconds: maxAge === undefined ? undefined : parseMaxAge(`${what}: maxAge`, maxAge),
      waitTimeoutSeconds,
      line: urnText(name, gateType, opts?.parent),
    };
    const isSecret = Promise.all(gated.map((task) => task.isSecret)).then((all) => all.includes(true));
    const secrets = secretOutputs(opts?.additionalSecretOutputs, namesImages, isSecret);
    super(gateType, gateToken, name, props, { ...opts, additionalSecretOutputs: secrets });
    this.#name = name;
  }

  /**
   * Returns the value after the gate passes. Resources that use it wait for the scans. If the gate refuses, the update
   * fails before it touches them, and the reason is on a line of its own.
   */
  require<T>(value: pulumi.Input<T>, options: PassOptions = {}): pulumi.Output<pulumi.Unwrap<T>> {
    const { digest, name = this.#name } = options;
    refuseUndefined(`ScanGate "${this.#name}": require`, options, "digest");
    const known = this.#passes.get(name);
    if (known !== undefined && !isSame(known.digest, digest)) {
      throw new pulumi.RunError(`ScanGate "${this.#name}": require with another digest needs a name of its own`);
    }
    const terms = { digest: asked(digest) };
    const [admitted, refusal] = [admission(this.scanGate, terms), digestRefusal(this.scanGate, terms)];
    const pass = known?.pass ?? new ScanGatePass(name, admitted, refusal, { parent: this });
    this.#passes.set(name, { pass, digest });
    return pass.require(value);
  }
}

function isSame(a: PassOptions["digest"], b: PassOptions["digest"]): boolean {
  if (a === b) return true;
  return isPlain(a) && isPlain(b) && JSON.stringify(a) === JSON.stringify(b);
}

/** A JavaScript program can misspell an option, which would then have no effect. */
function refuseUnknown(what: string, options: object, known: readonly string[]): void {
  const name = Object.keys(options).find((one) => !known.includes(one));
  if (name !== undefined) throw new pulumi.RunError(`${what}: ${name} is no option; there are ${known.join(", ")}`);
}

/** Refuses an option that the program names, but whose value is undefined. */
function refuseUndefined<O extends object>(what: string, options: O, ...names: readonly (keyof O & string)[]): void {
  const name = names.find((one) => Object.hasOwn(options, one) && options[one] === undefined);
  if (name !== undefined) throw new pulumi.RunError(`${what}: ${name} is undefined; is a variable not set?`);
}

/** The value of an option. Null if it is given but becomes undefined; undefined if it is not given. */
function asked<T>(value: pulumi.Input<T> | undefined): pulumi.Output<T | null> | undefined {
  if (value === undefined) return undefined;
  return pulumi.output(value).apply((known) => (known as T | undefined) ?? null) as pulumi.Output<T | null>;
}

/** The tasks, each of them once: a task that counted twice would double what was found. */
function gatedTasks(what: string, tasks: readonly ScanTask[]): GatedTask[] {
  const gated = tasks.map((task) => {
    const known = gatedTask(task);
    if (known === undefined) throw new pulumi.RunError(`${what}: tasks holds ${describeStranger(task)}`);
    return known;
  });
  const twice = gated.find((task, at) => gated.indexOf(task) !== at);
  if (twice !== undefined) throw new pulumi.RunError(`${what}: tasks holds ${twice.name} twice; give each scan once`);
  return gated;
}

/** What is not a task of this copy of the package. */
function describeStranger(task: object): string {
  const version = versionOfTask(task);
  if (version === undefined) return "something that is no scan task";
  return (
    `a task of pulumi-image-scan ${version}, and the gate is of ${ownVersion}; install one version ` +
    '("npm ls pulumi-image-scan" shows which package brings which)'
  );
}

function gatedProps(what: string, task: GatedTask, fallback: ScanGateArgs["thresholds"]): pulumi.Inputs {
  const { name, isAwaited, whyUnjudgeable } = task;
  if (isAwaited) throw new pulumi.RunError(`${what}: ${name} waits for itself; declare it with wait: false`);
  const props = task.props();
  const thresholds = props["thresholds"] ?? fallback;
  if (thresholds === undefined) {
    throw new pulumi.RunError(`${what}: ${name} has no thresholds; give it some, or the gate`);
  }
  const wrong = isPlain(thresholds) ? whyUnjudgeable(thresholds) : undefined;
  if (wrong !== undefined) throw new pulumi.RunError(`${what}: ${name}: thresholds ${wrong}`);
  return { ...props, thresholds };
}

function parseMaxAge(what: string, text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) throw new pulumi.RunError(`${what} is "${text}", not a time such as 24h, 30m or 7d`);
  return seconds;
}

/**
 * Records that a gate passed. If the gate refuses, this resource is not created, and the update stops before the
 * resources that need it.
 */
export class ScanGatePass extends DynamicResource {
  /** @internal */
  static readonly __pulumiType = passType;
  /** The digest that was required. Undefined if none was. */
  declare readonly digest: pulumi.Output<string | undefined>;
  /** The cloud's ids of the scans. */
  declare readonly taskIds: pulumi.Output<string[]>;
  /** End of the scan that ended first (ISO 8601). */
  declare readonly finishedAt: pulumi.Output<string>;
  /** When the pass expires (ISO 8601). Undefined if it does not expire. */
  declare readonly expiresAt: pulumi.Output<string | undefined>;
  /** Always true: a refused pass is not created. */
  declare readonly admitted: pulumi.Output<boolean>;
  readonly #name: string;
  readonly #terms: pulumi.Output<PassInputs>;
  readonly #refusal: DigestRefusal;

  /** @internal Made by `ScanGate.require` and `requireScanGate`. */
  constructor(
    name: string,
    admitted: pulumi.Output<PassInputs>,
    refusal: DigestRefusal,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const names = ["verdict", "reason", "digest", "taskIds", "finishedAt", "expiresAt"] as const;
    const props = Object.fromEntries(names.map((one) => [one, admitted.apply((all) => all[one])]));
    super(passType, passToken, name, { ...props, admitted: undefined }, opts);
    this.#name = name;
    this.#terms = admitted;
    this.#refusal = refusal;
  }

  /**
   * Returns the value after the gate passes. If the gate refuses, the update fails. A digest in the value must be
   * required and scanned: otherwise the update fails and names both.
   */
  require<T>(value: pulumi.Input<T>): pulumi.Output<pulumi.Unwrap<T>> {
    const all = pulumi.all([value, this.admitted, this.#terms, this.#refusal]);
    return all.apply(([given, , { verdict, reason }, refuse]) => {
      // The check of the resource is not called if an update leaves it out, by --target or --exclude.
      const why = verdict === "PASS" ? refuse(findDigests(given)) : reason;
      if (why === undefined) return given;
      throw new pulumi.RunError(`ScanGatePass "${this.#name}": ${why}`);
    }) as pulumi.Output<pulumi.Unwrap<T>>;
  }
}

/** Conditions for the gate of another stack. */
export interface RequireScanGateOptions {
  /**
   * Digest or digests that must be among the scanned images: `sha256:` and 64 hexadecimal digits. Required, unless
   * waived.
   */
  readonly digest?: pulumi.Input<string | string[]>;
  /**
   * How long ago the scans may have ended: a number with `s`, `m`, `h` or `d`, such as `"24h"`. Required, unless
   * waived.
   */
  readonly maxAge?: string;
  /** The scans must not have ended before this time (ISO 8601 with an offset), such as `"2026-11-22T10:00:00Z"`. */
  readonly notBefore?: pulumi.Input<string>;
  /**
   * The conditions that you omit on purpose: `["digest"]`, `["maxAge"]` or both.
   * @default []
   */
  readonly waive?: readonly ("digest" | "maxAge")[];
  /**
   * Name of the other stack's output.
   * @default "scanGate"
   */
  readonly output?: string;
  /**
   * Name of the pass in this program.
   * @default "scan-gate"
   */
  readonly name?: string;
}

/** What is used of a `pulumi.StackReference`; a program may have another copy of Pulumi's SDK than this package. */
export interface ReferencedStack {
  readonly name: pulumi.Output<string>;
  getOutput(name: string): pulumi.Output<unknown>;
}

/**
 * Requires the gate of another stack: `PASS` for these images, and recent enough. Otherwise the update fails with all
 * reasons, for example: no such output, another form of it, other images, too old. A preview only warns, because the
 * other stack can still change.
 *
 * @example
 * const gate = requireScanGate(new pulumi.StackReference("acme/scans/prod"), { digest, maxAge: "24h" });
 * const image = gate.require(`registry.example/app@${digest}`);
 */
export function requireScanGate(stack: ReferencedStack, options: RequireScanGateOptions): ScanGatePass {
  const { digest, maxAge, notBefore, waive = [], output = "scanGate", name = "scan-gate" } = options ?? {};
  const what = `requireScanGate "${name}"`;
  if (typeof stack?.getOutput !== "function")
    throw new pulumi.RunError(`${what}: the first argument is no StackReference`);
  refuseUnknown(what, options ?? {}, ["digest", "maxAge", "notBefore", "waive", "output", "name"]);
  refuseUndefined(what, options ?? {}, "notBefore");
  for (const [term, given] of [
    ["digest", digest],
    ["maxAge", maxAge],
  ] as const) {
    if (given === undefined && !waive.includes(term)) {
      throw new pulumi.RunError(`${what}: ${term} is missing; give it, or write waive: ["${term}"]`);
    }
  }
  const maxAgeSeconds = maxAge === undefined ? undefined : parseMaxAge(`${what}: maxAge`, maxAge);
  const of = pulumi.interpolate`the output ${output} of ${stack.name}`;
  const terms = { of, digest: asked(digest), maxAgeSeconds, notBefore: asked(notBefore) };
  const admitted = admission(stack.getOutput(output), terms).apply((pass): PassInputs => {
    if (pass.verdict === "PASS" || !pulumi.runtime.isDryRun()) return pass;
    void pulumi.log.warn(`${what}: as things are, it would refuse: ${pass.reason}`);
    return pulumi.unknown as PassInputs;
  });
  return new ScanGatePass(name, admitted, digestRefusal(stack.getOutput(output), terms));
}

/** Why digests that a value names are refused; nothing where they are not. */
type DigestRefusal = pulumi.Output<(named: readonly string[]) => string | undefined>;

function digestRefusal(exported: pulumi.Output<unknown>, terms: GivenTerms): DigestRefusal {
  const known = pulumi.output([exported, terms]) as unknown as pulumi.Output<[unknown, Terms]>;
  return known.apply(
    ([gate, given]) =>
      (named: readonly string[]) =>
        refuseDigests(gate, given, named),
  ) as unknown as DigestRefusal;
}

type GivenTerms = { readonly [Name in keyof Terms]: pulumi.Output<Terms[Name]> | Terms[Name] };

/** What a pass by these terms would stand for, as soon as all of them are known. */
function admission(exported: pulumi.Output<unknown>, terms: GivenTerms): pulumi.Output<PassInputs> {
  const known = pulumi.output([exported, terms]) as unknown as pulumi.Output<[unknown, Terms]>;
  return known.apply(([gate, given]) => admit(gate, given, Date.now()));
}
