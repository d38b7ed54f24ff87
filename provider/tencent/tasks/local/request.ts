import { type CrossFieldRule, defineRequest, field, type RequestOf } from "../../../validation/fields.js";
import { inBoth } from "../../../validation/repeated.js";
import { anyListOf, boolean, integer, listOf, oneOf, text } from "../../../validation/rules.js";
import { assetFilters } from "../../images/asset-filter.js";
import { localImageId, localImageName } from "../../images/local-image-name.js";

const fields = {
  /**
   * The local images to scan: ids (`sha256:…`), or texts such as `shop/api:2.0.1`, with a tag or a digest. A text must
   * name one image; before the submission the package looks up its id. Sent as `Images`, with `ScanScope` 1.
   * One of `images`, `filters`, `clusterIds`, `scanScope` (0 or 2) and `all` must say what to scan.
   */
  images: field("Images", listOf(localImageName)),
  /** Scans the images that match all of these conditions. Sent as `Filters`. */
  filters: field("Filters", assetFilters),
  /** Ids (`sha256:…`) of images to leave out of what the other fields select. Sent as `ExcludeImageIds`. */
  excludeImageIds: field("ExcludeImageIds", anyListOf(localImageId)),
  /** Scans every licensed image. Sent as `All`, the older form of `scanScope: 0`. */
  all: field("All", boolean),
  /**
   * Looks for vulnerabilities. At least one of `scanVul`, `scanVirus` and `scanRisk` must be true. Sent as `ScanVul`.
   * @default false
   */
  scanVul: field("ScanVul", boolean, { default: false }),
  /**
   * Looks for trojans and viruses. Sent as `ScanVirus`.
   * @default false
   */
  scanVirus: field("ScanVirus", boolean, { default: false }),
  /**
   * Looks for sensitive information. Sent as `ScanRisk`.
   * @default false
   */
  scanRisk: field("ScanRisk", boolean, { default: false }),
  /** Scans only images that have running containers. Sent as `ContainerRunning`. */
  containerRunning: field("ContainerRunning", boolean),
  /**
   * What to scan: 0 every licensed image, 1 `images`, 2 the images that the cloud recommends, 3 `clusterIds`.
   * Sent as `ScanScope`.
   * @default 1 with `images`, 3 with `clusterIds`
   */
  scanScope: field("ScanScope", oneOf(0, 1, 2, 3), {
    default: ({ images, clusterIds }) => (images ? 1 : clusterIds ? 3 : undefined),
  }),
  /** Seconds after which the cloud ends the scan, 1 or more. Without it the cloud takes 3600. Sent as `Timeout`. */
  timeout: field("Timeout", integer(1)),
  /**
   * Marks the scan as the account's one-click scan. Only such a scan can be found again if the answer to its
   * submission is lost. Sent as `IsOneClickScanningTask`.
   * @default true
   */
  isOneClickScanningTask: field("IsOneClickScanningTask", boolean, { default: true }),
  /** Ids (`cls-…`) of the clusters whose images are scanned. Sent as `ClusterIDs`, with `ScanScope` 3. */
  clusterIds: field("ClusterIDs", listOf(text)),
};

/** The request of a local scan: the fields of TCSS CreateAssetImageScanTask. */
export interface LocalScanRequest extends RequestOf<typeof fields> {}

function crossFieldRules(inputs: LocalScanRequest): readonly CrossFieldRule[] {
  const { images, clusterIds, filters, scanScope, all, scanVul, scanVirus, scanRisk, excludeImageIds } = inputs;
  const whole = all === true || scanScope === 0 || scanScope === 2;
  const selectors = [images, filters, clusterIds].filter((selector) => selector !== undefined).length;
  const twice = inBoth(localImageId, images, excludeImageIds);
  return [
    [
      ![scanVul, scanVirus, scanRisk].includes(true),
      "scanVul",
      "is not true: a scan needs at least one of scanVul, scanVirus and scanRisk",
    ],
    [scanScope === 1 && images === undefined, "scanScope", "is 1; this needs images"],
    [scanScope === 3 && clusterIds === undefined, "scanScope", "is 3; this needs clusterIds"],
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
    [twice !== undefined, "excludeImageIds", `names ${twice}, which is also in images`],
  ];
}

export const localScan = defineRequest("CreateAssetImageScanTask", fields, crossFieldRules);
