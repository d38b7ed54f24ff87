import { duration } from "./duration.js";
import { parseTime, type ScanGateExport } from "./gate-export.js";
import { findMasked } from "./masked-secret.js";

/** The conditions of a consumer of a gate. */
export interface Demand {
  /** Digests that must have been scanned. */
  readonly digests?: readonly string[] | undefined;
  readonly maxAgeSeconds?: number | undefined;
  /** Milliseconds since 1970. */
  readonly notBefore?: number | undefined;
  readonly now: number;
}

/** How far the clock of the machine that scanned may be ahead. */
const clockToleranceMs = 5 * 60_000;

/** The faults that the time of a verdict can have. */
export type Untimely = "unknown" | "future" | "expired" | "old";

/** The faults of the time of a verdict, the worst first. */
export function untimely(
  { finishedAt, expiresAt }: { readonly finishedAt?: string | undefined; readonly expiresAt?: string | undefined },
  { maxAgeSeconds = Number.POSITIVE_INFINITY, now }: Pick<Demand, "maxAgeSeconds" | "now">,
): Untimely[] {
  const finished = parseTime(finishedAt);
  const wrong: Readonly<Record<Untimely, boolean>> = {
    unknown: Number.isNaN(finished),
    future: finished > now + clockToleranceMs,
    // An invalid time counts as expired.
    expired: expiresAt !== undefined && !(now < parseTime(expiresAt)),
    old: now - finished > maxAgeSeconds * 1000,
  };
  return (["unknown", "future", "expired", "old"] as const).filter((one) => wrong[one]);
}

/** All reasons why a gate's export is refused. Undefined if it passes. */
export function whyRefused(exported: unknown, demand: Demand): string | undefined {
  if (exported === undefined || exported === null)
    return "there is no scanGate: nothing was scanned, or it is not exported";
  if (findMasked(exported).length > 0)
    return 'it shows "[secret]" instead of the scanGate; export it with: pulumi stack output --json --show-secrets';
  if (!isExport(exported)) {
    const { scanGate } = exported as { readonly scanGate?: unknown };
    const hint = isExport(scanGate) ? "; there is one in it: read only the output scanGate" : "";
    return `the export is not a scanGate of schema 1${hint}`;
  }
  const { verdict, reason, status = "SUCCEEDED", finishedAt, expiresAt, subject } = exported;
  const wrong = untimely(exported, demand);
  const { digests = [], maxAgeSeconds, notBefore } = demand;
  const foreign = digests.filter((digest) => !subject.digests.includes(digest));
  const allowed = maxAgeSeconds === undefined ? "" : duration(maxAgeSeconds);
  const refusals: readonly (readonly [wrong: boolean, why: string])[] = [
    [verdict !== "PASS", `its verdict is ${verdict}${reason === undefined ? "" : `: ${reason}`}`],
    [
      verdict === "PASS" && status !== "SUCCEEDED",
      `it contradicts itself: its verdict is PASS, but its scans ended ${status}; no gate exports this`,
    ],
    [foreign.length > 0, explainForeign(foreign, subject)],
    [wrong.includes("unknown"), "the end time of its scans is not known"],
    [wrong.includes("future"), `it finished in the future (${finishedAt}); one of the clocks is wrong`],
    [
      notBefore !== undefined && parseTime(finishedAt) < notBefore,
      `it finished at ${finishedAt}, before ${new Date(notBefore ?? 0).toISOString()}`,
    ],
    [wrong.includes("old"), `it finished at ${finishedAt}, more than ${allowed} ago; set new triggers to scan again`],
    [wrong.includes("expired"), `it expired at ${expiresAt}; set new triggers to scan again`],
  ];
  const why = refusals.filter(([wrong]) => wrong).map(([, text]) => text);
  return why.length === 0 ? undefined : why.join("; ");
}

/** A list that leaves out images is refused too, but it does not prove that an image was not scanned. */
export function explainForeign(
  foreign: readonly string[],
  { digests, digestsOmitted = 0 }: ScanGateExport["subject"],
): string {
  const asked = joinSome(foreign, 5);
  const named = digests.length === 0 ? "" : ` (${joinSome(digests, 3)})`;
  if (digestsOmitted > 0) {
    return (
      `it does not know whether ${asked} was scanned: its list has ${digests.length} digests${named}, at most 500 and of at most 100 images of a scan, ` +
      `and leaves out ${digestsOmitted} images; give the scan of this image its own gate`
    );
  }
  return (
    `it is about other images: ${asked} is not one of the ${digests.length} digests that it names${named}. ` +
    "If it is the same image: a multi-platform image has one digest for its index and one for each platform, and a local image is known by its id. " +
    "Deploy and require a digest that the gate names, or scan the image by the digest that you deploy"
  );
}

function joinSome(all: readonly string[], most: number): string {
  return `${all.slice(0, most).join(", ")}${all.length > most ? ` and ${all.length - most} more` : ""}`;
}

/** Whether it has the documented form, in the parts that decide. */
export function isExport(value: unknown): value is ScanGateExport {
  if (typeof value !== "object" || value === null) return false;
  const { schema, verdict, subject, taskIds, finishedAt, expiresAt } = value as Partial<ScanGateExport>;
  const isText = (one: unknown) => typeof one === "string";
  return (
    schema === 1 &&
    isText(verdict) &&
    Array.isArray(taskIds) &&
    typeof subject?.total === "number" &&
    Array.isArray(subject.digests) &&
    (finishedAt === undefined || isText(finishedAt)) &&
    (expiresAt === undefined || isText(expiresAt))
  );
}
