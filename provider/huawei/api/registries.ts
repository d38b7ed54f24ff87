import { count, fields, flag, type Shaped, text, textIfAny, time } from "../../transport/shape.js";
import type { HuaweiClient, Place } from "./client.js";
import { listAnswer, pageSize, withoutRegion } from "./image-scans.js";

// Operations on registries and on what is paid for scans of HSS API v5, by the API's own names.

const registry = fields({
  registry_name: textIfAny,
  registry_type: text,
  /** success, fail or accessing. */
  status: text,
  fail_reason: textIfAny,
  images_num: count,
  /** Milliseconds since 1970. */
  latest_sync_time: time,
});
export type Registry = Shaped<typeof registry>;

export function listRegistry(client: HuaweiClient, place: Place) {
  return client.call({
    action: "ListRegistry",
    method: "GET",
    path: "/image/registries",
    effect: "read",
    answer: listAnswer(registry),
    place: withoutRegion(place),
    query: { offset: 0, limit: pageSize },
  });
}

const statistics = fields({
  repository_scan_num: count,
  cicd_scan_num: count,
  free_quota_num: count,
  already_given: flag,
  image_free_quota: count,
});

/** Successful scans that are paid for one by one. */
export function showImagePayPerScanStatistics(client: HuaweiClient, place: Place) {
  return client.call({
    action: "ShowImagePayPerScanStatistics",
    method: "GET",
    path: "/image/pay-per-scan/statistics",
    effect: "read",
    answer: statistics,
    place: withoutRegion(place),
  });
}
