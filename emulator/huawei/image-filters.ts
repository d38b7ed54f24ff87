import { countVulnerabilities } from "../server/findings.js";
import { traits } from "../server/image-traits.js";
import type { HssHost } from "./hosts.js";
import type { Values } from "./operation.js";
import { kindOf } from "./rules.js";
import { type HssImage, lastSync } from "./world.js";

// Applies the filters of the lists, and of a scan by query, to images.

/** Shown only after a scan. */
export function rateSeverity({ shown, latest_scan_time }: HssImage): string {
  const { critical, high, medium, low, viruses } = shown;
  if (latest_scan_time === 0) return "";
  if (critical + high + viruses > 0) return "High";
  return medium > 0 ? "Medium" : low > 0 ? "Low" : "Security";
}

type Match = (image: HssImage, value: never, all: Values) => boolean;

const hasUnsafe = (image: HssImage) => image.latest_scan_time > 0 && traits(String(image.id)).unsafeSettings > 0;
const hasVul = ({ shown }: HssImage) => countVulnerabilities(shown) > 0;
const ofHost =
  (name: keyof HssHost): Match =>
  ({ host }, value) =>
    host[name] === value;
const likeHost =
  (name: keyof HssHost): Match =>
  ({ host }, value) =>
    host[name].includes(value);

const matches: Readonly<Record<string, Match>> = {
  namespace: ({ namespace }, value) => namespace === value,
  image_name: ({ image_name }, value) => image_name.includes(value),
  // For local images a version has an effect only together with a name.
  image_version: ({ image_version, where }, value, { image_name }) =>
    (where === "local" && image_name === undefined) || image_version === value,
  registry_name: ({ registry_name }, value) => registry_name === value,
  image_type: (image, value) => kindOf(image) === value,
  scan_status: ({ scan_status }, value) =>
    scan_status === value || (scan_status === "waiting" && value === "waiting_for_scan"),
  latest_version: ({ latest_version }, value) => !value || latest_version,
  image_size: ({ id }, value) => BigInt(traits(String(id)).size) === BigInt(value),
  has_vul: (image, value) => hasVul(image) === value && (image.where === "registry" || image.scan_status === "success"),
  has_malicious_file: ({ shown }, value) => shown.viruses > 0 === value,
  has_unsafe_setting: (image, value) => hasUnsafe(image) === value,
  risky: (image, value) => (hasVul(image) || image.shown.viruses > 0 || hasUnsafe(image)) === value,
  is_multarch: ({ is_multiple_arch }, value) => is_multiple_arch === value,
  severity_level: (image, value) => rateSeverity(image) === value,
  instance_id: ({ instance_id }, value) => instance_id === value,
  instance_name: ({ instance_name }, value) => instance_name === value,
  has_container: ({ host }, value) => (host.container_id !== "") === value,
  local_image_type: ofHost("local_image_type"),
  host_id: ofHost("host_id"),
  host_name: likeHost("host_name"),
  host_ip: ({ host }, value) => [host.host_ip, host.public_ip, host.private_ip].includes(value),
  public_ip: ofHost("public_ip"),
  private_ip: ofHost("private_ip"),
  cluster_id: ofHost("cluster_id"),
  container_id: ofHost("container_id"),
  container_name: likeHost("container_name"),
  pod_id: ofHost("pod_id"),
  pod_name: likeHost("pod_name"),
  app_name: likeHost("app_name"),
};

const times: Readonly<Record<string, (image: HssImage) => number>> = {
  scan: ({ latest_scan_time }) => latest_scan_time,
  update: ({ id }) => traits(String(id)).createdAt,
  sync: () => lastSync,
};

/** For local images a time window needs both ends; one alone has no effect. */
function isInWindows(image: HssImage, query: Values): boolean {
  return Object.entries(times).every(([name, timeOf]) => {
    const [start, end] = [query[`start_latest_${name}_time`], query[`end_latest_${name}_time`]] as (
      | number
      | undefined
    )[];
    if (start === undefined && end === undefined) return true;
    if (image.where === "local" && (start === undefined || end === undefined)) return true;
    if (name === "scan" && image.scan_status !== "success") return false;
    return timeOf(image) >= (start ?? 0) && timeOf(image) <= (end ?? Number.POSITIVE_INFINITY);
  });
}

export function filterImages(images: readonly HssImage[], query: Values = {}): HssImage[] {
  const asked = Object.entries(query).filter(([name]) => Object.hasOwn(matches, name));
  return images.filter(
    (image) =>
      isInWindows(image, query) &&
      asked.every(([name, value]) => matches[name]?.(image, value as never, query) === true),
  );
}
