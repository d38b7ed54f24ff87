import type { Answer } from "../../transport/answer.js";
import { fields, identity, nothing, type Shaped, tally, text, textIfAny, time } from "../../transport/shape.js";
import type { HuaweiClient, Place } from "./client.js";
import { type List, listAnswer, pageSize, withoutRegion } from "./image-scans.js";

// Operations on images and their findings of HSS API v5, by the API's own names.

/** An image of a registry or of a host. */
const scannedImage = fields({
  id: identity,
  image_id: text,
  image_name: text,
  image_version: text,
  namespace: text,
  image_digest: text,
  registry_id: text,
  registry_name: text,
  registry_type: text,
  instance_id: text,
  instance_url: text,
  scan_status: text,
  /** Milliseconds since 1970; 0 or absent if it was never scanned. */
  latest_scan_time: time,
  vul_num: tally,
  malicious_file_num: tally,
});
export type ScannedImage = Shaped<typeof scannedImage>;

export interface ImageQuery {
  readonly namespace?: string | undefined;
  readonly imageName?: string | undefined;
  readonly imageVersion?: string | undefined;
  readonly offset?: number;
}

type Images = Promise<Answer<List<ScannedImage>>>;

/** Images of registries. */
export function listRegistryImages(client: HuaweiClient, place: Place, query: ImageQuery): Images {
  const { namespace, imageName, imageVersion, offset = 0 } = query;
  return client.call({
    action: "ListRegistryImages",
    method: "GET",
    path: "/image/registries/images",
    effect: "read",
    answer: listAnswer(scannedImage),
    place: withoutRegion(place),
    query: { namespace, image_name: imageName, image_version: imageVersion, offset, limit: pageSize },
  });
}

/** Images on hosts. A filter by version needs a name. */
export function listImageLocal(client: HuaweiClient, place: Place, query: ImageQuery): Images {
  const { imageName, imageVersion, offset = 0 } = query;
  return client.call({
    action: "ListImageLocal",
    method: "GET",
    path: "/image/local-repositories",
    effect: "read",
    answer: listAnswer(scannedImage),
    place: withoutRegion(place),
    query: { image_name: imageName, image_version: imageVersion, offset, limit: pageSize },
  });
}

/** The parameters that name one registry image in the lists of its findings. */
export interface FoundIn {
  readonly imageId: string;
  /** private_image, shared_image, instance_image, harbor or jfrog. */
  readonly imageType: string;
  readonly instanceId?: string | undefined;
  readonly namespace: string;
  readonly imageName: string;
  readonly imageVersion: string;
}

const vulnerability = fields({
  vul_id: text,
  /** immediate_repair (high), delay_repair (medium) or not_needed_repair (low). */
  repair_necessity: text,
  /** The package that has it, and its version. `solution` describes the remedy in sentences. */
  app_name: textIfAny,
  version: textIfAny,
});
export type Vulnerability = Shaped<typeof vulnerability>;

/** A colon stays as it is, as the vendor's clients send it. */
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":");
}

/** Vulnerabilities of an image of a registry. */
export function listImageVulnerabilities(
  client: HuaweiClient,
  place: Place,
  { image, offset }: { readonly image: FoundIn; readonly offset: number },
): Promise<Answer<List<Vulnerability>>> {
  return client.call({
    action: "ListImageVulnerabilities",
    method: "GET",
    path: `/image/${segment(image.imageId)}/vulnerabilities`,
    effect: "read",
    answer: listAnswer(vulnerability),
    place: withoutRegion(place),
    query: {
      offset,
      limit: pageSize,
      image_type: image.imageType,
      instance_id: image.instanceId,
      namespace: image.namespace,
      image_name: image.imageName,
      tag_name: image.imageVersion,
    },
  });
}

/** Sensitive information in an image of a registry; only the number is used. */
export function listImageSensitive(client: HuaweiClient, place: Place, image: FoundIn): Promise<Answer<List<object>>> {
  return client.call({
    action: "ListImageSensitive",
    method: "GET",
    path: `/image/${segment(image.imageId)}/sensitive`,
    effect: "read",
    answer: listAnswer(nothing),
    place: withoutRegion(place),
    query: {
      limit: 10,
      offset: 0,
      image_type: image.imageType,
      namespace: image.namespace,
      image_name: image.imageName,
      image_version: image.imageVersion,
    },
  });
}
