import type { PolicyConfigSchema, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { parseTime } from "../model/gate-export.js";
import { gateType, passType } from "../model/resource-types.js";
import { type Untimely, untimely } from "../model/why-refused.js";
import { asList, asObject, asText, copyKnown, type KnownObject, listTexts, notYet } from "./known.js";
import { readWaitKind } from "./types.js";

// Rules for the results of scans. An absent result has not run yet: it is neither a violation nor a pass.

/** The results of ended scans in a resource. */
export interface Result {
  readonly status: string | undefined;
  readonly verdict: string | undefined;
  readonly reason: string | undefined;
  readonly finishedAt: string | undefined;
  readonly expiresAt: string | undefined;
  readonly digests: readonly string[];
  /** The number of scanned images without a digest in the list. */
  readonly omitted: number;
}

/** Undefined for a resource without scan results; `notYet` if the result will follow. */
export function readResult({ type, props }: PolicyResource): Result | typeof notYet | undefined {
  const isWait = readWaitKind(type) !== undefined;
  if (!isWait && type !== gateType && type !== passType) return undefined;
  const known = copyKnown(props);
  if (isWait) return asText(known["status"]) === undefined ? notYet : readWait(known);
  if (type === gateType) return asText(known["verdict"]) === undefined ? notYet : readGate(known);
  const { verdict, reason, finishedAt, expiresAt, digest } = known;
  if (asText(verdict) === undefined) return notYet;
  const digests = (asText(digest) ?? "").split(" ").filter((one) => one !== "");
  return {
    status: "SUCCEEDED",
    verdict: asText(verdict),
    reason: asText(reason),
    finishedAt: asText(finishedAt),
    expiresAt: asText(expiresAt),
    digests,
    omitted: 0,
  };
}

function readWait({ status, verdict, verdictReason, finishedAt, findings }: KnownObject): Result {
  const { images, total } = asObject(findings);
  const digests = listTexts(asList(images).map((image) => asObject(image)["digest"]));
  return {
    status: asText(status),
    verdict: asText(verdict),
    reason: asText(verdictReason),
    finishedAt: asText(finishedAt),
    expiresAt: undefined,
    digests,
    omitted: typeof total === "number" ? Math.max(0, total - digests.length) : 0,
  };
}

function readGate({ verdict, reason, scanGate }: KnownObject): Result {
  const { status, finishedAt, expiresAt, subject } = asObject(scanGate);
  const { digests, digestsOmitted } = asObject(subject);
  return {
    status: asText(status),
    verdict: asText(verdict),
    reason: asText(reason),
    finishedAt: asText(finishedAt),
    expiresAt: asText(expiresAt),
    digests: listTexts(asList(digests)),
    omitted: typeof digestsOmitted === "number" ? digestsOmitted : 0,
  };
}

export const maxAge: PolicyConfigSchema = {
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
  description: "The verdict of each scan, gate and pass is PASS, and recent enough.",
  configSchema: maxAge,
  validateStack(args, report) {
    const { maxAgeHours } = args.getConfig<{ maxAgeHours: number }>();
    for (const resource of args.resources) {
      const result = readResult(resource);
      if (result === undefined || result === notYet) continue;
      const why = whyBad(result, maxAgeHours);
      if (why !== undefined) report(`"${resource.name}": ${why}`, resource.urn);
    }
  },
};

function whyBad(result: Result, maxAgeHours: number): string | undefined {
  const { verdict, reason } = result;
  if (verdict === undefined) return "the scan has no verdict; give it thresholds";
  if (verdict !== "PASS") return `the verdict is ${verdict}${reason === undefined ? "" : `: ${reason}`}`;
  return whyOld(result, maxAgeHours);
}

/** Why a result is no longer valid. */
export function whyOld(result: Result, maxAgeHours: number): string | undefined {
  const { finishedAt, expiresAt } = result;
  const now = Date.now();
  const hours = (now - parseTime(finishedAt)) / 3_600_000;
  const ago = hours < 1 ? `${Math.floor(hours * 60)} minutes` : `${Math.floor(hours)} hours`;
  const [first] = untimely(result, { maxAgeSeconds: maxAgeHours * 3_600, now });
  const why: Readonly<Record<Untimely, string>> = {
    unknown: "the end time of the scan is not known",
    future: `the scan ended in the future (${finishedAt}); one of the clocks is wrong`,
    expired: `the verdict expired at ${expiresAt}`,
    old: `the scan ended ${ago} ago, and the limit is ${maxAgeHours} hours`,
  };
  return first === undefined ? undefined : why[first];
}
