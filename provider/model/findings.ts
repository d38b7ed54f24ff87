/** Severities of vulnerabilities, the worst first. */
export const severities = ["critical", "high", "medium", "low"] as const;
/** Severity of a vulnerability. */
export type Severity = (typeof severities)[number];
/** What is counted in an image. */
export const findingNames = [...severities, "viruses", "sensitiveData"] as const;
export type FindingName = (typeof findingNames)[number];

/** Numbers of what was found. One that the cloud does not tell, or did not look for, is absent: it is not zero. */
export interface FindingCounts {
  /** Vulnerabilities of the highest severity. Huawei Cloud has none above `high`. */
  readonly critical?: number;
  /** Vulnerabilities of high severity. */
  readonly high?: number;
  /** Vulnerabilities of medium severity. */
  readonly medium?: number;
  /** Vulnerabilities of low severity. */
  readonly low?: number;
  /** Viruses, trojans and other malicious files. */
  readonly viruses?: number;
  /** Pieces of sensitive information, such as keys. */
  readonly sensitiveData?: number;
}

/** What was found in one image. */
export interface ImageFindings extends FindingCounts {
  /** The cloud's id of the image: `sha256:…` of a local image, the asset id or HSS record id of one of a registry. */
  readonly id: string;
  /** `namespace/name:tag`, or as the cloud calls it. */
  readonly name?: string;
  /** Digest of the image's content: that of the registry, or of a local image its id. */
  readonly digest?: string;
}

/** A vulnerability of one image, as the cloud lists it. */
export interface ListedVulnerability {
  /** CVE id, or where there is none, the cloud's own. */
  readonly id: string;
  /** How severe the cloud calls it. */
  readonly severity: Severity;
  /** A package that has it, as the cloud calls it; others may have it as well. */
  readonly package?: string;
  /** The version of that package. */
  readonly version?: string;
  /** The version, or versions, in which it is fixed, in the cloud's words. Absent where the cloud names none. */
  readonly fixedVersion?: string;
}

/** A vulnerability, and in how many of the images it is. */
export interface Vulnerability extends ListedVulnerability {
  /** In how many of the images it is. */
  readonly images: number;
  /** How many rows of the lists it has, where an image has several: the counts have each of them. */
  readonly rows?: number;
}

/** What a scan has found, read after its end. */
export interface Findings extends FindingCounts {
  /** How many images the numbers are of. */
  readonly total: number;
  /** Those images, the worst first; at most 100 of them. */
  readonly images: readonly ImageFindings[];
  /** Severities that the cloud knows, where these are not all. */
  readonly severities?: readonly Severity[];
  /** The numbers were read once, when nobody judged by them: they may have come later, and cannot make a pass. */
  readonly unconfirmed?: true;
  /** The vulnerabilities behind the numbers, the worst first; read only where vulnerabilities exceed a threshold. */
  readonly vulnerabilities?: readonly Vulnerability[];
  /** The severities whose vulnerabilities are all there. */
  readonly listed?: readonly Severity[];
  /** Why vulnerabilities of other judged severities are not there. */
  readonly unlisted?: string;
}

const maxImages = 100;

/** The findings of a scan with these parts. */
export function findingsOfParts(vulnerabilities: boolean, viruses: boolean, sensitiveData: boolean): FindingName[] {
  return [
    ...(vulnerabilities ? severities : []),
    ...(viruses ? (["viruses"] as const) : []),
    ...(sensitiveData ? (["sensitiveData"] as const) : []),
  ];
}

/** Puts the findings of all images of a scan together. */
export function findingsOf(images: readonly ImageFindings[], known?: readonly Severity[]): Findings {
  const sums = findingNames.map((name) => [name, sumOf(images.map((image) => image[name]))] as const);
  const counts = knownCounts(Object.fromEntries(sums));
  const rows = [...images].sort(worstFirst).slice(0, maxImages);
  const told = known === undefined ? {} : { severities: known };
  return { ...counts, total: images.length, images: rows, ...told };
}

/** The numbers that are known. */
export function knownCounts(numbers: { readonly [Name in FindingName]?: number | undefined }): FindingCounts {
  return Object.fromEntries(Object.entries(numbers).filter(([, count]) => count !== undefined));
}

/** Nothing where a part is unknown, and where there is nothing to add up. */
export function sumOf(parts: readonly (number | undefined)[]): number | undefined {
  if (parts.length === 0) return undefined;
  return parts.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part),
    0,
  );
}

/** What images are put in order by. */
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

/** A number of a cloud's answer, or nothing. */
export function countOf(told: unknown): number | undefined {
  return typeof told === "number" && Number.isSafeInteger(told) && told >= 0 ? told : undefined;
}
