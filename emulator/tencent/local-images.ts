import { ApiError } from "../server/api-error.js";
import { type Found, vulnerabilityCount } from "../server/findings.js";
import type { Params } from "../server/parameters.js";
import type { Presets } from "../server/presets.js";
import { localTime } from "../server/scan.js";
import type { EmulatedImage, LocalWorld } from "./local-world.js";

// How the actions on local images pick images, and what they show of one.

export interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
  readonly ExactMatch?: boolean;
}

/** The images that the parameters of a scan or a stop mean. */
export function selected(world: LocalWorld, params: Params): EmulatedImage[] {
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
    if (Images !== undefined && Images.length > 0) return [...new Set(Images)].map((id) => imageOf(world, id));
    if (Filters !== undefined && Filters.length > 0) return filtered(all, Filters);
    if (ScanScope === 1) throw new ApiError("InvalidParameter", "`ScanScope` 1 needs `Images`.");
    if (ScanScope === 2) return all.filter((image) => image.suggested);
    if (ScanScope === 3) return all.filter((image) => image.clusters.some((id) => ClusterIDs?.includes(id)));
    return all.filter((image) => image.authorized);
  };
  const running = params["ContainerRunning"] === true;
  return chosen().filter((image) => !ExcludeImageIds?.includes(image.id) && (!running || image.running));
}

const statusFilter: Readonly<Record<string, EmulatedImage["status"]>> = {
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

export function filtered(images: EmulatedImage[], filters: readonly Filter[]): EmulatedImage[] {
  return filters.reduce((rest, { Name, Values, ExactMatch }) => {
    const like = (text: string) =>
      Values.some((value) => (ExactMatch === true ? text === value : text.includes(value)));
    if (Name === "ImageID") return rest.filter((image) => like(image.id));
    if (Name === "ImageName") return rest.filter((image) => like(image.name));
    if (Name === "ScanStatus")
      return rest.filter((image) => Values.some((value) => statusFilter[value] === image.status));
    if (Name === "SecurityRisk")
      return rest.filter((image) => Values.some((value) => (riskOf[value]?.(image.shown) ?? 0) > 0));
    throw new ApiError("InvalidParameter", `The filter \`${Name}\` is not supported.`);
  }, images);
}

export function imageOf(world: LocalWorld, id: string): EmulatedImage {
  const image = world.images.get(id);
  if (image === undefined) throw new ApiError("ResourceNotFound", `The image \`${id}\` does not exist.`);
  return image;
}

/** An image as the lists show it. */
export function listRow(image: EmulatedImage): object {
  const { shown } = image;
  const failed = image.status === "SCAN_ERR";
  return {
    ImageID: image.id,
    ImageName: image.name,
    CreateTime: "2026-01-02 03:04:05",
    Size: 28_000_000,
    HostCnt: 1,
    ContainerCnt: image.running ? 1 : 0,
    ScanTime: image.scanTime === undefined ? "" : localTime(image.scanTime),
    ScanStatus: image.status,
    VulCnt: vulnerabilityCount(shown),
    VirusCnt: shown.viruses,
    RiskCnt: shown.sensitive,
    CriticalLevelVulCnt: shown.critical,
    HighLevelVulCnt: shown.high,
    MediumLevelVulCnt: shown.medium,
    LowLevelVulCnt: shown.low,
    IsTrustImage: false,
    ScanError: failed ? "ScanTimeout" : "",
    ScanVulError: failed ? "ScanTimeout" : "",
    ScanVirusError: failed ? "ScanTimeout" : "",
    ScanRiskError: failed ? "ScanTimeout" : "",
    IsSuggest: image.suggested,
    IsAuthorized: image.authorized ? 1 : 0,
  };
}

/** The numbers by level need not be there. */
export function leveled(row: object, presets: Presets): object {
  return presets.has("findings-absent") ? withoutLevels(row) : row;
}

export function withoutLevels(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith("LevelVulCnt")));
}
