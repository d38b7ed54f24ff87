import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { gateType } from "../model/resource-types.js";
import { asList, asObject, asText, copyKnown, type Known, type KnownObject, notYet } from "./known.js";
import { readRequestKind, readSubmissionKind, readWaitKind } from "./types.js";
import { findImages, readDigest } from "./workloads.js";

// Rules for one-shot scans: they name their images, and something waits for their end.

/** The part of a request that makes it scan everything. */
function findUnbounded(props: KnownObject): string | undefined {
  if (props["all"] === true) return "all: true";
  if (props["isAll"] === true) return "isAll: true";
  if (props["scanScope"] === 0) return "scanScope: 0";
  if (props["localImageScanType"] === "ALL") return 'localImageScanType: "ALL"';
  return props["registryImageScanType"] === "ALL" ? 'registryImageScanType: "ALL"' : undefined;
}

/** Whether a name matches one of the patterns, in which * stands for anything. */
function matches(name: string, patterns: readonly string[]): boolean {
  const escaped = (pattern: string) => pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return patterns.some((pattern) => new RegExp(`^${escaped(pattern)}$`).test(name));
}

export const taskBounded: ResourceValidationPolicy = {
  name: "task-bounded",
  description: "One-shot scans name their images instead of scanning everything.",
  configSchema: {
    properties: {
      stacks: {
        type: "array",
        items: { type: "string" },
        default: ["prod", "production"],
        description: "Names of the stacks to which this applies; * matches any text.",
      },
    },
  },
  validateResource(args, report) {
    if (readRequestKind(args.type) === undefined) return;
    const [, stack = ""] = /^urn:pulumi:([^:]+)::/.exec(args.urn) ?? [];
    if (!matches(stack, args.getConfig<{ stacks: string[] }>().stacks)) return;
    const whole = findUnbounded(copyKnown(args.props));
    if (whole !== undefined)
      report(`${whole} scans everything, which costs quota; name the images in stack "${stack}"`);
  },
};

/** Images whose name can mean another image later. */
function listUnpinned(type: string, props: KnownObject): readonly string[] {
  const run = findImages(type, props).filter((image) => typeof image === "string" && readDigest(image) === undefined);
  if (run.length > 0) return run.map(String);
  const kind = readRequestKind(type);
  if (kind === undefined) return [];
  return asList(props["images"]).flatMap((one) => {
    if (typeof one === "string") return isPinned(one) ? [] : [one];
    const image = asObject(one);
    if (image["imageDigest"] !== undefined && image["imageDigest"] !== null) return [];
    if (one === notYet || asText(image["imageName"]) === undefined) return [];
    const tag = asText(image["imageTag"]) ?? asText(image["imageVersion"]) ?? "";
    return [`${asText(image["namespace"]) ?? ""}/${String(image["imageName"])}:${tag}`];
  });
}

/** Whether a text is the id of an image, or contains a digest. */
function isPinned(image: string): boolean {
  return image.startsWith("sha256:") || readDigest(image) !== undefined;
}

export const imagesPinned: ResourceValidationPolicy = {
  name: "images-pinned",
  description: "Scanned and deployed images are named by their digest.",
  validateResource(args, report) {
    for (const image of listUnpinned(args.type, copyKnown(args.props))) {
      report(`${image} can mean another image later; add its digest`);
    }
  },
};

export const taskAwaited: StackValidationPolicy = {
  name: "task-awaited",
  description: "The task itself or a gate waits for each scan.",
  validateStack({ resources }, report) {
    const waiting = resources.filter(({ type }) => readWaitKind(type) !== undefined || type === gateType);
    const awaited = new Set(waiting.flatMap(({ dependencies }) => dependencies.map(({ urn }) => urn)));
    for (const { type, name, urn, parent } of resources) {
      // A gate in another language depends on the component of the task.
      const isAwaited = awaited.has(urn) || (parent !== undefined && awaited.has(parent.urn));
      if (readSubmissionKind(type) === undefined || isAwaited) continue;
      report(`nothing waits for the scan "${name}"; remove wait: false, or pass the task to a ScanGate`, urn);
    }
  },
};

/** The digests that a request itself names. */
export function listRequestedDigests({ type, props }: Pick<PolicyResource, "type" | "props">): readonly Known[] {
  const kind = readRequestKind(type);
  if (kind === undefined) return [];
  const known = copyKnown(props);
  if (kind === "tencent:VulnerabilityScanTask") return asList(known["localImageIds"]);
  return asList(known["images"]).map((image) => {
    if (typeof image !== "string") return asObject(image)["imageDigest"];
    return image.startsWith("sha256:") ? image : readDigest(image);
  });
}
