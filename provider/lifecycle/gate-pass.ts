import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import { withCode } from "../model/error-codes.js";
import { parseTime, type ScanGateExport } from "../model/gate-export.js";
import type { Verdict } from "../model/verdict.js";
import { type Demand, explainForeign, isExport, whyRefused } from "../model/why-refused.js";
import { type Clock, systemClock } from "../transport/clock.js";
import type { Failure } from "../validation/inputs.js";
import { isUnknown } from "../validation/unknown.js";

/** Inputs of a pass. The program computes them with `admit`; the pass only refuses. */
export interface PassInputs {
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly digest?: string;
  readonly taskIds?: readonly string[];
  readonly finishedAt?: string;
  readonly expiresAt?: string;
}

/** A resource that exists only if a gate passed. Its check refuses on a line of its own, before anything is changed. */
export function passProvider(clock: Clock = systemClock): dynamic.ResourceProvider {
  return {
    async check(_olds, news: PassInputs) {
      return { inputs: news, failures: refusals(news, clock.now()) };
    },

    async diff() {
      return {};
    },

    async create(inputs) {
      return { id: randomUUID(), outs: { ...inputs, admitted: true } };
    },

    async update(_id, _olds, news) {
      return { outs: { ...news, admitted: true } };
    },
  };
}

function refusals({ verdict, reason, expiresAt }: PassInputs, now: number): Failure[] {
  if (isUnknown(verdict)) return [];
  // Without a property, because the engine would show its value before the reason.
  if (verdict !== "PASS") return refuse(reason ?? "the gate has not passed");
  if (expiresAt === undefined || expiresAt === null || isUnknown(expiresAt) || now < parseTime(expiresAt)) return [];
  return refuse(`the gate's verdict expired at ${expiresAt}; set new triggers to scan again`);
}

function refuse(why: string): Failure[] {
  return [{ property: "", reason: withCode("IS-REFUSED", `refused: ${why}`) }];
}

/** The conditions for a gate, as a program writes them. */
export interface Terms {
  /** Name of the gate in messages. */
  readonly of?: string | undefined;
  /** Null if the program gives it, but its value is undefined. */
  readonly digest?: string | readonly string[] | null | undefined;
  readonly maxAgeSeconds?: number | undefined;
  /** ISO 8601, with an offset. Null if the program gives it, but its value is undefined. */
  readonly notBefore?: string | null | undefined;
}

/** The inputs of a pass by these terms. The verdict is `PASS` only if no term refuses. */
export function admit(exported: unknown, terms: Terms, now: number): PassInputs {
  const { maxAgeSeconds, notBefore } = terms;
  const digests = terms.digest === undefined || terms.digest === null ? undefined : [terms.digest].flat();
  const from = notBefore === undefined ? undefined : parseTime(notBefore);
  // badTerms refuses an invalid time.
  const demand: Demand = { digests, maxAgeSeconds, notBefore: Number.isNaN(from) ? undefined : from, now };
  const reasons = [badTerms(terms, digests), whyRefused(exported, demand)].filter((one) => one !== undefined);
  const why =
    reasons.length === 0 ? undefined : `${terms.of === undefined ? "" : `${terms.of}: `}${reasons.join("; ")}`;
  const told = isExport(exported) ? exported : undefined;
  const digest = digests === undefined ? {} : { digest: digests.join(" ") };
  const facts = { ...digest, ...(told === undefined ? {} : selectFacts(told, maxAgeSeconds)) };
  if (why === undefined) return { verdict: "PASS", ...facts };
  return { verdict: told?.verdict === "FAIL" ? "FAIL" : "INCONCLUSIVE", reason: why, ...facts };
}

/**
 * Why a value is refused although the gate passed: it names a digest that was not required, or not scanned.
 */
export function refuseDigests(exported: unknown, { digest }: Terms, named: readonly string[]): string | undefined {
  const asked = digest === undefined || digest === null ? undefined : [digest].flat();
  const other = asked === undefined ? [] : named.filter((one) => !asked.includes(one));
  if (other.length > 0) {
    const [which, wanted] = [other.join(", "), asked?.join(", ")];
    return `the value names ${which}, and this pass is for ${wanted}; require the digest that the value names`;
  }
  const scanned = isExport(exported) ? exported.subject : undefined;
  const foreign = named.filter((one) => !scanned?.digests.includes(one));
  if (foreign.length === 0) return undefined;
  return `the value names a digest: ${scanned === undefined ? "what was scanned is not known" : explainForeign(foreign, scanned)}`;
}

/** Why the terms are invalid. An empty or undefined term must not pass. */
function badTerms({ digest, notBefore }: Terms, digests: readonly string[] | undefined): string | undefined {
  if (digest === null) return "the required digest turned out to be undefined";
  if (notBefore === null) return "the required notBefore turned out to be undefined";
  if (digests?.length === 0) return "digest is an empty list";
  const isDigest = (one: unknown) => typeof one === "string" && /^sha256:[0-9a-f]{64}$/.test(one);
  const bad = digests?.filter((one) => !isDigest(one)) ?? [];
  if (bad.length > 0) return `digest is ${JSON.stringify(bad[0] ?? null)}, not sha256: and 64 hexadecimal digits`;
  const isTime = notBefore === undefined || !Number.isNaN(parseTime(notBefore));
  return isTime
    ? undefined
    : `notBefore is "${notBefore}", not a time such as 2026-11-22T10:00:00Z; leave it out for none`;
}

function selectFacts({ taskIds, finishedAt, expiresAt }: ScanGateExport, maxAgeSeconds: number | undefined) {
  const finished = parseTime(finishedAt);
  const ends = [parseTime(expiresAt), finished + (maxAgeSeconds ?? Number.NaN) * 1000];
  const first = Math.min(...ends.filter((end) => !Number.isNaN(end)));
  return {
    taskIds,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(Number.isFinite(first) ? { expiresAt: new Date(first).toISOString() } : {}),
  };
}
