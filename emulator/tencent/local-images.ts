import { ApiError } from "../server/api-error.js";
import { countVulnerabilities, type Found } from "../server/findings.js";
import { traits } from "../server/image-traits.js";
import type { Params } from "../server/parameters.js";
import type { Presets } from "../server/presets.js";
import { localTime } from "../server/scan.js";
import { type Filter, filterRows, isLike, type Match } from "./lists.js";
import type { EmulatedImage, LocalWorld } from "./local-world.js";

// Selects local images for actions, and shows them in answers.

/** The images that the parameters of a scan or a stop select. */
export function selectImages(world: LocalWorld, params: Params): EmulatedImage[] {
  const {
    Images,
    Filters,
    ClusterIDs,
    ExcludeImageIds,
    ScanScope = 0,
  } = params as {
    Images?: string[];
    Filters?: Filter[];
    ClusterIDs?: string[];
    ExcludeImageIds?: string[];
    ScanScope?: number;
  };
  const all = [...world.images.values()];
  const chosen = (): EmulatedImage[] => {
    if (Images !== undefined && Images.length > 0) return [...new Set(Images)].map((id) => findImage(world, id));
    if (Filters !== undefined && Filters.length > 0) return filterImages(all, Filters);
    if (ScanScope === 1) throw new ApiError("InvalidParameter", "`ScanScope` 1 needs `Images`.");
    if (ScanScope === 2) return all.filter((image) => image.suggested);
    if (ScanScope === 3) return all.filter((image) => image.clusters.some((id) => ClusterIDs?.includes(id)));
    return all.filter((image) => image.authorized);
  };
  const running = params["ContainerRunning"] === true;
  return chosen().filter((image) => !ExcludeImageIds?.includes(image.id) && (!running || image.running));
}

/** The images that a schedule scans. Deleted images are left out. */
export function scheduledImages(world: LocalWorld, values: Params): EmulatedImage[] {
  const { Images = [], ExcludeImages, ScanScope = 0 } = values as ScheduledParams;
  const known = Images.filter((id) => world.images.has(id));
  if (ScanScope === 1 && known.length === 0) return [];
  const request = { ...values, Images: ScanScope === 1 ? known : [], ExcludeImageIds: ExcludeImages };
  return selectImages(world, request).filter((image) => image.authorized);
}

interface ScheduledParams {
  readonly Images?: string[];
  readonly ExcludeImages?: string[];
  readonly ScanScope?: number;
}

const statusOf: Readonly<Record<string, EmulatedImage["status"]>> = {
  notScan: "NOT_SCAN",
  scanning: "SCANNING",
  scanned: "SCANNED",
  scanErr: "SCAN_ERR",
};

const riskOf: Readonly<Record<string, (shown: Found) => number>> = {
  VirusCnt: ({ viruses }) => viruses,
  RiskCnt: ({ sensitive }) => sensitive,
  IsTrustImage: () => 0,
  CriticalLevelVul: ({ critical }) => critical,
  HighLevelVul: ({ high }) => high,
  MediumLevelVul: ({ medium }) => medium,
  LowLevelVul: ({ low }) => low,
};

const matches: Readonly<Record<string, Match<EmulatedImage>>> = {
  ImageID: ({ id }, ...asked) => isLike(id, ...asked),
  ImageName: ({ name }, ...asked) => isLike(name, ...asked),
  ScanStatus: ({ status }, value) => statusOf[value] === status,
  SecurityRisk: ({ shown }, value) => (riskOf[value]?.(shown) ?? 0) > 0,
};

export function filterImages(images: readonly EmulatedImage[], filters: readonly Filter[] | undefined) {
  return filterRows(images, filters, matches);
}

/** The fields by which the list is sorted. The examples name most of them; other fields are refused. */
export const sortKeys: Readonly<Record<string, (image: EmulatedImage) => number>> = {
  ScanTime: ({ scanTime }) => scanTime ?? 0,
  HostCnt: ({ id }) => traits(id).hosts,
  ContainerCnt: (image) => countContainers(image),
  CreateTime: ({ id }) => traits(id).createdAt,
  ComponentCnt: ({ id }) => traits(id).components,
  SensitiveCount: ({ shown }) => shown.sensitive,
};

export function findImage(world: LocalWorld, id: string): EmulatedImage {
  const image = world.images.get(id);
  if (image === undefined) throw new ApiError("ResourceNotFound", `The image \`${id}\` does not exist.`);
  return image;
}

function countContainers({ id, running }: EmulatedImage): number {
  return running ? traits(id).containers : 0;
}

/** The common fields of the list and the detail. */
function showCommon(image: EmulatedImage, shown: Found) {
  const { id } = image;
  const error = image.status === "SCAN_ERR" ? "ScanTimeout" : "";
  return {
    ImageID: id,
    ImageName: image.name,
    CreateTime: localTime(traits(id).createdAt),
    Size: traits(id).size,
    HostCnt: traits(id).hosts,
    SuperNodeCnt: 1,
    ContainerCnt: countContainers(image),
    ScanTime: image.scanTime === undefined ? "" : localTime(image.scanTime),
    ScanStatus: image.status,
    VulCnt: countVulnerabilities(shown),
    VirusCnt: shown.viruses,
    IsTrustImage: false,
    OsName: "linux",
    AgentError: "",
    ScanError: error,
    ScanVulError: error,
    ScanVirusError: error,
    ScanRiskError: error,
    IsAuthorized: image.authorized ? 1 : 0,
    Reason: error === "" ? "" : "The scan took too long.",
    Solution: error === "" ? "" : "Scan the image again.",
  };
}

/** An image as the list shows it. */
export function showInList(image: EmulatedImage, presets: Presets): object {
  const { shown } = image;
  const { critical, high, medium, low, sensitive } = shown;
  const levels = {
    CriticalLevelVulCnt: critical,
    HighLevelVulCnt: high,
    MediumLevelVulCnt: medium,
    LowLevelVulCnt: low,
  };
  return {
    ...showCommon(image, shown),
    RiskCnt: sensitive,
    IsSuggest: image.suggested ? 1 : 0,
    ComponentCnt: traits(image.id).components,
    IsLatestImage: image.latest,
    RecommendedFix: critical + high > 0,
    // In the vendor's model the numbers by level are optional.
    ...(presets.has("findings-absent") ? {} : levels),
  };
}

const statusNumbers = { NOT_SCAN: 0, SCANNING: 1, SCANNED: 2, SCAN_ERR: 3 } as const;

/** An image as its detail shows it: without numbers by level, and with another meaning of RiskCnt. */
export function showInDetail(image: EmulatedImage, secondsLeft: number): object {
  const progress = { NOT_SCAN: 0, SCANNING: 50, SCANNED: 100, SCAN_ERR: 0 }[image.status];
  const { shown } = image;
  const { sensitive } = shown;
  return {
    ...showCommon(image, shown),
    ImageDigest: image.id,
    RiskCnt: image.scanTime === undefined ? 0 : sensitive + traits(image.id).riskBehaviours,
    SensitiveInfoCnt: sensitive,
    Architecture: "amd64",
    Author: "",
    BuildHistory: "# create_time:2026-01-02 03:04:05",
    ScanVirusProgress: progress,
    ScanVulProgress: progress,
    ScanRiskProgress: progress,
    Status: statusNumbers[image.status],
    RemainScanTime: secondsLeft,
    RepoDigests: [`registry.example/${image.name.replace(/:[^:/]*$/, "")}@${image.id}`],
  };
}
