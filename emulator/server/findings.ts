// The findings of scans in images, and the delay until the lists show them.

export type Part = "CVE" | "VIRUS" | "RISK";

export interface Found {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly viruses: number;
  readonly sensitive: number;
}

export const nothing: Found = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };

/** Names of what belongs to a part of a scan. */
const parts: Readonly<Record<Part, readonly (keyof Found)[]>> = {
  CVE: ["critical", "high", "medium", "low"],
  VIRUS: ["viruses"],
  RISK: ["sensitive"],
};

/** The findings of an image. */
export interface Examined {
  /** The result of a scan. */
  readonly findings: Found;
  /** The numbers that the lists show now. */
  shown: Found;
  /** The numbers that the lists will show, and from which time on. */
  due: { readonly at: number; readonly shown: Found } | undefined;
}

/** Ends a scan of these parts of the image. The lists show its numbers after this delay. */
export function finishParts(image: Examined, scanned: readonly Part[], { at, lateMs }: { at: number; lateMs: number }) {
  const names = scanned.flatMap((part) => parts[part]);
  const found = Object.fromEntries(names.map((name) => [name, image.findings[name]]));
  image.due = { at: at + lateMs, shown: { ...(image.due?.shown ?? image.shown), ...found } };
  reveal(image, at);
}

/** Shows the numbers that are due. */
export function reveal(image: Examined, now: number): void {
  if (image.due === undefined || now < image.due.at) return;
  image.shown = image.due.shown;
  image.due = undefined;
}

export function countVulnerabilities({ critical, high, medium, low }: Found): number {
  return critical + high + medium + low;
}

const levels = { critical: 4, high: 3, medium: 2, low: 1 } as const;

export interface Vulnerability {
  readonly id: string;
  readonly level: 1 | 2 | 3 | 4;
}

/** The vulnerabilities behind the numbers, the worst first: the same ids in every image. */
export function listVulnerabilities(shown: Found): Vulnerability[] {
  return (["critical", "high", "medium", "low"] as const).flatMap((name) =>
    Array.from({ length: shown[name] }, (_, at) => ({
      id: `CVE-2026-${levels[name] * 10_000 + at + 1}`,
      level: levels[name],
    })),
  );
}
