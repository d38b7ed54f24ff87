import { type CrossFieldRule, defineRequest, field, type RequestOf, record } from "../../validation/fields.js";
import { orImageText } from "../../validation/image-text.js";
import { namedOnce } from "../../validation/repeated.js";
import { boolean, digest, digits, headerText, integer, listOf, oneOf, text, textUpTo } from "../../validation/rules.js";
import type { Place } from "../api/client.js";
import type * as api from "../api/image-scans.js";
import { scanScope } from "../images/scan-scope.js";

const queryInfo = {
  /** Where a local image comes from. Sent as `local_image_type`. */
  localImageType: field("local_image_type", oneOf("swr_image", "other_image")),
  /** Id of the host that has the image, up to 128 characters. Sent as `host_id`. */
  hostId: field("host_id", textUpTo(128)),
  /** Name of the host, up to 128 characters. Sent as `host_name`. */
  hostName: field("host_name", textUpTo(128)),
  /** Public IP address of the host, up to 128 characters. Sent as `public_ip`. */
  publicIp: field("public_ip", textUpTo(128)),
  /** Private IP address of the host, up to 128 characters. Sent as `private_ip`. */
  privateIp: field("private_ip", textUpTo(128)),
  /** Id of the cluster that uses the image, up to 128 characters. Sent as `cluster_id`. */
  clusterId: field("cluster_id", textUpTo(128)),
  /** Id of a container of the image, up to 128 characters. Sent as `container_id`. */
  containerId: field("container_id", textUpTo(128)),
  /** Name of a container of the image, up to 128 characters. Sent as `container_name`. */
  containerName: field("container_name", textUpTo(128)),
  /** Id of a pod that uses the image, up to 64 characters. Sent as `pod_id`. */
  podId: field("pod_id", textUpTo(64)),
  /** Name of a pod that uses the image, up to 512 characters. Sent as `pod_name`. */
  podName: field("pod_name", textUpTo(512)),
  /** Name of a piece of software in the image, up to 256 characters. Sent as `app_name`. */
  appName: field("app_name", textUpTo(256)),
  /** Whether HSS knows vulnerabilities of the image. Sent as `has_vul`. */
  hasVul: field("has_vul", boolean),
  /** Organization of the image, up to 256 characters. Sent as `namespace`. */
  namespace: field("namespace", textUpTo(256)),
  /** Name of the repository, without its tag, up to 256 characters. Sent as `image_name`. */
  imageName: field("image_name", textUpTo(256)),
  /** Tag of the image, up to 256 characters. Sent as `image_version`. */
  imageVersion: field("image_version", textUpTo(256)),
  /** Kind of registry. With `isAll: true` every image of this kind is scanned. Sent as `image_type`. */
  imageType: field("image_type", oneOf("private_image", "shared_image", "instance_image", "harbor", "jfrog")),
  /** How the last scan of the image ended. Sent as `scan_status`. */
  scanStatus: field(
    "scan_status",
    oneOf("unscan", "success", "scanning", "failed", "download_failed", "image_oversized"),
  ),
  /** Size of the image in bytes. Sent as `image_size`. */
  imageSize: field("image_size", digits),
  /** Earliest time of the last update, in milliseconds since 1970. Sent as `start_latest_update_time`. */
  startLatestUpdateTime: field("start_latest_update_time", digits),
  /** Latest time of the last update, in milliseconds since 1970. Sent as `end_latest_update_time`. */
  endLatestUpdateTime: field("end_latest_update_time", digits),
  /** Earliest time of the last scan, in milliseconds since 1970. Sent as `start_latest_scan_time`. */
  startLatestScanTime: field("start_latest_scan_time", digits),
  /** Latest time of the last scan, in milliseconds since 1970. Sent as `end_latest_scan_time`. */
  endLatestScanTime: field("end_latest_scan_time", digits),
};

/** A query: HSS scans the images that match. The API calls this query_info. */
export interface QueryInfo extends RequestOf<typeof queryInfo> {}

const imageInfo = {
  /** Id of the image's record in HSS. Write an id with more than 15 digits as a string. Sent as `id`. */
  id: field("id", digits),
  /** Id of the image: `sha256:…` of its configuration. Sent as `image_id`. */
  imageId: field("image_id", digest),
  /** Digest of the image's content: `sha256:…`. Sent as `image_digest`. */
  imageDigest: field("image_digest", digest),
  /** Id of its registry in HSS. Sent as `registry_id`. */
  registryId: field("registry_id", text),
  /** Name of its registry in HSS. Sent as `registry_name`. */
  registryName: field("registry_name", text),
  /** Name of the repository, without its tag. Sent as `image_name`. */
  imageName: field("image_name", text),
  /** Tag of the image. Sent as `image_version`. */
  imageVersion: field("image_version", text),
  /** Organization or project of the repository. Sent as `namespace`. */
  namespace: field("namespace", text),
  /** Id of the SWR enterprise instance. Sent as `instance_id`. */
  instanceId: field("instance_id", text),
  /** URL from which an SWR enterprise image is downloaded. Sent as `instance_url`. */
  instanceUrl: field("instance_url", text),
  /** Kind of its registry. An image on a host has `Local`. Sent as `registry_type`. */
  registryType: field(
    "registry_type",
    oneOf("SwrPrivate", "SwrShared", "SwrEnterprise", "Harbor", "Jfrog", "Other", "Local"),
  ),
};

