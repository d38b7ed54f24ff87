import * as pulumi from "@pulumi/pulumi";
import { admit, type PassInputs, refuseDigests, type Terms } from "../lifecycle/gate-pass.js";
import { findDigests } from "../model/named-digests.js";
import { passType } from "../model/resource-types.js";
import { DynamicResource } from "./dynamic-resource.js";
import { asked, parseMaxAge, refuseUndefined, refuseUnknown } from "./gate-arguments.js";

const passToken = "image-scan:ScanGatePass";

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

/** The members of a `pulumi.StackReference` that a gate uses. A program can have its own copy of Pulumi's SDK. */
export interface ReferencedStack {
  /** Name of the stack, such as `acme/scans/prod`. */
  readonly name: pulumi.Output<string>;
  /** Returns an output of the stack. */
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
    void pulumi.log.warn(`${what}: it would refuse now: ${pass.reason}`);
    return pulumi.unknown as PassInputs;
  });
  return new ScanGatePass(name, admitted, digestRefusal(stack.getOutput(output), terms));
}

/** Why digests that a value names are refused; nothing where they are not. */
type DigestRefusal = pulumi.Output<(named: readonly string[]) => string | undefined>;

export function digestRefusal(exported: pulumi.Output<unknown>, terms: GivenTerms): DigestRefusal {
  const known = pulumi.output([exported, terms]) as unknown as pulumi.Output<[unknown, Terms]>;
  return known.apply(
    ([gate, given]) =>
      (named: readonly string[]) =>
        refuseDigests(gate, given, named),
  ) as unknown as DigestRefusal;
}

type GivenTerms = { readonly [Name in keyof Terms]: pulumi.Output<Terms[Name]> | Terms[Name] };

/** What a pass by these terms would stand for, as soon as all of them are known. */
export function admission(exported: pulumi.Output<unknown>, terms: GivenTerms): pulumi.Output<PassInputs> {
  const known = pulumi.output([exported, terms]) as unknown as pulumi.Output<[unknown, Terms]>;
  return known.apply(([gate, given]) => admit(gate, given, Date.now()));
}
