import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import { type Clock, systemClock } from "../core/clock.js";
import { type Failure, isUnknown } from "./check.js";
import { type Demand, isExport, type ScanGateExport, timeOf, whyRefused } from "./scan-gate.js";
import type { Verdict } from "./verdict.js";

/** What a pass stands for. All of it is decided by who declares it; the pass only refuses. */
export interface PassInputs {
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly digest?: string;
  readonly taskIds?: readonly string[];
  readonly finishedAt?: string;
  readonly expiresAt?: string;
}

/** A resource that can only exist where a gate lets pass: its check refuses on a line of its own, before anything is done. */
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
  if (verdict !== "PASS") return [{ property: "verdict", reason: reason ?? "the gate does not let pass" }];
  if (expiresAt === undefined || expiresAt === null || isUnknown(expiresAt) || now < timeOf(expiresAt)) return [];
  return [{ property: "expiresAt", reason: `the gate's verdict expired at ${expiresAt}; scan anew, by new triggers` }];
}

/** What is asked of a gate, as a program writes it. */
export interface Terms {
  /** Null where it is asked for, and turned out to be nothing. */
  readonly digest?: string | readonly string[] | null | undefined;
  readonly maxAgeSeconds?: number | undefined;
  /** ISO 8601, with an offset. Null where it is asked for, and turned out to be nothing. */
  readonly notBefore?: string | null | undefined;
}

/** What a pass by these terms stands for; its verdict is `PASS` only where nothing refuses. */
export function admit(exported: unknown, terms: Terms, now: number): PassInputs {
  const { maxAgeSeconds, notBefore } = terms;
  const digests = terms.digest === undefined || terms.digest === null ? undefined : [terms.digest].flat();
  const from = notBefore === undefined ? undefined : timeOf(notBefore);
  const demand: Demand = { digests, maxAgeSeconds, notBefore: from, now };
  const why = badTerms(terms, digests) ?? whyRefused(exported, demand);
  const told = isExport(exported) ? exported : undefined;
  const digest = digests === undefined ? {} : { digest: digests.join(" ") };
  const facts = { ...digest, ...(told === undefined ? {} : factsOf(told, maxAgeSeconds)) };
  if (why === undefined) return { verdict: "PASS", ...facts };
  return { verdict: told?.verdict === "FAIL" ? "FAIL" : "INCONCLUSIVE", reason: why, ...facts };
}

/** What is wrong with what is asked for: it must not let pass by being nothing. */
function badTerms({ digest, notBefore }: Terms, digests: readonly string[] | undefined): string | undefined {
  if (digest === null) return "the digest that is asked for turned out to be undefined";
  if (notBefore === null) return "the notBefore that is asked for turned out to be undefined";
  if (digests?.length === 0) return "digest is an empty list";
  const bad = digests?.find((one) => !/^sha256:[0-9a-f]{64}$/.test(one));
  if (bad !== undefined) return `digest is "${bad}", not sha256: and 64 hexadecimal digits`;
  const isTime = notBefore === undefined || !Number.isNaN(timeOf(notBefore));
  return isTime ? undefined : `notBefore is "${notBefore}", not a time such as 2026-11-22T10:00:00Z`;
}

function factsOf({ taskIds, finishedAt, expiresAt }: ScanGateExport, maxAgeSeconds: number | undefined) {
  const finished = timeOf(finishedAt);
  const ends = [timeOf(expiresAt), finished + (maxAgeSeconds ?? Number.NaN) * 1000];
  const first = Math.min(...ends.filter((end) => !Number.isNaN(end)));
  return {
    taskIds,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(Number.isFinite(first) ? { expiresAt: new Date(first).toISOString() } : {}),
  };
}
