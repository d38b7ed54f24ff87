import * as pulumi from "@pulumi/pulumi";
import { admit, type PassInputs, type Terms } from "../lifecycle/gate-pass.js";
import { type GateResult, type ScanGateExport, secondsOf } from "../model/gate-export.js";
import type { ScanStatus } from "../model/status.js";
import type { Thresholds } from "../model/thresholds.js";
import type { Verdict } from "../model/verdict.js";
import { thresholds as thresholdsCheck } from "../validation/thresholds.js";
import { DynamicResource } from "./dynamic-resource.js";
import { type InputsOf, isPlain } from "./inputs-of.js";
import { ownVersion } from "./installed-copy.js";
import type { ScanTask } from "./scan-task.js";
import { gatedTask, versionOfTask } from "./task-steps.js";
import { urnText } from "./urn-text.js";

const gateToken = "image-scan:ScanGate";
const passToken = "image-scan:ScanGatePass";

/** Arguments of a gate. */
export interface ScanGateArgs {
  /** The scans to wait for, each declared with `wait: false`, of both clouds as you like. */
  readonly tasks: readonly ScanTask[];
  /** Thresholds of those tasks that have none of their own. Each task needs some. */
  readonly thresholds?: pulumi.Input<InputsOf<Thresholds>>;
  /** How long the verdict holds after the end of the scan that ended first: `24h`, or with `s`, `m` or `d`. Default: for good. */
  readonly maxAge?: string;
  /**
   * Seconds for which one update waits. Then the verdict is `INCONCLUSIVE`, the scans go on, and the next update waits
   * on. Default: the longest of what the tasks would wait themselves.
   */
  readonly waitTimeoutSeconds?: pulumi.Input<number>;
}

/** What a pass asks for beside the verdict. */
export interface PassOptions {
  /** Digest, or digests, that must be among what was scanned: `sha256:…`. */
  readonly digest?: pulumi.Input<string | string[]>;
  /** Name of the pass. Default: that of the gate. A program that asks for several things needs several. */
  readonly name?: string;
}

/**
 * Waits for many scans at once, and publishes what they mean together. It never fails because of a scan: what depends
 * on it does, through `require`, or in other stacks through `requireScanGate`.
 */
export class ScanGate extends DynamicResource {
  /** @internal */
  static readonly __pulumiType = `pulumi-nodejs:dynamic/${gateToken}`;
  /** `PASS` only where every scan has it. */
  declare readonly verdict: pulumi.Output<Verdict>;
  /** Why it is not `PASS`, or which exceptions made it one. */
  declare readonly reason: pulumi.Output<string | undefined>;
  /** How the scans ended, all together; undefined while one has not been seen to end. */
  declare readonly status: pulumi.Output<ScanStatus | undefined>;
  /** Each scan by itself: ids, status, findings and verdict, which always belong together. */
  declare readonly results: pulumi.Output<GateResult[]>;
  /** What to export for other stacks, as an output of that name. */
  declare readonly scanGate: pulumi.Output<ScanGateExport>;
  readonly #name: string;
  readonly #passes = new Map<string, { readonly pass: ScanGatePass; readonly digest: PassOptions["digest"] }>();

  constructor(name: string, given: ScanGateArgs, opts?: pulumi.CustomResourceOptions) {
    // Without the compiler's help a program may leave them out.
    const args = given ?? ({} as ScanGateArgs);
    const what = `ScanGate "${name}"`;
    refuseUnknown(what, args, ["tasks", "thresholds", "maxAge", "waitTimeoutSeconds"]);
    const { tasks, thresholds, maxAge, waitTimeoutSeconds } = args;
    if (!Array.isArray(tasks)) throw new pulumi.RunError(`${what}: tasks is not a list of scan tasks`);
    if (tasks.length === 0) throw new pulumi.RunError(`${what}: tasks is empty`);
    const wrong = isPlain(thresholds) && thresholds !== undefined ? thresholdsCheck(thresholds) : undefined;
    if (wrong !== undefined) throw new pulumi.RunError(`${what}: thresholds ${wrong}`);
    const outputs = {
      verdict: undefined,
      reason: undefined,
      status: undefined,
      results: undefined,
      scanGate: undefined,
    };
    const props = {
      ...outputs,
      tasks: (tasks as readonly ScanTask[]).map((task) => gatedProps(name, task, thresholds)),
      maxAgeSeconds: maxAge === undefined ? undefined : durationOf(`${what}: maxAge`, maxAge),
      waitTimeoutSeconds,
      line: urnText(name, gateToken, opts?.parent),
    };
    super(gateToken, gateToken, name, props, opts);
    this.#name = name;
  }

