import type { Failure, InputRules, Inputs } from "../../../validation/inputs.js";
import { anyListOf, boolean, integer, listOf, text } from "../../../validation/rules.js";
import type * as api from "../../api/local-images.js";
import { type AssetFilter, assetFilter, wireFilter } from "../../images/asset-filter.js";

/** The request of a local scan: the fields of TCSS CreateAssetImageScanTask. */
export interface LocalScanRequest {
  /**
   * Ids (`sha256:…`) of the local images to scan. Sent as Images, with ScanScope 1.
   * One of `images`, `filters`, `clusterIds`, `scanScope` (0 or 2) and `all` must say what to scan.
   */
  readonly images?: readonly string[];
  /** Scans the images that match these conditions. Sent as Filters. */
  readonly filters?: readonly AssetFilter[];
  /** Ids of images to leave out of what the other selectors match. Sent as ExcludeImageIds. */
  readonly excludeImageIds?: readonly string[];
  /** Scans every licensed image. Sent as All, the older form of `scanScope: 0`. */
  readonly all?: boolean;
  /** Looks for vulnerabilities. At least one of `scanVul`, `scanVirus` and `scanRisk` must be true. */
  readonly scanVul?: boolean;
  /** Looks for trojans and viruses. */
  readonly scanVirus?: boolean;
  /** Looks for sensitive information. */
  readonly scanRisk?: boolean;
  /** Scans only images that have running containers. */
  readonly containerRunning?: boolean;
  /** What to scan: 0 every licensed image, 1 `images`, 2 the images the cloud recommends, 3 `clusterIds`. */
  readonly scanScope?: number;
  /** Seconds after which the cloud itself ends the scan. The API's default is 3600. */
  readonly timeout?: number;
  /**
   * Marks the scan as the account's one-click scan. True unless set to false: only such a scan can be
   * looked up again when the answer to its submission was lost.
   */
  readonly isOneClickScanningTask?: boolean;
  /** Ids (`cls-…`) of the clusters whose images are scanned. Sent as ClusterIDs, with ScanScope 3. */
  readonly clusterIds?: readonly string[];
}

/** What contradicts what. The first column says when it is wrong. */
function together(inputs: Inputs): Failure[] {
  const { images, clusterIds, filters, scanScope, all, scanVul, scanVirus, scanRisk } = inputs as LocalScanRequest;
  const excluded = inputs["excludeImageIds"] as readonly string[] | undefined;
  const whole = all === true || scanScope === 0 || scanScope === 2;
  const selectors = [images, filters, clusterIds].filter((selector) => selector !== undefined).length;
  const twice = images?.find((id) => excluded?.includes(id));
  const rules: readonly (readonly [wrong: boolean, property: string, reason: string])[] = [
    [
      ![scanVul, scanVirus, scanRisk].includes(true),
      "scanVul",
      "is not true, and neither is scanVirus or scanRisk: there is nothing to look for",
    ],
    [scanScope === 1 && images === undefined, "scanScope", "is 1, which needs images"],
    [scanScope === 3 && clusterIds === undefined, "scanScope", "is 3, which needs clusterIds"],
    [
      selectors === 0 && !whole && scanScope === undefined,
      "images",
      "is missing, and nothing else says what to scan: give images, filters or clusterIds, " +
        "or write scanScope: 0 to scan every licensed image",
    ],
    [selectors > 1, "images", "filters and clusterIds are alternatives; give one of them"],
    [images !== undefined && (scanScope ?? 1) !== 1, "scanScope", "contradicts images; leave it out, or use 1"],
    [clusterIds !== undefined && (scanScope ?? 3) !== 3, "scanScope", "contradicts clusterIds; leave it out, or use 3"],
    [all === true && selectors > 0, "all", "contradicts images, filters and clusterIds"],
    [twice !== undefined, "excludeImageIds", `names ${twice}, which images asks for`],
  ];
  return rules.filter(([wrong]) => wrong).map(([, property, reason]) => ({ property, reason }));
}

/** What is accepted in the request of a local scan. */
export const localScanInputs: InputRules = {
  properties: {
    images: listOf(text),
    filters: listOf(assetFilter),
    excludeImageIds: anyListOf(text),
    all: boolean,
    scanVul: boolean,
    scanVirus: boolean,
    scanRisk: boolean,
    containerRunning: boolean,
    scanScope: integer(0, 3),
    timeout: integer(1),
    isOneClickScanningTask: boolean,
    clusterIds: listOf(text),
  },
  required: [],
  together,
};

/** The request as the API takes it. */
export function createRequestOf(request: LocalScanRequest): api.CreateAssetImageScanTaskRequest {
  const scope = request.scanScope ?? (request.images ? 1 : undefined) ?? (request.clusterIds ? 3 : undefined);
  const fields = {
    Images: request.images,
    Filters: request.filters?.map(wireFilter),
    ExcludeImageIds: request.excludeImageIds,
    All: request.all,
    ScanVul: request.scanVul ?? false,
    ScanVirus: request.scanVirus ?? false,
    ScanRisk: request.scanRisk ?? false,
    ContainerRunning: request.containerRunning,
    ScanScope: scope,
    Timeout: request.timeout,
    IsOneClickScanningTask: request.isOneClickScanningTask ?? true,
    ClusterIDs: request.clusterIds,
  };
  return JSON.parse(JSON.stringify(fields)) as api.CreateAssetImageScanTaskRequest;
}
