import { ApiError } from "../server/api-error.js";
import { countVulnerabilities } from "../server/findings.js";
import { traits } from "../server/image-traits.js";
import { type Params, type Rules, required, string } from "../server/parameters.js";
import type { Presets } from "../server/presets.js";
import { offsetTime } from "../server/scan.js";
import { type Filter, filterRows, isLike, type Match } from "./lists.js";
import type { RegistryImage, RegistryWorld, ScanType } from "./registry-world.js";

// Selects registry images for actions, and shows them in answers.

/** The fields by which a parameter names an image. */
export const imageInfo: Rules = {
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
  readonly RegistryType?: string;
  readonly ImageRepoAddress?: string;
  readonly InstanceId?: string;
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

/** The images that the parameters of a scan, a status or a stop select; undefined if they name none. */
export function selectImages(world: RegistryWorld, selection: Selection): RegistryImage[] | undefined {
  const { Id, Images, Filters, All, ScanScope } = selection;
  const all = [...world.images.values()];
  const chosen = (): RegistryImage[] | undefined => {
    if (Id?.length) return [...new Set(Id)].map((id) => findImage(world, id));
    if (Images?.length) return Images.map((info) => findNamedImage(all, info));
    if (Filters?.length) return filterImages(all, Filters);
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

export function findImage(world: RegistryWorld, id: number | bigint): RegistryImage {
  const image = world.images.get(String(id));
  if (image === undefined) throw new ApiError("ResourceNotFound", `The image \`${id}\` does not exist.`);
  return image;
}

export function findNamedImage(images: readonly RegistryImage[], info: ImageInfo): RegistryImage {
  const image = images.find((one) => isNamed(one, info));
  if (image === undefined) throw new ApiError("ResourceNotFound", `The image \`${info.ImageName}\` does not exist.`);
  return image;
}

function isNamed(one: RegistryImage, info: ImageInfo): boolean {
  return (
    one.instanceName === info.InstanceName &&
    one.namespace === info.Namespace &&
    one.name === info.ImageName &&
    one.tag === info.ImageTag &&
    [undefined, one.digest].includes(info.ImageDigest) &&
    [undefined, one.registryType].includes(info.RegistryType) &&
    [undefined, formatAddress(one)].includes(info.ImageRepoAddress) &&
    [undefined, one.instanceId].includes(info.InstanceId)
  );
}

function formatAddress({ instanceName, namespace, name }: RegistryImage): string {
  return `${instanceName}.example/${namespace}/${name}`;
}

/** The images that a schedule scans. Deleted images are left out. */
export function scheduledImages(world: RegistryWorld, values: Params): RegistryImage[] {
  const { Id = [], Images = [], ScanScope = 0, Latest, ExcludeImageAssetIds, ...rest } = values as ScheduledParams;
  const all = [...world.images.values()];
  const isChosen = (image: RegistryImage) =>
    Id.some((id) => String(id) === String(image.id)) || Images.some((info) => isNamed(image, info));
  const images = ScanScope === 1 ? all.filter(isChosen) : (selectImages(world, { ScanScope }) ?? []);
  const narrowed = { ...rest, IsLatest: Latest === true };
  const excluded = new Set(ExcludeImageAssetIds?.map(String));
  return images.filter((image) => image.authorized && !excluded.has(String(image.id)) && isWanted(image, narrowed));
}

type ScheduledParams = Pick<
  Selection,
  "Id" | "Images" | "ScanScope" | "RegistryType" | "Namespace" | "ContainerRunning"
> & {
  readonly Latest?: boolean;
  readonly ExcludeImageAssetIds?: readonly (number | bigint)[];
};

const matches: Readonly<Record<string, Match<RegistryImage>>> = {
  ImageAssetIds: ({ id }, value) => String(id) === value,
  Namespace: ({ namespace }, ...asked) => isLike(namespace, ...asked),
  ImageName: ({ name }, ...asked) => isLike(name, ...asked),
  ScanStatus: ({ status }, value) => status === value,
  RegistryType: ({ registryType }, value) => registryType === value,
  IsAuthorized: ({ authorized }, value) => (authorized ? "1" : "0") === value,
};

export function filterImages(images: readonly RegistryImage[], filters: readonly Filter[] | undefined) {
  // The value "all" switches a filter off.
  const acting = filters?.filter(({ Name, Values }) => !Object.hasOwn(matches, Name) || !Values.includes("all"));
  return filterRows(images, acting, matches);
}

/** The fields by which the list is sorted, as the examples name them; other fields are refused. */
export const sortKeys: Readonly<Record<string, (image: RegistryImage) => number>> = {
  ScanTime: ({ scanTime }) => scanTime ?? 0,
  VirusCount: ({ shown }) => shown.viruses,
  SensitiveCount: ({ shown }) => shown.sensitive,
  ImageCreateTime: ({ id }) => traits(String(id)).createdAt,
  ContainerCount: (image) => countContainers(image),
};

function countContainers({ id, running }: RegistryImage): number {
  return running ? traits(String(id)).containers : 0;
}

export function countProgress({ types }: RegistryImage, type: ScanType): number {
  return types[type] === "SCANNED" ? 100 : types[type] === "SCANNING" ? 50 : 0;
}

/** The names and the status of an image, which are in all answers about it. */
export function showNames(image: RegistryImage) {
  return {
    ImageId: image.digest,
    ImageRepoAddress: formatAddress(image),
    RegistryType: image.registryType,
    InstanceId: image.instanceId,
    InstanceName: image.instanceName,
    Namespace: image.namespace,
    ImageName: image.name,
    ImageTag: image.tag,
    ScanStatus: image.status,
  };
}

/** An image as its detail shows it, which the list extends: without numbers by level. */
export function showCommon(image: RegistryImage, secondsLeft: number): object {
  const { id, shown, types, remarks } = image;
  const errorOf = (type: ScanType) => remarks.errors[type] ?? "";
  return {
    ...showNames(image),
    Id: id,
    ImageDigest: image.digest,
    ImageSize: traits(String(id)).size,
    ImageCreateTime: offsetTime(traits(String(id)).createdAt),
    RegistryRegion: "default",
    OsName: "linux",
    Progress: Math.floor(
      (countProgress(image, "CVE") + countProgress(image, "VIRUS") + countProgress(image, "RISK")) / 3,
    ),
    ScanTime: image.scanTime === undefined ? "" : offsetTime(image.scanTime),
    ScanRemainTime: secondsLeft,
    IsAuthorized: image.authorized ? 1 : 0,
    Reason: remarks.reason,
    Solution: remarks.solution,
    CveStatus: types.CVE,
    VirusStatus: types.VIRUS,
    RiskStatus: types.RISK,
    ScanVulProgress: countProgress(image, "CVE"),
    ScanVirusProgress: countProgress(image, "VIRUS"),
    ScanRiskProgress: countProgress(image, "RISK"),
    ScanVulError: errorOf("CVE"),
    ScanVirusError: errorOf("VIRUS"),
    ScanRiskError: errorOf("RISK"),
    VulCnt: countVulnerabilities(shown),
    VirusCnt: shown.viruses,
    RiskCnt: image.scanTime === undefined ? 0 : shown.sensitive + traits(String(id)).riskBehaviours,
    // The older name of the next field.
    SentiveInfoCnt: shown.sensitive,
    SensitiveInfoCnt: shown.sensitive,
  };
}

/** An image as the list shows it. */
export function showInList(image: RegistryImage, secondsLeft: number, presets: Presets): object {
  const { critical, high, medium, low } = image.shown;
  const levels = {
    CriticalLevelVulCnt: critical,
    HighLevelVulCnt: high,
    MediumLevelVulCnt: medium,
    LowLevelVulCnt: low,
  };
  return {
    ...showCommon(image, secondsLeft),
    IsLatestImage: image.latest,
    IsTrustImage: false,
    IsRunning: image.running,
    ContainerCnt: countContainers(image),
    ComponentCnt: traits(String(image.id)).components,
    HasNeedFixVul: critical + high > 0,
    RecommendedFix: critical + high > 0,
    // In the vendor's model the numbers by level are optional.
    ...(presets.has("findings-absent") ? {} : levels),
  };
}
