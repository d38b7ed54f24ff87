import { ApiError } from "../server/api-error.js";
import { vulnerabilityCount } from "../server/findings.js";
import { type Fields, required, string } from "../server/parameters.js";
import { offsetTime } from "../server/scan.js";
import type { Filter } from "./local-images.js";
import type { RegistryImage, RegistryWorld, ScanType } from "./registry-world.js";

// How the actions on images of registries pick images, and what they show of one.

/** The fields by which a parameter names an image. */
export const imageInfo: Fields = {
  InstanceName: required(string),
  Namespace: required(string),
  ImageName: required(string),
  ImageTag: required(string),
  Force: required(string),
  ImageDigest: string,
  RegistryType: string,
  ImageRepoAddress: string,
  InstanceId: string,
};

/** An image by its names, as a parameter. */
export interface ImageInfo {
  readonly InstanceName: string;
  readonly Namespace: string;
  readonly ImageName: string;
  readonly ImageTag: string;
  readonly Force: string;
  readonly ImageDigest?: string;
}

export interface Selection {
  readonly All?: boolean;
  readonly Id?: readonly (number | bigint)[];
  readonly Images?: readonly ImageInfo[];
  readonly Filters?: readonly Filter[];
  readonly ExcludeImageList?: readonly (number | bigint)[];
  readonly OnlyScanLatest?: boolean;
  readonly ScanScope?: number;
  readonly RegistryType?: readonly string[];
  readonly Namespace?: readonly string[];
  readonly IsLatest?: boolean;
  readonly ContainerRunning?: boolean;
  readonly ExcludeIDs?: readonly (number | bigint)[];
}

/** The images that the parameters of a scan, a status or a stop mean; nothing where they name none. */
export function selected(world: RegistryWorld, selection: Selection): RegistryImage[] | undefined {
  const { Id, Images, Filters, All, ScanScope } = selection;
  const all = [...world.images.values()];
  const chosen = (): RegistryImage[] | undefined => {
    if (Id?.length) return [...new Set(Id)].map((id) => imageOf(world, id));
    if (Images?.length) return Images.map((info) => namedImage(all, info));
    if (Filters?.length) return filtered(all, Filters);
    if (ScanScope === 1) throw new ApiError("InvalidParameter", "`ScanScope` 1 needs `Id` or `Images`.");
    if (ScanScope === 2) return all.filter((image) => image.suggested);
    return All === true || ScanScope === 0 ? all : undefined;
  };
  const excluded = new Set([...(selection.ExcludeImageList ?? []), ...(selection.ExcludeIDs ?? [])].map(String));
  return chosen()?.filter((image) => !excluded.has(String(image.id)) && isWanted(image, selection));
}

function isWanted(image: RegistryImage, selection: Selection): boolean {
  const { RegistryType = [], Namespace = [], IsLatest, OnlyScanLatest, ContainerRunning } = selection;
  if (RegistryType.length > 0 && !RegistryType.includes(image.registryType)) return false;
  if (Namespace.length > 0 && !Namespace.includes(image.namespace)) return false;
  if ((IsLatest === true || OnlyScanLatest === true) && !image.latest) return false;
  return ContainerRunning !== true || image.running;
}

export function imageOf(world: RegistryWorld, id: number | bigint): RegistryImage {
  const image = world.images.get(String(id));
  if (image === undefined) throw new ApiError("ResourceNotFound", `The image \`${id}\` does not exist.`);
  return image;
}

export function namedImage(images: readonly RegistryImage[], info: ImageInfo): RegistryImage {
  const image = images.find(
    (one) =>
      one.instanceName === info.InstanceName &&
      one.namespace === info.Namespace &&
      one.name === info.ImageName &&
      one.tag === info.ImageTag &&
      (info.ImageDigest === undefined || one.digest === info.ImageDigest),
  );
  if (image === undefined) throw new ApiError("ResourceNotFound", `The image \`${info.ImageName}\` does not exist.`);
  return image;
}

const fieldOf: Readonly<Record<string, (image: RegistryImage) => string>> = {
  ImageAssetIds: ({ id }) => String(id),
  Namespace: ({ namespace }) => namespace,
  ImageName: ({ name }) => name,
  ScanStatus: ({ status }) => status,
  RegistryType: ({ registryType }) => registryType,
  IsAuthorized: ({ authorized }) => (authorized ? "1" : "0"),
};

export function filtered(images: RegistryImage[], filters: readonly Filter[]): RegistryImage[] {
  return filters.reduce((rest, { Name, Values }) => {
    const field = Object.hasOwn(fieldOf, Name) ? fieldOf[Name] : undefined;
    if (field === undefined) throw new ApiError("InvalidParameter", `The filter \`${Name}\` is not supported.`);
    return Values.includes("all") ? rest : rest.filter((image) => Values.includes(field(image)));
  }, images);
}

/** An image as the lists show it. */
export function listRow(image: RegistryImage): object {
  const { shown, types, remarks } = image;
  const progress = (type: ScanType) => (types[type] === "SCANNED" ? 100 : types[type] === "SCANNING" ? 50 : 0);
  const errorOf = (type: ScanType) => remarks.errors[type] ?? "";
  return {
    Id: image.id,
    ImageId: image.digest,
    ImageDigest: image.digest,
    ImageRepoAddress: `${image.instanceName}.example/${image.namespace}/${image.name}`,
    RegistryType: image.registryType,
    InstanceId: image.instanceId,
    InstanceName: image.instanceName,
    Namespace: image.namespace,
    ImageName: image.name,
    ImageTag: image.tag,
    ImageSize: 28_000_000,
    ImageCreateTime: "1900-01-01T00:00:00+00:00",
    IsLatestImage: image.latest,
    ScanStatus: image.status,
    Progress: progress("CVE"),
    ScanTime: image.scanTime === undefined ? "" : offsetTime(image.scanTime),
    ScanRemainTime: 0,
    IsAuthorized: image.authorized ? 1 : 0,
    Reason: remarks.reason,
    Solution: remarks.solution,
    CveStatus: types.CVE,
    VirusStatus: types.VIRUS,
    RiskStatus: types.RISK,
    ScanVulProgress: progress("CVE"),
    ScanVirusProgress: progress("VIRUS"),
    ScanRiskProgress: progress("RISK"),
    ScanVulError: errorOf("CVE"),
    ScanVirusError: errorOf("VIRUS"),
    ScanRiskError: errorOf("RISK"),
    VulCnt: vulnerabilityCount(shown),
    CriticalLevelVulCnt: shown.critical,
    HighLevelVulCnt: shown.high,
    MediumLevelVulCnt: shown.medium,
    LowLevelVulCnt: shown.low,
    VirusCnt: shown.viruses,
    RiskCnt: 0,
    SensitiveInfoCnt: shown.sensitive,
    IsTrustImage: false,
    IsRunning: image.running,
    ContainerCnt: image.running ? 1 : 0,
  };
}