  /**
   * The value, once the gate lets pass. What is made of it waits for the scans, and is not touched where they do not
   * let pass: then the update fails, with the reason on a line of its own.
   */
  require<T>(value: pulumi.Input<T>, options: PassOptions = {}): pulumi.Output<pulumi.Unwrap<T>> {
    const { digest, name = this.#name } = options;
    refuseUndefined(`ScanGate "${this.#name}": require`, options, "digest");
    const known = this.#passes.get(name);
    if (known !== undefined && !isSame(known.digest, digest)) {
      throw new pulumi.RunError(`ScanGate "${this.#name}": require with another digest needs a name of its own`);
    }
    const terms = { digest: asked(digest) };
    const pass = known?.pass ?? new ScanGatePass(name, admission(this.scanGate, terms), { parent: this });
    this.#passes.set(name, { pass, digest });
    return pass.require(value);
  }
}

function isSame(a: PassOptions["digest"], b: PassOptions["digest"]): boolean {
  if (a === b) return true;
  return isPlain(a) && isPlain(b) && JSON.stringify(a) === JSON.stringify(b);
}

/** Without the compiler's help a program may misspell an option, which would then mean nothing. */
function refuseUnknown(what: string, options: object, known: readonly string[]): void {
  const name = Object.keys(options).find((one) => !known.includes(one));
  if (name !== undefined) throw new pulumi.RunError(`${what}: ${name} is no option; there are ${known.join(", ")}`);
}

/** What stands in the program and is undefined there was meant to be something. */
function refuseUndefined<O extends object>(what: string, options: O, ...names: readonly (keyof O & string)[]): void {
  const name = names.find((one) => Object.hasOwn(options, one) && options[one] === undefined);
  if (name !== undefined) throw new pulumi.RunError(`${what}: ${name} is undefined; is a variable not set?`);
}

/** What is asked for, and null where that turns out to be nothing; undefined where nothing is asked for. */
function asked<T>(value: pulumi.Input<T> | undefined): pulumi.Output<T | null> | undefined {
  if (value === undefined) return undefined;
  return pulumi.output(value).apply((known) => (known as T | undefined) ?? null) as pulumi.Output<T | null>;
}

function gatedProps(gate: string, task: ScanTask, fallback: ScanGateArgs["thresholds"]): pulumi.Inputs {
  const submitted = gatedTask(task);
  if (submitted === undefined) {
    const version = versionOfTask(task);
    const what =
      version === undefined
        ? "something that is no scan task"
        : `a task of pulumi-image-scan ${version}, and the gate is of ${ownVersion}; install one version ("npm ls pulumi-image-scan" shows which package brings which)`;
    throw new pulumi.RunError(`ScanGate "${gate}": tasks holds ${what}`);
  }
  const { name, isAwaited, whyUnjudgeable } = submitted;
  if (isAwaited) {
    throw new pulumi.RunError(`ScanGate "${gate}": ${name} waits for itself; declare it with wait: false`);
  }
  const props = submitted.props();
  const thresholds = props["thresholds"] ?? fallback;
  if (thresholds === undefined) {
    throw new pulumi.RunError(`ScanGate "${gate}": ${name} has no thresholds; give it some, or the gate`);
  }
  const wrong = isPlain(thresholds) ? whyUnjudgeable(thresholds) : undefined;
  if (wrong !== undefined) throw new pulumi.RunError(`ScanGate "${gate}": ${name}: thresholds ${wrong}`);
  return { ...props, thresholds };
}

function durationOf(what: string, text: string): number {
  const seconds = secondsOf(text);
  if (seconds === undefined) throw new pulumi.RunError(`${what} is "${text}", not a time such as 24h, 30m or 7d`);
  return seconds;
}

/** Stands for a verdict that let pass. Where it does not, it cannot be made, and the update ends before what needs it. */
export class ScanGatePass extends DynamicResource {
  /** @internal */
  static readonly __pulumiType = `pulumi-nodejs:dynamic/${passToken}`;
  /** What was asked to be among the scanned, if anything. */
  declare readonly digest: pulumi.Output<string | undefined>;
  /** The cloud's ids of the scans that let pass. */
  declare readonly taskIds: pulumi.Output<string[]>;
  /** When the scan that ended first did. */
  declare readonly finishedAt: pulumi.Output<string>;
  /** From when on it is refused. */
  declare readonly expiresAt: pulumi.Output<string | undefined>;
  /** Always true: a pass that is refused is not made. */
  declare readonly admitted: pulumi.Output<boolean>;
  readonly #name: string;
  readonly #terms: pulumi.Output<PassInputs>;

