import { type Integer, toInteger } from "../../transport/json.js";
import type { Failure, InputRules, Inputs } from "../../validation/inputs.js";
import {
  boolean,
  type Check,
  digits,
  headerText,
  integer,
  listOf,
  oneOf,
  record,
  text,
} from "../../validation/rules.js";
import type { Place } from "../api/client.js";
import type * as api from "../api/image-scans.js";
import { maskOf, type ScanScopeName, scanScope } from "../images/scan-scope.js";

/** Scanning by the result of a query: HSS scans the images that match. The API calls this query_info. */
export interface QueryInfo {
  /** `swr_image` or `other_image`. */
  readonly localImageType?: "swr_image" | "other_image";
  /** Id of the host that it is on. */
  readonly hostId?: string;
  /** Name of the host. */
  readonly hostName?: string;
  /** Public address of the host. */
  readonly publicIp?: string;
  /** Private address of the host. */
  readonly privateIp?: string;
  /** Id of the cluster that it is in. */
  readonly clusterId?: string;
  /** Id of a container of it. */
  readonly containerId?: string;
  /** Name of a container of it. */
  readonly containerName?: string;
  /** Id of a pod that uses it. */
  readonly podId?: string;
  /** Name of a pod that uses it. */
  readonly podName?: string;
  /** Name of a piece of software in the image. */
  readonly appName?: string;
  /** Whether vulnerabilities are known. */
  readonly hasVul?: boolean;
  /** Organization of the image. */
  readonly namespace?: string;
  /** Name of the repository, without its tag. */
  readonly imageName?: string;
  /** Tag. */
  readonly imageVersion?: string;
  /** With `isAll: true`, every image of this kind of registry. */
  readonly imageType?: "private_image" | "shared_image" | "instance_image" | "harbor" | "jfrog";
  /** How its last scan stands. */
  readonly scanStatus?: "unscan" | "success" | "scanning" | "failed" | "download_failed" | "image_oversized";
  /** Bytes, written as a string of digits. */
  readonly imageSize?: string;
  /** Milliseconds since 1970, written as a string of digits. */
  readonly startLatestUpdateTime?: string;
  /** Milliseconds since 1970, written as a string of digits. */
  readonly endLatestUpdateTime?: string;
  /** Milliseconds since 1970, written as a string of digits. */
  readonly startLatestScanTime?: string;
  /** Milliseconds since 1970, written as a string of digits. */
  readonly endLatestScanTime?: string;
}

/**
 * One image to scan. An image of a registry needs `id`, `imageDigest`, `namespace`, `imageName`, `imageVersion`,
 * `registryId`, `registryName` and `registryType` (and `instanceId` for SWR enterprise); one on a host `imageId`,
 * `imageName`, `imageVersion`, `registryId`, `registryName` and `registryType: "Local"`. The API calls this image_info.
 */
export interface ImageInfo {
  /** Id of the image's record in HSS, digits written as a string. */
  readonly id?: string;
  /** Id of the image: `sha256:…` of its configuration. */
  readonly imageId?: string;
  /** Digest of the image's content: `sha256:…`. */
  readonly imageDigest?: string;
  /** Id of its registry in HSS. */
  readonly registryId?: string;
  /** Name of its registry in HSS. */
  readonly registryName?: string;
  /** Name of the repository, without its tag. */
  readonly imageName?: string;
  /** Tag of the image. */
  readonly imageVersion?: string;
  /** Organization or project of the repository. */
  readonly namespace?: string;
  /** Id of the SWR enterprise instance. */
  readonly instanceId?: string;
  /** URL from which an SWR enterprise image is downloaded. */
  readonly instanceUrl?: string;
  /** Kind of its registry. */
  readonly registryType?: "SwrPrivate" | "SwrShared" | "SwrEnterprise" | "Harbor" | "Jfrog" | "Other" | "Local";
}

/** The request of a scan: the fields of HSS CreateManualImageScanTask. */
export interface ScanRequest {
  /** Project of the images. Default: the account's, by setting or looked up. Part of the path. */
  readonly projectId?: string;
  /**
   * Enterprise project of the images, or `all_granted_eps`. Default: the account's setting, else the cloud's, which is
   * the default enterprise project alone. Sent as enterprise_project_id, the same to create, find and stop the task.
   */
  readonly enterpriseProjectId?: string;
  /** Where the images are: `registry` (default) or `local`, on hosts. Sent as global_image_type. */
  readonly globalImageType?: api.GlobalImageType;
  /** Sent as the header region, and used for nothing else. */
  readonly region?: string;
  /**
   * What to look for: names of kinds of risk, or the API's bit mask. Sent as scan_scope. Without it the cloud
   * decides, and does not document how.
   */
  readonly scanScope?: number | readonly ScanScopeName[];
  /** Images per hour, 0 (no limit) to 1000. Has an effect on third-party registries only. Sent as rate_limit. */
  readonly rateLimit?: number;
  /** Scans every image, or every one of `queryInfo.imageType`. Must be written out. Sent as is_all. */
  readonly isAll?: boolean;
  /** Scans the images that match. Sent as query_info. */
  readonly queryInfo?: QueryInfo;
  /** The images to scan. Sent as image_info. */
  readonly images?: readonly ImageInfo[];
}

