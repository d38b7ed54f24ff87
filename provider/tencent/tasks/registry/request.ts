import { type CrossFieldRule, defineRequest, field, type RequestOf } from "../../../validation/fields.js";
import { orImageText } from "../../../validation/image-text.js";
import { inBoth, namedOnce } from "../../../validation/repeated.js";
import {
  anyListOf,
  boolean,
  digits,
  explain,
  integer,
  listOf,
  oneOf,
  text,
  valueType,
} from "../../../validation/rules.js";
import { assetFilters } from "../../images/asset-filter.js";
import { type RegistryImageName, registryImageName } from "../../images/registry-image-name.js";
import { registryScanType } from "../../images/registry-scan-type.js";

const ids = listOf(digits);

const syncedRegistries = valueType<boolean | readonly (string | number)[]>(
  (value) => {
    if (typeof value === "boolean") return undefined;
    const reason = explain(ids(value));
    return reason === undefined ? undefined : `${reason}; use true, false, or a list of registry ids`;
  },
  { normalize: (value) => (typeof value === "boolean" ? value : (ids.normalize?.(value) ?? value)) },
);

const fields = {
  /**
   * `"ids"` uses CreateAssetImageRegistryScanTask, which takes `ids`, `images` or `filters`. `"oneClick"` uses
   * CreateAssetImageRegistryScanTaskOneKey, which takes `ids`, `images` or `scanScope`. It is not a field of the API.
   * @default "ids"
   */
  mode: field(undefined, oneOf("ids", "oneClick")),
  /**
   * Asset ids of the images to scan. An id names one digest, so prefer ids to names in fields. Write ids with more than
   * 15 digits as strings. Sent as `Id`.
   */
  ids: field("Id", ids),
  /**
   * The images to scan: texts such as `registry.example/shop/api:2.0.1`, with a tag or a digest, or names in fields. A
   * text must name one image. If one image is a text, the package looks up the asset ids of all of them before the
   * submission, and sends them as `Id`. A list without texts is sent as `Images`.
   */
  images: field("Images", listOf(orImageText(registryImageName))),
  /**
   * Scans every image, if it is true. With `mode: "oneClick"`, `scanScope: 0` is the newer form. Sent as `All`.
   */
  all: field("All", boolean),
  /**
   * What to look for: `CVE` (vulnerabilities), `VIRUS`, `RISK` (sensitive information). The scan succeeds only if each
   * of them was scanned. Without it the cloud decides, and does not document how. Sent as `ScanType`.
   */
  scanTypes: field("ScanType", listOf(registryScanType)),
  /**
   * Seconds after which the cloud ends the scan, 1 or more. Without it the cloud decides, and does not document how.
   * Sent as `Timeout`.
   */
  timeout: field("Timeout", integer(1)),
  /** Scans the images that match all of these conditions. With `mode: "ids"` only. Sent as `Filters`. */
  filters: field("Filters", assetFilters, { mode: "ids" }),
  /** Asset ids to leave out of what `filters` match. With `mode: "ids"` only. Sent as `ExcludeImageList`. */
  excludeImageIds: field("ExcludeImageList", anyListOf(digits), { mode: "ids" }),
  /**
   * Scans only the newest image of each repository that `filters` match. With `mode: "ids"` only.
   * Sent as `OnlyScanLatest`.
   */
  onlyScanLatest: field("OnlyScanLatest", boolean, { mode: "ids" }),
  /**
   * What a one-click scan takes: 0 every image, 1 `ids` or `images`, 2 the images that the cloud recommends.
   * With `mode: "oneClick"` only. Sent as `ScanScope`.
   * @default 1 with `ids` or `images`
   */
  scanScope: field("ScanScope", oneOf(0, 1, 2), {
    mode: "oneClick",
    default: ({ mode, ids, images }) => (mode === "oneClick" && (ids ?? images) !== undefined ? 1 : undefined),
  }),
  /**
   * Kinds of registries, such as `tcr`, `ccr` or `harbor`: a one-click scan takes only these.
   * With `mode: "oneClick"` only. Sent as `RegistryType`.
   */
  registryTypes: field("RegistryType", listOf(text), { mode: "oneClick" }),
  /** Namespaces: a one-click scan takes only these. With `mode: "oneClick"` only. Sent as `Namespace`. */
  namespaces: field("Namespace", listOf(text), { mode: "oneClick" }),
  /** Scans only the newest tags. With `mode: "oneClick"` only. Sent as `IsLatest`. */
  isLatest: field("IsLatest", boolean, { mode: "oneClick" }),
  /** Scans only images that have running containers. With `mode: "oneClick"` only. Sent as `ContainerRunning`. */
  containerRunning: field("ContainerRunning", boolean, { mode: "oneClick" }),
  /** Asset ids to leave out. With `mode: "oneClick"` only. Sent as `ExcludeIDs`. */
  excludeIds: field("ExcludeIDs", anyListOf(digits), { mode: "oneClick" }),
  /**
   * Updates the cloud's list of images before the scan, for images that were pushed a moment ago: `true` for all
   * registries, or the ids of registries. The scan is submitted after the update has succeeded. A change of `sync`
   * starts no scan. Not a field of the scan: calls SyncAssetImageRegistryAsset.
   * @default false
   */
  sync: field(undefined, syncedRegistries),
};

