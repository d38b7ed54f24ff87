/** Severities of vulnerabilities, from the worst to the least severe. */
export const severities = ["critical", "high", "medium", "low"] as const;
/** Severity of a vulnerability: `critical`, `high`, `medium` or `low`. */
export type Severity = (typeof severities)[number];
/** The names of the numbers in findings. */
export const findingNames = [...severities, "viruses", "sensitiveData"] as const;
export type FindingName = (typeof findingNames)[number];

/**
 * Numbers of findings. A number is absent if the cloud does not show it, or if the scan did not look for it.
 * An absent number is unknown. It is not zero.
 */
export interface FindingCounts {
  /** Number of critical vulnerabilities. Huawei Cloud has no severity above `high`. */
  readonly critical?: number;
  /** Number of vulnerabilities of high severity. */
  readonly high?: number;
  /** Number of vulnerabilities of medium severity. */
  readonly medium?: number;
  /** Number of vulnerabilities of low severity. */
  readonly low?: number;
  /** Number of viruses, trojans and other malicious files. */
  readonly viruses?: number;
  /** Number of places with sensitive information, such as keys. */
  readonly sensitiveData?: number;
}

/** The findings in one image. */
export interface ImageFindings extends FindingCounts {
  /**
   * The cloud's id of the image: `sha256:…` for a local image; the asset id or the HSS record id for a registry image.
   */
  readonly id: string;
  /** Name of the image: `namespace/name:tag`, or the cloud's own form. */
  readonly name?: string;
  /** Digest of the image, `sha256:…`: the registry's digest, or for a local image its id. */
  readonly digest?: string;
}

/** A vulnerability of one image, from the cloud's list. */
export interface ListedVulnerability {
  /** CVE id, such as `CVE-2026-1234`, or the cloud's own id if there is none. */
  readonly id: string;
  /** Severity in the cloud's list. */
  readonly severity: Severity;
  /** Name of a package with this vulnerability. Other packages can have it too. */
  readonly package?: string;
  /** Installed version of this package. */
  readonly version?: string;
  /** The version or versions with a fix, in the cloud's words. Absent if the cloud names none. */
  readonly fixedVersion?: string;
}

/** A vulnerability, with the number of images that have it. */
export interface Vulnerability extends ListedVulnerability {
  /** Number of images with this vulnerability. */
  readonly images: number;
  /** Number of rows in the lists, if an image has several rows. The numbers of findings count each row. */
  readonly rows?: number;
}

/** What a scan found, in all its images together and in each. The package reads it after the end of the scan. */
export interface Findings extends FindingCounts {
  /** Number of images that were counted, with or without findings. */
  readonly total: number;
  /** The images, the worst first. At most 100. */
  readonly images: readonly ImageFindings[];
  /** The severities of this cloud. Absent if it has all four. */
  readonly severities?: readonly Severity[];
  /** The numbers were read only once, because the task had no thresholds. Thresholds added later cannot give `PASS`. */
  readonly unconfirmed?: true;
  /**
   * The vulnerabilities behind the numbers, the worst first. Read only if vulnerabilities exceed a threshold;
   * at most 20 images and 500 vulnerabilities.
   */
  readonly vulnerabilities?: readonly Vulnerability[];
  /** The severities whose vulnerabilities are all in `vulnerabilities`. */
  readonly listed?: readonly Severity[];
  /** Why the vulnerabilities of other judged severities are missing. */
  readonly unlisted?: string;
}

const maxImages = 100;

/** The names of the numbers that a scan with these parts can show. */
export function listDetectable(vulnerabilities: boolean, viruses: boolean, sensitiveData: boolean): FindingName[] {
  return [
    ...(vulnerabilities ? severities : []),
    ...(viruses ? (["viruses"] as const) : []),
    ...(sensitiveData ? (["sensitiveData"] as const) : []),
  ];
}

/** Adds up the findings of all images of a scan. */
export function sumFindings(images: readonly ImageFindings[], known?: readonly Severity[]): Findings {
  const sums = findingNames.map((name) => [name, addUp(images.map((image) => image[name]))] as const);
  const counts = knownCounts(Object.fromEntries(sums));
  const rows = [...images].sort(worstFirst).slice(0, maxImages);
  const told = known === undefined ? {} : { severities: known };
  return { ...counts, total: images.length, images: rows, ...told };
}

/** Removes unknown numbers. */
export function knownCounts(numbers: { readonly [Name in FindingName]?: number | undefined }): FindingCounts {
  return Object.fromEntries(Object.entries(numbers).filter(([, count]) => count !== undefined));
}

/** The sum. Undefined if a part is unknown, or if there are no parts. */
export function addUp(parts: readonly (number | undefined)[]): number | undefined {
  if (parts.length === 0) return undefined;
  return parts.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part),
    0,
  );
}

/** The part of an image that decides its place in the order. */
type Ranked = { readonly [Name in FindingName]?: number | undefined } & { readonly id?: string | undefined };

export function worstFirst(a: Ranked, b: Ranked): number {
  for (const name of ["viruses", ...severities, "sensitiveData"] as const) {
    const difference = (b[name] ?? 0) - (a[name] ?? 0);
    if (difference !== 0) return difference;
  }
  return (a.id ?? "") < (b.id ?? "") ? -1 : 1;
}

interface RankedVulnerability {
  readonly id?: string | undefined;
  readonly severity?: string | undefined;
  readonly images?: number | undefined;
}

/** Orders vulnerabilities: the most severe first, then those in most images. */
export function worstVulnerabilityFirst(a: RankedVulnerability, b: RankedVulnerability): number {
  const rank = ({ severity }: RankedVulnerability) =>
    ([...severities, severity] as readonly unknown[]).indexOf(severity);
  const difference = rank(a) - rank(b) || (b.images ?? 0) - (a.images ?? 0);
  return difference === 0 ? ((a.id ?? "") < (b.id ?? "") ? -1 : 1) : difference;
}

/** A number from a cloud's answer. Undefined for anything else. */
export function readCount(told: unknown): number | undefined {
  return typeof told === "number" && Number.isSafeInteger(told) && told >= 0 ? told : undefined;
}
