import type { Failure, InputRules, Inputs } from "../../../validation/inputs.js";
import { anyListOf, boolean, digits, integer, listOf, oneOf, text } from "../../../validation/rules.js";
import { type AssetFilter, assetFilter, wireFilter } from "../../images/asset-filter.js";
import type { RegistryScanType } from "../../images/registry-evidence.js";
import { type RegistryImageName, registryImageName, wireImageName } from "../../images/registry-image-name.js";
import { absentLeftOut, idsOf } from "../../images/wire.js";

/**
 * The request of a scan of registry images: the fields of TCSS CreateAssetImageRegistryScanTask, or with
 * `mode: "oneClick"` those of CreateAssetImageRegistryScanTaskOneKey.
 */
export interface RegistryScanRequest {
  /**
   * `"ids"` (default): CreateAssetImageRegistryScanTask, by ids, names or filters. `"oneClick"`:
   * CreateAssetImageRegistryScanTaskOneKey, by ids, names or scope.
   */
  readonly mode?: "ids" | "oneClick";
  /** Asset ids of the images to scan, digits written as strings. Sent as Id. Prefer them: they name one digest. */
  readonly ids?: readonly string[];
  /** The images to scan, by their names. Sent as Images. */
  readonly images?: readonly RegistryImageName[];
  /** Scans every image. Sent as All. */
  readonly all?: boolean;
  /**
   * What to look for: `CVE` (vulnerabilities), `VIRUS`, `RISK` (sensitive information). Sent as ScanType. The scan
   * is a success only where each of them was scanned. Without it the cloud decides, and does not document how.
   */
  readonly scanTypes?: readonly RegistryScanType[];
  /** Seconds after which the cloud itself ends the scan. Sent as Timeout. */
  readonly timeout?: number;
  /** Scans the images that match these conditions. Sent as Filters. With `mode: "ids"` only. */
  readonly filters?: readonly AssetFilter[];
  /** Asset ids to leave out of what `filters` match. Sent as ExcludeImageList. With `mode: "ids"` only. */
  readonly excludeImageIds?: readonly string[];
  /** Scans only the newest image of each repository that `filters` match. Sent as OnlyScanLatest. With `mode: "ids"` only. */
  readonly onlyScanLatest?: boolean;
  /**
   * What a one-click scan takes: 0 every image, 1 `ids` or `images`, 2 the images that the cloud recommends.
   * Sent as ScanScope. With `mode: "oneClick"` only.
   */
  readonly scanScope?: number;
  /** Kinds of registries to restrict a one-click scan to. Sent as RegistryType. With `mode: "oneClick"` only. */
  readonly registryTypes?: readonly string[];
  /** Namespaces to restrict a one-click scan to. Sent as Namespace. With `mode: "oneClick"` only. */
  readonly namespaces?: readonly string[];
  /** Only the newest tags. Sent as IsLatest. With `mode: "oneClick"` only. */
  readonly isLatest?: boolean;
  /** Only images that have running containers. Sent as ContainerRunning. With `mode: "oneClick"` only. */
  readonly containerRunning?: boolean;
  /** Asset ids to leave out. Sent as ExcludeIDs. With `mode: "oneClick"` only. */
  readonly excludeIds?: readonly string[];
  /**
   * Brings images up to date before the scan, for images that were pushed a moment ago: `true` those of all
   * registries, or those of the registries with these ids (SyncAssetImageRegistryAsset). Waits for the end of the
   * synchronization; a failed one submits nothing. A change of it starts no scan. Default false.
   */
  readonly sync?: boolean | readonly string[];
}

const onlyByIds = ["filters", "excludeImageIds", "onlyScanLatest"];
const onlyOneClick = ["scanScope", "registryTypes", "namespaces", "isLatest", "containerRunning", "excludeIds"];

