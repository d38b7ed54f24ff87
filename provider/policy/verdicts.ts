import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { isExport, type ScanGateExport, whyRefused } from "../lifecycle/scan-gate.js";
import { isPending, type Known, type KnownObject, knownOf, listOf, notYet, objectOf, textOf } from "./known.js";
import { digestsAsked } from "./tasks.js";
import { gateType, passType, stackReferenceType, submissionOf, waitOf } from "./types.js";
import { digestIn, imagesOf, isWorkload } from "./workloads.js";

// Rules for what scans have found. What is absent has not run yet: that is neither a violation nor a pass.

/** What a resource says of a scan that has ended. */
interface Told {
  readonly status: string | undefined;
  readonly verdict: string | undefined;
  readonly reason: string | undefined;
  readonly finishedAt: string | undefined;
  readonly digests: readonly string[];
}

/** Nothing of a resource that says nothing of scans; `notYet` where it will. */
function toldBy({ type, props }: PolicyResource): Told | typeof notYet | undefined {
  const known = knownOf(props);
  if (waitOf(type) !== undefined) return textOf(known["status"]) === undefined ? notYet : toldByWait(known);
  if (type === gateType) return textOf(known["verdict"]) === undefined ? notYet : toldByGate(known);
  if (type !== passType) return undefined;
  const { verdict, reason, finishedAt, digest } = known;
  if (textOf(verdict) === undefined) return notYet;
  const digests = (textOf(digest) ?? "").split(" ").filter((one) => one !== "");
  return {
    status: "SUCCEEDED",
    verdict: textOf(verdict),
    reason: textOf(reason),
    finishedAt: textOf(finishedAt),
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
    digests: textsOf(images.map((image) => objectOf(image)["digest"])),
  };
}

function toldByGate({ verdict, reason, scanGate }: KnownObject): Told {
  const { status, finishedAt, subject } = objectOf(scanGate);
  return {
    status: textOf(status),
    verdict: textOf(verdict),
    reason: textOf(reason),
    finishedAt: textOf(finishedAt),
    digests: textsOf(listOf(objectOf(subject)["digests"])),
  };
}

function textsOf(values: readonly Known[]): readonly string[] {
  return values.filter((value) => typeof value === "string") as string[];
}

export const scanVerdict: StackValidationPolicy = {
  name: "scan-verdict",
  description: "The verdict of each scan, gate and pass is PASS, and young enough.",
  configSchema: {
    properties: {
      maxAgeHours: {
        type: "number",
        exclusiveMinimum: 0,
        default: 168,
        description: "Hours since the end of the scan.",
      },
    },
  },
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

function whyBad({ verdict, reason, finishedAt }: Told, maxAgeHours: number): string | undefined {
  if (verdict === undefined) return "the scan has no verdict; give it thresholds";
  if (verdict !== "PASS") return `the verdict is ${verdict}${reason === undefined ? "" : `: ${reason}`}`;
  const hours = (Date.now() - Date.parse(finishedAt ?? "")) / 3_600_000;
  if (Number.isNaN(hours)) return "it is not known when the scan ended";
  return hours > maxAgeHours
    ? `the scan ended ${Math.floor(hours)} hours ago, and at most ${maxAgeHours} are allowed`
    : undefined;
}

/** What scans of this stack, and gates that it accepts, cover; and whether there may be more to come. */
interface Coverage {
  readonly digests: readonly string[];
  readonly open: boolean;
}

function coverageOf(resources: readonly PolicyResource[]): Coverage {
  const isToCome = resources.some((resource) => toldBy(resource) === notYet && resource.type !== passType);
  const all = resources.map((resource): Coverage => {
    if (resource.type === stackReferenceType) return coveredByReference(knownOf(resource.props)["outputs"]);
    const told = toldBy(resource);
    if (told === notYet && resource.type === passType) return asCoverage([knownOf(resource.props)["digest"]]);
    if (told !== undefined && told !== notYet)
      return { digests: told.status === "SUCCEEDED" ? told.digests : [], open: false };
    // What a scan that has not run yet will cover is what it is asked for.
    return isToCome && submissionOf(resource.type) !== undefined ? asCoverage(digestsAsked(resource)) : nothing;
  });
  return { digests: all.flatMap(({ digests }) => digests), open: all.some(({ open }) => open) };
}

const nothing: Coverage = { digests: [], open: false };

/** Where not each of them is known, there may be more. */
function asCoverage(digests: readonly Known[]): Coverage {
  const known = textsOf(digests);
  return { digests: known, open: known.length === 0 || known.length < digests.length };
}

function coveredByReference(outputs: Known): Coverage {
  if (outputs === undefined || isPending(outputs)) return { digests: [], open: true };
  const accepted = Object.values(objectOf(outputs)).filter(isAccepted);
  return { digests: accepted.flatMap(({ subject }) => subject.digests), open: false };
}

/** A gate of another stack that lets pass; of which images, is asked later. */
function isAccepted(output: Known): output is Known & ScanGateExport {
  return isExport(output) && whyRefused(output, { now: Date.now() }) === undefined;
}

export const workloadScanned: StackValidationPolicy = {
  name: "workload-scanned",
  description: "Each image that a workload runs was scanned, in this stack or behind a gate that it accepts.",
  validateStack({ resources }, report) {
    const { digests, open } = coverageOf(resources);
    for (const { type, props, name, urn } of resources) {
      if (!isWorkload(type)) continue;
      for (const image of imagesOf(type, knownOf(props))) {
        const digest = digestIn(image);
        const isOpen = typeof image !== "string" || (digest !== undefined && open);
        if (isOpen || (digest !== undefined && digests.includes(digest))) continue;
        const why =
          digest === undefined ? "it names no digest, so no scan can be known to be of it" : "no scan covers it";
        report(`"${name}" runs ${String(image)}: ${why}`, urn);
      }
    }
  },
};
