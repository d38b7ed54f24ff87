import * as pulumi from "@pulumi/pulumi";
import type { GateResult, ScanGateExport } from "../model/gate-export.js";
import { gateType } from "../model/resource-types.js";
import type { ScanStatus } from "../model/status.js";
import type { Thresholds } from "../model/thresholds.js";
import type { Verdict } from "../model/verdict.js";
import { explain } from "../validation/rules.js";
import { thresholds as thresholdsCheck } from "../validation/thresholds.js";
import { DynamicResource } from "./dynamic-resource.js";
import { asked, parseMaxAge, refuseUndefined, refuseUnknown } from "./gate-arguments.js";
import { type GatedTask, gatedTask, versionOfTask } from "./gated-task.js";
import { type InputsOf, isPlain } from "./inputs-of.js";
import { ownVersion } from "./installed-copy.js";
import { admission, digestRefusal, ScanGatePass } from "./scan-gate-pass.js";
import type { ScanTask } from "./scan-task.js";
import { secretOutputs } from "./secret-outputs.js";
import { urnText } from "./urn-text.js";

const gateToken = "image-scan:ScanGate";
/** What a gate publishes may name the images that were asked for. */
const namesImages = ["reason", "results", "scanGate"];

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
  if (version === undefined) return "something that is not a scan task";
  return (
    `a task of pulumi-image-scan ${version}, and the gate is of ${ownVersion}; install one version ` +
    '("npm ls pulumi-image-scan" shows which package brings which)'
  );
}

function gatedProps(what: string, task: GatedTask, fallback: ScanGateArgs["thresholds"]): pulumi.Inputs {
  const { name, isAwaited, whyUnjudgeable } = task;
  if (isAwaited)
    throw new pulumi.RunError(`${what}: ${name} waits for its scan by itself; declare it with wait: false`);
  const props = task.props();
  const thresholds = props["thresholds"] ?? fallback;
  if (thresholds === undefined) {
    throw new pulumi.RunError(`${what}: ${name} has no thresholds; give it some, or the gate`);
  }
  const wrong = isPlain(thresholds) ? whyUnjudgeable(thresholds) : undefined;
  if (wrong !== undefined) throw new pulumi.RunError(`${what}: ${name}: thresholds ${wrong}`);
  return { ...props, thresholds };
}