const upTo =
  (length: number): Check =>
  (value) =>
    typeof value === "string" && value.length > length ? `is longer than ${length} characters` : text(value);

const texts = (length: number, ...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, upTo(length)]));

const queryInfo = record({
  localImageType: oneOf("swr_image", "other_image"),
  ...texts(128, "hostId", "hostName", "publicIp", "privateIp", "clusterId", "containerId", "containerName"),
  ...texts(64, "podId"),
  ...texts(512, "podName"),
  ...texts(256, "appName", "namespace", "imageName", "imageVersion"),
  hasVul: boolean,
  imageType: oneOf("private_image", "shared_image", "instance_image", "harbor", "jfrog"),
  scanStatus: oneOf("unscan", "success", "scanning", "failed", "download_failed", "image_oversized"),
  imageSize: digits,
  startLatestUpdateTime: digits,
  endLatestUpdateTime: digits,
  startLatestScanTime: digits,
  endLatestScanTime: digits,
});

const imageInfo = record({
  id: digits,
  ...texts(1024, "imageId", "imageDigest", "registryId", "registryName", "imageName", "imageVersion", "namespace"),
  ...texts(1024, "instanceId", "instanceUrl"),
  registryType: oneOf("SwrPrivate", "SwrShared", "SwrEnterprise", "Harbor", "Jfrog", "Other", "Local"),
});

/** What contradicts what. The first column says when it is wrong. */
function together(inputs: Inputs): Failure[] {
  const { isAll, images, queryInfo: query, globalImageType = "registry" } = inputs as ScanRequest;
  const isBlank = query !== undefined && Object.values(query).every((one) => one === undefined || one === null);
  const nameless = images?.findIndex((image) => image.id === undefined && image.imageName === undefined) ?? -1;
  const foreign =
    images?.findIndex((image) => (image.registryType === "Local") !== (globalImageType === "local")) ?? -1;
  const isTyped = foreign >= 0 && images?.[foreign]?.registryType !== undefined;
  const rules: readonly (readonly [wrong: boolean, property: string, reason: string])[] = [
    [
      isAll !== true && images === undefined && isBlank,
      "queryInfo",
      "says nothing, so it would match every image; write isAll: true to scan every image",
    ],
    [
      isAll !== true && images === undefined && query === undefined,
      "images",
      "is missing, and nothing else says what to scan: give images or queryInfo, or write isAll: true to scan every image",
    ],
    [isAll === true && images !== undefined, "isAll", "contradicts images: the cloud would scan every image"],
    [images !== undefined && query !== undefined, "queryInfo", "and images are alternatives; give one of them"],
    [nameless >= 0, "images", `item ${nameless} has neither id nor imageName`],
    [
      isTyped,
      "images",
      `item ${foreign} has registryType "${images?.[foreign]?.registryType}", and globalImageType is "${globalImageType}"`,
    ],
  ];
  return rules.filter(([wrong]) => wrong).map(([, property, reason]) => ({ property, reason }));
}

/** What is accepted in the request of a scan. */
export const scanInputs: InputRules = {
  properties: {
    projectId: (value) => upTo(256)(value) ?? headerText(value),
    enterpriseProjectId: upTo(256),
    globalImageType: oneOf("local", "registry"),
    region: (value) => upTo(128)(value) ?? headerText(value),
    scanScope,
    rateLimit: integer(0, 1000),
    isAll: boolean,
    queryInfo,
    images: listOf(imageInfo),
  },
  required: [],
  together,
};

const numbers = [
  "id",
  "imageSize",
  "startLatestUpdateTime",
  "endLatestUpdateTime",
  "startLatestScanTime",
  "endLatestScanTime",
];

/** Names as the API writes them, identities and times as numbers. */
function wire(fields: object): Record<string, string | boolean | Integer> {
  const entries = Object.entries(fields as Record<string, string | boolean>).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      numbers.includes(name) ? toInteger(String(value)) : value,
    ]),
  );
}

export function typeOf(request: Pick<ScanRequest, "globalImageType">): api.GlobalImageType {
  return request.globalImageType ?? "registry";
}

export function placeOf({ projectId, enterpriseProjectId, region }: ScanRequest): Place {
  return { projectId, enterpriseProjectId, region };
}

/** The body as the API takes it. */
export function bodyOf(request: ScanRequest): api.CreateManualImageScanTaskRequest {
  const { scanScope: scope, rateLimit, isAll, queryInfo: query, images } = request;
  // Images are scanned one by one only where the request says that it is not all.
  const all = isAll ?? (images === undefined ? undefined : false);
  return {
    ...(scope === undefined ? {} : { scan_scope: maskOf(scope) }),
    ...(rateLimit === undefined ? {} : { rate_limit: rateLimit }),
    ...(all === undefined ? {} : { is_all: all }),
    ...(query === undefined ? {} : { query_info: wire(query) as api.QueryInfo }),
    ...(images === undefined ? {} : { image_info: images.map((image) => wire(image) as api.ImageInfo) }),
  };
}
