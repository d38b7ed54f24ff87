import { readFileSync } from "node:fs";
import type { PolicyConfigSchema, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { timeOf } from "../model/gate-export.js";
import { isExport, type Untimely, untimely, whyRefused } from "../model/why-refused.js";
import { messageOf } from "../transport/errors.js";
import { isPending, type Known, type KnownObject, knownOf, listOf, notYet, objectOf, textOf } from "./known.js";
import { digestsAsked } from "./tasks.js";
import { gateType, passType, stackReferenceType, submissionOf, waitOf } from "./types.js";
import { digestIn, imagesOf, isWorkload } from "./workloads.js";

// Rules for what scans have found. What is absent has not run yet: that is neither a violation nor a pass.

/** What a resource says of scans that have ended. */
interface Told {
  readonly status: string | undefined;
  readonly verdict: string | undefined;
  readonly reason: string | undefined;
  readonly finishedAt: string | undefined;
  readonly expiresAt: string | undefined;
  readonly digests: readonly string[];
}

/** Nothing of a resource that says nothing of scans; `notYet` where it will. */
function toldBy({ type, props }: PolicyResource): Told | typeof notYet | undefined {
  const isWait = waitOf(type) !== undefined;
  if (!isWait && type !== gateType && type !== passType) return undefined;
  const known = knownOf(props);
  if (isWait) return textOf(known["status"]) === undefined ? notYet : toldByWait(known);
  if (type === gateType) return textOf(known["verdict"]) === undefined ? notYet : toldByGate(known);
  const { verdict, reason, finishedAt, expiresAt, digest } = known;
  if (textOf(verdict) === undefined) return notYet;
  const digests = (textOf(digest) ?? "").split(" ").filter((one) => one !== "");
  return {
    status: "SUCCEEDED",
    verdict: textOf(verdict),
    reason: textOf(reason),
    finishedAt: textOf(finishedAt),
    expiresAt: textOf(expiresAt),
    digests,
  };
}

function toldByWait({ status, verdict, verdictReason, finishedAt, findings }: KnownObject): Told {
  const images = listOf(objectOf(findings)["images"]);
  return {
    status: textOf(status),
    verdict: textOf(verdict),
    reason: textOf(verdictReason),
    finishedAt: textOf(finishedAt),
    expiresAt: undefined,
    digests: textsOf(images.map((image) => objectOf(image)["digest"])),
  };
}

function toldByGate({ verdict, reason, scanGate }: KnownObject): Told {
  const { status, finishedAt, expiresAt, subject } = objectOf(scanGate);
  return {
    status: textOf(status),
    verdict: textOf(verdict),
    reason: textOf(reason),
    finishedAt: textOf(finishedAt),
    expiresAt: textOf(expiresAt),
    digests: textsOf(listOf(objectOf(subject)["digests"])),
  };
}

function textsOf(values: readonly Known[]): readonly string[] {
  return values.filter((value) => typeof value === "string") as string[];
}

const maxAge: PolicyConfigSchema = {
  properties: {
    maxAgeHours: {
      type: "number",
      exclusiveMinimum: 0,
      default: 168,
      description: "Hours since the end of the scan.",
    },
  },
};

export const scanVerdict: StackValidationPolicy = {
  name: "scan-verdict",
  description: "The verdict of each scan, gate and pass is PASS, and young enough.",
  configSchema: maxAge,
  validateStack(args, report) {
    const { maxAgeHours } = args.getConfig<{ maxAgeHours: number }>();
    for (const resource of args.resources) {
      const told = toldBy(resource);
      if (told === undefined || told === notYet) continue;
      const why = whyBad(told, maxAgeHours);
      if (why !== undefined) report(`"${resource.name}": ${why}`, resource.urn);
    }
  },
};

function whyBad(told: Told, maxAgeHours: number): string | undefined {
  const { verdict, reason } = told;
  if (verdict === undefined) return "the scan has no verdict; give it thresholds";
  if (verdict !== "PASS") return `the verdict is ${verdict}${reason === undefined ? "" : `: ${reason}`}`;
  return whyOld(told, maxAgeHours);
}

function whyOld(told: Told, maxAgeHours: number): string | undefined {
  const { finishedAt, expiresAt } = told;
  const now = Date.now();
  const hours = (now - timeOf(finishedAt)) / 3_600_000;
  const ago = hours < 1 ? `${Math.floor(hours * 60)} minutes` : `${Math.floor(hours)} hours`;
  const [first] = untimely(told, { maxAgeSeconds: maxAgeHours * 3_600, now });
  const why: Readonly<Record<Untimely, string>> = {
    unknown: "it is not known when the scan ended",
    future: `the scan ended in the future (${finishedAt}); one of the clocks is wrong`,
    expired: `the verdict expired at ${expiresAt}`,
    old: `the scan ended ${ago} ago, and at most ${maxAgeHours} hours are allowed`,
  };
  return first === undefined ? undefined : why[first];
}

/** What scans of this stack, and gates that it accepts, cover; and whether there may be more to come. */
interface Coverage {
  readonly digests: readonly string[];
  readonly open: boolean;
}

function coverageOf(resources: readonly PolicyResource[], maxAgeHours: number): Coverage {
  const toCome = new Set(
    resources
      .filter((resource) => resource.type !== passType && toldBy(resource) === notYet)
      .flatMap(({ dependencies }) => dependencies.filter(({ type }) => submissionOf(type) !== undefined))
      .map(({ urn }) => urn),
  );
  const all = resources.map((resource): Coverage => {
    const { type, props, urn } = resource;
    if (type === stackReferenceType) return coveredByReference(knownOf(props)["outputs"], maxAgeHours);
    const told = toldBy(resource);
    // What a scan that has not run yet will cover is what it is asked for.
    if (told === undefined) return toCome.has(urn) ? asCoverage(digestsAsked(resource)) : nothing;
    if (told === notYet) return type === passType ? asCoverage([knownOf(props)["digest"]]) : nothing;
    const holds = told.status === "SUCCEEDED" && whyOld(told, maxAgeHours) === undefined;
    return holds ? { digests: told.digests, open: false } : nothing;
  });
  return { digests: all.flatMap(({ digests }) => digests), open: all.some(({ open }) => open) };
}

const nothing: Coverage = { digests: [], open: false };

/** Where not each of them is known, there may be more. */
function asCoverage(digests: readonly Known[]): Coverage {
  const known = textsOf(digests);
  return { digests: known, open: known.length === 0 || known.length < digests.length };
}

function coveredByReference(outputs: Known, maxAgeHours: number): Coverage {
  if (outputs === undefined || isPending(outputs)) return { digests: [], open: true };
  return { digests: acceptedIn(Object.values(objectOf(outputs)), maxAgeHours), open: false };
}

/** What gates of other stacks that let pass are about. */
function acceptedIn(gates: readonly unknown[], maxAgeHours: number): string[] {
  const demand = { now: Date.now(), maxAgeSeconds: maxAgeHours * 3_600 };
  return gates.flatMap((gate) =>
    isExport(gate) && whyRefused(gate, demand) === undefined ? gate.subject.digests : [],
  );
}

function readGate(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`scanGates: ${file} cannot be read: ${messageOf(error)}`);
  }
}