/**
 * One image to scan, in fields. `id` or `imageName` is required.
 *
 * For an image of a registry, HSS needs `id`, `imageDigest`, `namespace`, `imageName`, `imageVersion`, `registryId`,
 * `registryName` and `registryType`. The package reads those that you leave out from HSS's list of images, once, before
 * the submission; the fields that you write must fit one image of this list.
 *
 * For an image on a host, HSS needs `imageId`, `imageName`, `imageVersion`, `registryId`, `registryName` and
 * `registryType: "Local"`. These are sent as you write them. The API calls this image_info.
 */
export interface ImageInfo extends RequestOf<typeof imageInfo> {}

/** The fields that HSS needs of an image of a registry. */
const needed = [
  "id",
  "imageDigest",
  "namespace",
  "imageName",
  "imageVersion",
  "registryId",
  "registryName",
  "registryType",
] as const;

/** Whether HSS takes the image as it is written. */
export function isWholeImage(image: string | ImageInfo, type: api.GlobalImageType): boolean {
  return typeof image !== "string" && (type === "local" || needed.every((name) => image[name] !== undefined));
}

const fields = {
  /**
   * Id of the project of the images, up to 256 characters. Sent as `project_id`.
   * @default the account's project, configured or looked up
   */
  projectId: field("project_id", headerText(256), { part: "path" }),
  /**
   * Id of the enterprise project of the images, up to 256 characters, or `all_granted_eps`. It is used to create, find
   * and stop the task. Sent as `enterprise_project_id`.
   * @default the account's setting, else only the cloud's default enterprise project
   */
  enterpriseProjectId: field("enterprise_project_id", textUpTo(256), { part: "query" }),
  /**
   * Where the images are: `registry`, or `local` for images on hosts. Sent as `global_image_type`.
   * @default "registry"
   */
  globalImageType: field("global_image_type", oneOf("local", "registry"), { part: "query", default: "registry" }),
  /**
   * Value of the header `region` of the call, up to 128 characters. It selects no endpoint: for that, set
   * `huaweicloud:region` in the config. Sent as `region`.
   */
  region: field("region", headerText(128), { part: "header" }),
  /**
   * What to look for: names of kinds of risk, or the API's bit mask, 1 to 2147483647. Without it the cloud decides, and
   * does not document how. Sent as `scan_scope`.
   *
   * @example
   * scanScope: ["vulnerabilities", "maliciousFiles"]
   */
  scanScope: field("scan_scope", scanScope),
  /** Images per hour, 0 to 1000; 0 is no limit. It applies to third-party registries only. Sent as `rate_limit`. */
  rateLimit: field("rate_limit", integer(0, 1000)),
  /**
   * Scans every image, or every image of `queryInfo.imageType`. Write `true` explicitly to do so. Sent as `is_all`.
   * @default false with `images`
   */
  isAll: field("is_all", boolean, { default: ({ images }) => (images === undefined ? undefined : false) }),
  /**
   * Scans the images that match all of its conditions. Sent as `query_info`.
   *
   * @example
   * queryInfo: { namespace: "demo", imageName: "nginx" }
   */
  queryInfo: field<QueryInfo>("query_info", record(queryInfo)),
  /**
   * The images to scan: texts such as `shop/api:2.0.1`, with a tag or a digest, or images in fields. A text must name one
   * image of HSS's list; before the submission the package reads its fields there. Sent as `image_info`.
   *
   * @example
   * images: ["demo/nginx:1.27"]
   */
  images: field("image_info", listOf(orImageText<ImageInfo>(record(imageInfo)))),
};

/** The request of a scan: the fields of HSS CreateManualImageScanTask. */
export interface ScanRequest extends RequestOf<typeof fields> {}

/** The request as it is sent: no image is a text. */
export interface SentScan extends Omit<ScanRequest, "images"> {
  readonly images?: readonly ImageInfo[];
}

function crossFieldRules(inputs: ScanRequest): readonly CrossFieldRule[] {
  const { isAll, images, queryInfo: query, globalImageType = "registry" } = inputs;
  const isBlank = query !== undefined && Object.values(query).every((one) => one === undefined || one === null);
  const inFields = images?.map((image) => (typeof image === "string" ? undefined : image)) ?? [];
  const nameless = inFields.findIndex((image) => image && image.id === undefined && image.imageName === undefined);
  const foreign = inFields.findIndex(
    (image) => image?.registryType && (image.registryType === "Local") !== (globalImageType === "local"),
  );
  return [
    [
      isAll !== true && images === undefined && isBlank,
      "queryInfo",
      "has no condition, so it would match every image; write isAll: true to scan every image",
    ],
    [
      isAll !== true && images === undefined && query === undefined,
      "images",
      "is missing, and nothing else says what to scan: give images or queryInfo, or write isAll: true to scan every image",
    ],
    [isAll === true && images !== undefined, "isAll", "contradicts images: the cloud would scan every image"],
    [images !== undefined && query !== undefined, "queryInfo", "and images are alternatives; give one of them"],
    [nameless >= 0, "images", `[${nameless}] has neither id nor imageName`],
    [
      foreign >= 0,
      "images",
      `[${foreign}].registryType is "${inFields[foreign]?.registryType}", and globalImageType is "${globalImageType}"`,
    ],
    namedOnce("images", images, "id", "imageName"),
  ];
}

export const scan = defineRequest("CreateManualImageScanTask", fields, crossFieldRules);

export function selectImageType(request: Pick<ScanRequest, "globalImageType">): api.GlobalImageType {
  return request.globalImageType ?? "registry";
}

export function selectPlace({ projectId, enterpriseProjectId, region }: Omit<ScanRequest, "images">): Place {
  return { projectId, enterpriseProjectId, region };
}