  /** @internal Made by `ScanGate.require` and `requireScanGate`. */
  constructor(name: string, admitted: pulumi.Output<PassInputs>, opts?: pulumi.CustomResourceOptions) {
    const names = ["verdict", "reason", "digest", "taskIds", "finishedAt", "expiresAt"] as const;
    const props = Object.fromEntries(names.map((one) => [one, admitted.apply((all) => all[one])]));
    super(passToken, passToken, name, { ...props, admitted: undefined }, opts);
    this.#name = name;
    this.#terms = admitted;
  }

  /** The value, once this has let pass. */
  require<T>(value: pulumi.Input<T>): pulumi.Output<pulumi.Unwrap<T>> {
    const all = pulumi.all([value, this.admitted, this.#terms]);
    return all.apply(([given, , { verdict, reason }]) => {
      // The resource itself is not asked again where an update leaves it out, by --target or --exclude.
      if (verdict === "PASS") return given;
      throw new pulumi.RunError(`ScanGatePass "${this.#name}": ${reason}`);
    }) as pulumi.Output<pulumi.Unwrap<T>>;
  }
}

/** What is asked of another stack's gate. */
export interface RequireScanGateOptions {
  /** Digest, or digests, that must be among what was scanned: `sha256:…`. Required, unless waived. */
  readonly digest?: pulumi.Input<string | string[]>;
  /** How long ago the scans may have ended: `24h`, or with `s`, `m` or `d`. Required, unless waived. */
  readonly maxAge?: string;
  /** The scans must not have ended before this moment (ISO 8601), such as the start of the pipeline. */
  readonly notBefore?: pulumi.Input<string>;
  /** What is left out on purpose: `["digest"]`, `["maxAge"]` or both. */
  readonly waive?: readonly ("digest" | "maxAge")[];
  /** Name of the other stack's output. Default `scanGate`. */
  readonly output?: string;
  /** Name of the pass in this program. Default `scan-gate`. */
  readonly name?: string;
}

/** What is used of a `pulumi.StackReference`; a program may have another copy of Pulumi's SDK than this package. */
export interface ReferencedStack {
  readonly name: pulumi.Output<string>;
  getOutput(name: string): pulumi.Output<unknown>;
}

/**
 * Lets this program go on only where another stack's gate lets pass: a verdict `PASS` on these very images, young
 * enough. Everything else refuses, with all reasons: no such output, another form of it, other images, too old.
 * In a preview it is unknown, and does not fail: the other stack may be about to change.
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
  const maxAgeSeconds = maxAge === undefined ? undefined : durationOf(`${what}: maxAge`, maxAge);
  const of = pulumi.interpolate`the output ${output} of ${stack.name}`;
  const terms = { of, digest: asked(digest), maxAgeSeconds, notBefore: asked(notBefore) };
  const admitted = admission(stack.getOutput(output), terms).apply((pass): PassInputs => {
    if (pass.verdict === "PASS" || !pulumi.runtime.isDryRun()) return pass;
    void pulumi.log.warn(`${what}: as things are, it would refuse: ${pass.reason}`);
    return pulumi.unknown as PassInputs;
  });
  return new ScanGatePass(name, admitted);
}

/** What a pass by these terms would stand for, as soon as all of them are known. */
function admission(
  exported: pulumi.Output<unknown>,
  terms: { readonly [Name in keyof Terms]: pulumi.Output<Terms[Name]> | Terms[Name] },
): pulumi.Output<PassInputs> {
  const known = pulumi.output([exported, terms]) as unknown as pulumi.Output<[unknown, Terms]>;
  return known.apply(([gate, given]) => admit(gate, given, Date.now()));
}