export const workloadScanned: StackValidationPolicy = {
  name: "workload-scanned",
  description: "Each image that a workload runs was scanned, in this stack or behind a gate that it accepts.",
  configSchema: {
    properties: {
      ...maxAge.properties,
      scanGates: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Files with the scanGate of other stacks, as pulumi stack output scanGate --json writes it.",
      },
    },
  },
  validateStack(args, report) {
    const { maxAgeHours, scanGates } = args.getConfig<{ maxAgeHours: number; scanGates: string[] }>();
    const accepted = acceptedIn(scanGates.map(readGate), maxAgeHours);
    const inStack = coverageOf(args.resources, maxAgeHours);
    const { digests, open } = { digests: [...accepted, ...inStack.digests], open: inStack.open };
    for (const { type, props, name, urn } of args.resources) {
      if (!isWorkload(type)) continue;
      for (const image of imagesOf(type, knownOf(props))) {
        const digest = digestIn(image);
        const isOpen = typeof image !== "string" || (digest !== undefined && open);
        if (isOpen || (digest !== undefined && digests.includes(digest))) continue;
        const why =
          digest === undefined
            ? "it names no digest, so no scan can be known to be of it"
            : "no scan covers it, or none that is young enough";
        report(`"${name}" runs ${String(image)}: ${why}`, urn);
      }
    }
  },
};
