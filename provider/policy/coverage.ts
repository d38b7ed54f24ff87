import { readFileSync } from "node:fs";
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { passType } from "../model/resource-types.js";
import { isExport, whyRefused } from "../model/why-refused.js";
import { decodeJson } from "../transport/decode-json.js";
import { describeError } from "../transport/errors.js";
import { asObject, copyKnown, isPending, type Known, listTexts, notYet } from "./known.js";
import { listRequestedDigests } from "./tasks.js";
import { readRequestKind, stackReferenceType } from "./types.js";
import { maxAge, readResult, whyOld } from "./verdicts.js";
import { findImages, isOpaque, readDigest } from "./workloads.js";

// Checks that deployed images were scanned.

/** The images that this stack's scans and its accepted gates cover. */
interface Coverage {
  readonly digests: readonly string[];
  /** Whether images may follow that are not known yet. */
  readonly open: boolean;
  /** Why a digest that is missing here may still be covered, or why a gate is not accepted. */
  readonly notes: readonly string[];
}

const nothing: Coverage = { digests: [], open: false, notes: [] };

function join(all: readonly Coverage[]): Coverage {
  return {
    digests: all.flatMap(({ digests }) => digests),
    open: all.some(({ open }) => open),
    notes: all.flatMap(({ notes }) => notes),
  };
}

function coverInStack(resources: readonly PolicyResource[], maxAgeHours: number): Coverage {
  const toCome = new Set(
    resources
      .filter((resource) => resource.type !== passType && readResult(resource) === notYet)
      .flatMap(({ dependencies }) => dependencies.map(({ urn }) => urn)),
  );
  // A gate in another language depends on the component of the task.
  const isToCome = ({ type, urn, parent }: PolicyResource) =>
    readRequestKind(type) !== undefined && (toCome.has(urn) || (parent !== undefined && toCome.has(parent.urn)));
  const all = resources.map((resource): Coverage => {
    const { type, props, name } = resource;
    if (type === stackReferenceType) return coverByReference(copyKnown(props)["outputs"], maxAgeHours);
    const result = readResult(resource);
    // A scan that has not run yet will cover the images of its request.
    if (result === undefined) return isToCome(resource) ? coverRequested(listRequestedDigests(resource)) : nothing;
    if (result === notYet) return type === passType ? coverRequested([copyKnown(props)["digest"]]) : nothing;
    const holds = result.status === "SUCCEEDED" && whyOld(result, maxAgeHours) === undefined;
    return holds ? { digests: result.digests, open: false, notes: describeOmitted(name, result.omitted) } : nothing;
  });
  return join(all);
}

function describeOmitted(name: string, omitted: number): readonly string[] {
  return omitted > 0 ? [`"${name}" does not name ${omitted} of the images that it has scanned`] : [];
}

/** If some of them are unknown, there may be more. */
function coverRequested(digests: readonly Known[]): Coverage {
  const known = listTexts(digests);
  return { digests: known, open: known.length === 0 || known.length < digests.length, notes: [] };
}

function coverByReference(outputs: Known, maxAgeHours: number): Coverage {
  if (outputs === undefined || isPending(outputs)) return { ...nothing, open: true };
  const gates = Object.entries(asObject(outputs)).filter(([, value]) => isExport(value));
  const all = gates.map(([name, gate]) => coverByGate(name, gate, maxAgeHours));
  // A refused gate covers nothing. Its own stack reports the reason.
  return join(all.filter(({ digests }) => digests.length > 0));
}

/** The images that an accepted gate of another stack covers. */
function coverByGate(name: string, gate: unknown, maxAgeHours: number): Coverage {
  const why = whyRefused(gate, { now: Date.now(), maxAgeSeconds: maxAgeHours * 3_600 });
  if (why !== undefined || !isExport(gate)) return { ...nothing, notes: [`${name} is not accepted: ${why}`] };
  const { digests, digestsOmitted = 0 } = gate.subject;
  return { digests, open: false, notes: describeOmitted(name, digestsOmitted) };
}

function readGateFile(file: string): unknown {
  try {
    return decodeJson(readFileSync(file));
  } catch (error) {
    throw new Error(`scanGates: ${file} cannot be read: ${describeError(error)}`);
  }
}

function whyUncovered(image: string, { digests, open, notes }: Coverage): string | undefined {
  const digest = readDigest(image);
  if (digest === undefined) return "it has no digest, so it cannot be matched to a scan";
  if (open || digests.includes(digest)) return undefined;
  if (notes.length === 0) return "no recent enough scan covers it";
  return `no recent enough scan is known to cover it; ${notes.join("; ")}`;
}

interface Config {
  readonly maxAgeHours: number;
  readonly scanGates: readonly string[];
  readonly allowedUnseen: readonly string[];
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
      allowedUnseen: {
        type: "array",
        items: { type: "string" },
        default: [],
        description:
          "Names of resources, such as Helm releases, that are accepted although their images are not visible.",
      },
    },
  },
  validateStack(args, report) {
    const { maxAgeHours, scanGates, allowedUnseen } = args.getConfig<Config>();
    const byFile = scanGates.map((file) => coverByGate(file, readGateFile(file), maxAgeHours));
    const coverage = join([...byFile, coverInStack(args.resources, maxAgeHours)]);
    for (const { type, props, name, urn } of args.resources) {
      for (const image of findImages(type, copyKnown(props))) {
        const why = typeof image === "string" ? whyUncovered(image, coverage) : undefined;
        if (why !== undefined) report(`"${name}" runs ${String(image)}: ${why}`, urn);
      }
      if (isOpaque(type) && !allowedUnseen.includes(name))
        report(
          `the images of "${name}" are not visible here: a chart or a repository names them; declare them here (kubernetes.helm.v4.Chart renders a chart), or name it in allowedUnseen`,
          urn,
        );
    }
  },
};
