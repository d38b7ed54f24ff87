import {
  addUp,
  type FindingCounts,
  type ImageFindings,
  knownCounts,
  type ListedVulnerability,
  readCount,
  type Severity,
} from "../../model/findings.js";
import { toInteger } from "../../transport/json.js";
import { readWholeList } from "../../transport/list.js";
import type { TencentClient } from "../api/client.js";
import * as api from "../api/vulnerabilities.js";
import { maxPages, pageSize } from "./scan-mark.js";

// The findings of TCSS in images, from the numbers in its lists.

/** Which parts of a scan have a result for an image. */
export interface Parts {
  readonly CVE: boolean;
  readonly VIRUS: boolean;
  readonly RISK: boolean;
}

type Counts = Readonly<Partial<Record<keyof api.LevelCounts, number | undefined>>>;

/** The numbers of an image for these parts only: numbers of other parts may come from another scan. */
export function readNumbers(counts: Counts, sensitive: number | undefined, parts: Parts): FindingCounts {
  const { CriticalLevelVulCnt, HighLevelVulCnt, MediumLevelVulCnt, LowLevelVulCnt, VirusCnt } = counts;
  // If the sum differs, neither number can be trusted.
  const isTold = parts.CVE && !isContradictory(counts);
  return knownCounts({
    critical: isTold ? readCount(CriticalLevelVulCnt) : undefined,
    high: isTold ? readCount(HighLevelVulCnt) : undefined,
    medium: isTold ? readCount(MediumLevelVulCnt) : undefined,
    low: isTold ? readCount(LowLevelVulCnt) : undefined,
    viruses: parts.VIRUS ? readCount(VirusCnt) : undefined,
    sensitiveData: parts.RISK ? readCount(sensitive) : undefined,
  });
}

/** Whether the numbers of an image contradict each other. This happens while the cloud writes them. */
export function isContradictory(counts: Counts): boolean {
  const { CriticalLevelVulCnt, HighLevelVulCnt, MediumLevelVulCnt, LowLevelVulCnt, VulCnt } = counts;
  const levels = [CriticalLevelVulCnt, HighLevelVulCnt, MediumLevelVulCnt, LowLevelVulCnt].map(readCount);
  const sum = addUp(levels);
  return sum !== undefined && readCount(VulCnt) !== undefined && sum !== VulCnt;
}

const severities: ReadonlyMap<string, Severity> = new Map(
  Object.entries({
    4: "critical",
    3: "high",
    2: "medium",
    1: "low",
    CRITICAL: "critical",
    HIGH: "high",
    MEDIUM: "medium",
    MIDDLE: "medium",
    LOW: "low",
  } as const),
);

/** All vulnerabilities of one image, local or of a registry. One of unknown severity counts as critical. */
export async function vulnerabilitiesIn(client: TencentClient, { id }: ImageFindings): Promise<ListedVulnerability[]> {
  const isLocal = !/^\d+$/.test(id);
  const read = (page: api.Page) =>
    isLocal
      ? api.describeAssetImageVulList(client, id, page)
      : api.describeAssetImageRegistryVulList(client, toInteger(id), page);
  const page = async (offset: number) => {
    const { List, TotalCount } = (await read({ Limit: pageSize, Offset: offset })).response;
    return { rows: (List ?? []).map(describeVulnerability), total: TotalCount };
  };
  // The list may repeat a vulnerability for each place where it was found.
  return (await readWholeList({ page, size: pageSize, most: maxPages, keyOf: (_, place) => String(place) })) ?? [];
}

function describeVulnerability(row: api.Vulnerability): ListedVulnerability {
  const { CVEID, POCID, Level, Component, Version, Components, FixedVersions } = row;
  const [first] = Components ?? [];
  const name = Component ?? first?.Component ?? first?.Name;
  const version = Version ?? first?.Version;
  const fixedVersion = FixedVersions ?? first?.FixedVersion;
  return {
    id: CVEID || POCID || "",
    severity: severities.get(String(Level ?? "").toUpperCase()) ?? "critical",
    ...(name === undefined ? {} : { package: name }),
    ...(version === undefined ? {} : { version }),
    ...(fixedVersion === undefined ? {} : { fixedVersion }),
  };
}