/** What contradicts what. The first column says when it is wrong. */
function together(inputs: Inputs): Failure[] {
  const { mode = "ids", ids, images, all, filters, scanScope, ...more } = inputs as RegistryScanRequest;
  const foreign = (mode === "ids" ? onlyOneClick : onlyByIds).filter((name) => inputs[name] !== undefined);
  const selectors = [ids, images, filters].filter((selector) => selector !== undefined).length;
  const whole = all === true || scanScope === 0 || scanScope === 2;
  const twice = ids?.find((id) => more.excludeImageIds?.includes(id) || more.excludeIds?.includes(id));
  const other = mode === "ids" ? "oneClick" : "ids";
  const rules: readonly (readonly [wrong: boolean, property: string, reason: string])[] = [
    [
      selectors === 0 && !whole && foreign.length === 0,
      "ids",
      mode === "ids"
        ? "is missing, and nothing else says what to scan: give ids, images or filters, or write all: true"
        : "is missing, and nothing else says what to scan: give ids or images, or write scanScope: 0 or 2",
    ],
    [selectors > 1, "ids", "images and filters are alternatives; give one of them"],
    [whole && selectors > 0, all === true ? "all" : "scanScope", "contradicts ids, images and filters"],
    [scanScope === 1 && selectors === 0, "scanScope", "is 1, which needs ids or images"],
    [all === true && scanScope !== undefined, "scanScope", "says the same as all, or contradicts it; give one of them"],
    [
      more.excludeImageIds !== undefined && filters === undefined,
      "excludeImageIds",
      "is only used together with filters",
    ],
    [more.onlyScanLatest === true && filters === undefined, "onlyScanLatest", "is only used together with filters"],
    [twice !== undefined, mode === "ids" ? "excludeImageIds" : "excludeIds", `names ${twice}, which ids asks for`],
  ];
  return [
    ...foreign.map((property) => ({ property, reason: `is only used with mode: "${other}"` })),
    ...rules.filter(([wrong]) => wrong).map(([, property, reason]) => ({ property, reason })),
  ];
}

/** What is accepted in the request of a scan of registry images. */
export const registryScanInputs: InputRules = {
  properties: {
    mode: oneOf("ids", "oneClick"),
    ids: listOf(digits),
    images: listOf(registryImageName),
    all: boolean,
    scanTypes: listOf(oneOf("CVE", "VIRUS", "RISK")),
    timeout: integer(1),
    filters: listOf(assetFilter),
    excludeImageIds: anyListOf(digits),
    onlyScanLatest: boolean,
    scanScope: integer(0, 2),
    registryTypes: listOf(text),
    namespaces: listOf(text),
    isLatest: boolean,
    containerRunning: boolean,
    excludeIds: anyListOf(digits),
    sync: (value) => {
      if (typeof value === "boolean") return undefined;
      const reason = listOf(digits)(value);
      return reason === undefined ? undefined : `${reason}; it is true, false, or a list of ids of registries`;
    },
  },
  required: [],
  together,
};

/** The request as the API takes it, by the action that takes it. */
export function createRequestOf(request: RegistryScanRequest) {
  const { ids, images, scanTypes, timeout } = request;
  const common = {
    All: request.all,
    Id: idsOf(ids),
    Images: images?.map(wireImageName),
    ScanType: scanTypes,
    Timeout: timeout,
  };
  if (request.mode !== "oneClick") {
    return {
      action: "CreateAssetImageRegistryScanTask",
      body: absentLeftOut({
        ...common,
        Filters: request.filters?.map(wireFilter),
        ExcludeImageList: idsOf(request.excludeImageIds),
        OnlyScanLatest: request.onlyScanLatest,
      }),
    } as const;
  }
  return {
    action: "CreateAssetImageRegistryScanTaskOneKey",
    body: absentLeftOut({
      ...common,
      ScanScope: request.scanScope ?? ((ids ?? images) === undefined ? undefined : 1),
      RegistryType: request.registryTypes,
      Namespace: request.namespaces,
      IsLatest: request.isLatest,
      ContainerRunning: request.containerRunning,
      ExcludeIDs: idsOf(request.excludeIds),
    }),
  } as const;
}