/**
 * The request of a scan of registry images: the fields of TCSS CreateAssetImageRegistryScanTask, or with
 * `mode: "oneClick"` those of CreateAssetImageRegistryScanTaskOneKey.
 */
export interface RegistryScanRequest extends RequestOf<typeof fields> {}

/** The request as it is sent: no image is a text. */
export interface SentRegistryScan extends Omit<RegistryScanRequest, "images"> {
  readonly images?: readonly RegistryImageName[];
}

function crossFieldRules(inputs: RegistryScanRequest): readonly CrossFieldRule[] {
  const { mode = "ids", ids, images, all, filters, scanScope, excludeImageIds, excludeIds } = inputs;
  const foreign = Object.entries(registryScan.fields).filter(
    ([name, { mode: only = mode }]) => only !== mode && inputs[name as keyof RegistryScanRequest] !== undefined,
  );
  const selectors = [ids, images, filters].filter((selector) => selector !== undefined).length;
  const whole = all === true || scanScope === 0 || scanScope === 2;
  const twice = inBoth(digits, ids, excludeImageIds ?? excludeIds);
  return [
    ...foreign.map(([name, only]) => [true, name, `is only used with mode: "${only.mode}"`] as const),
    [
      selectors === 0 && !whole && foreign.length === 0,
      "ids",
      mode === "ids"
        ? "is missing, and nothing else says what to scan: give ids, images or filters, or write all: true"
        : "is missing, and nothing else says what to scan: give ids or images, or write scanScope: 0 or 2",
    ],
    [selectors > 1, "ids", "images and filters are alternatives; give one of them"],
    [whole && selectors > 0, all === true ? "all" : "scanScope", "contradicts ids, images and filters"],
    [scanScope === 1 && selectors === 0, "scanScope", "is 1; this needs ids or images"],
    [all === true && scanScope !== undefined, "scanScope", "repeats all, or contradicts it; give one of them"],
    [excludeImageIds !== undefined && filters === undefined, "excludeImageIds", "is only used together with filters"],
    [inputs.onlyScanLatest === true && filters === undefined, "onlyScanLatest", "is only used together with filters"],
    [twice !== undefined, mode === "ids" ? "excludeImageIds" : "excludeIds", `names ${twice}, which is also in ids`],
    namedOnce("images", images, "imageName"),
  ];
}

export const registryScan = defineRequest("CreateAssetImageRegistryScanTask", fields, crossFieldRules);
