import { vulnerabilitiesOf, vulnerabilityCount } from "../server/findings.js";
import { notFound } from "./error.js";
import { type Call, isVisible, type Operation, type Values } from "./operation.js";
import { among, boolean, required, text } from "./params.js";
import { anyTime, enterprise, kinds, page, short, texts, windows } from "./rules.js";
import type { HssImage, HssWorld } from "./world.js";

// The operations of HSS v5 on images and on what was found in them.

/** From low to high; HSS knows nothing above. */
const necessities = ["not_needed_repair", "delay_repair", "immediate_repair"] as const;

/** What names one image of a registry in the lists of its findings. */
const imageNames = {
  image_type: required(among(...Object.keys(kinds), "cicd")),
  namespace: required(text(64)),
  image_name: required(text(128)),
};

export const imageOperations: Readonly<Record<string, Operation>> = {
  ListRegistryImages: {
    method: "GET",
    path: "/image/registries/images",
    query: {
      ...enterprise,
      ...page(1),
      namespace: short,
      image_name: short,
      image_version: short,
      registry_name: short,
      image_type: among(...Object.keys(kinds)),
      scan_status: among("unscan", "success", "scanning", "failed", "waiting_for_scan"),
      ...texts(256, "instance_id", "instance_name", "severity_level"),
      ...windows("scan", "update", "sync"),
      latest_version: boolean,
      has_vul: boolean,
      has_malicious_file: boolean,
      has_unsafe_setting: boolean,
      risky: boolean,
      is_multarch: boolean,
      image_size: anyTime,
      sort_key: text(64),
      sort_dir: among("asc", "desc"),
    },
    run: ({ world, query }) => listImages(world, "registry", query),
  },
  ListImageLocal: {
    method: "GET",
    path: "/image/local-repositories",
    query: {
      ...enterprise,
      ...page(10),
      image_name: short,
      image_version: short,
      local_image_type: among("swr_image", "other_image"),
      scan_status: among("unscan", "success", "scanning", "failed", "waiting_for_scan"),
      ...texts(256, "host_id", "host_name", "host_ip", "public_ip", "private_ip", "cluster_id", "container_id"),
      ...texts(512, "container_name", "pod_id", "pod_name", "app_name"),
      ...windows("scan", "update"),
      image_size: anyTime,
      has_container: boolean,
      has_vul: boolean,
    },
    run: ({ world, query }) => listImages(world, "local", query),
  },
  ListImageVulnerabilities: {
    method: "GET",
    path: "/image/*/vulnerabilities",
    query: {
      ...enterprise,
      ...page(10),
      ...imageNames,
      tag_name: required(text(64)),
      ...texts(128, "instance_id", "vul_id"),
      app_name: text(64),
      repair_necessity: among(...necessities),
      type: among("linux_vul", "app_vul"),
      handle_status: among("unhandled", "handled"),
    },
    run(call) {
      const { query } = call;
      const rows = vulnerabilitiesOf(namedImage(call, "tag_name").shown).map(({ id, level }) => ({
        vul_id: `HCE2-SA-${id.slice(4)}`,
        repair_necessity: necessities[Math.min(level, 3) - 1],
        app_name: "openssl",
        version: "1.0",
        position: "",
        description: "An emulated vulnerability.",
        solution: "",
        url: "",
      }));
      const asked = query["repair_necessity"];
      return paged(
        rows.filter((row) => asked === undefined || row.repair_necessity === asked),
        query,
      );
    },
  },
  ListImageSensitive: {
    method: "GET",
    path: "/image/*/sensitive",
    query: {
      ...enterprise,
      ...page(10),
      ...imageNames,
      image_version: required(text(65_535)),
      file_path: text(65_535),
      severity: among("critical", "high", "medium", "low"),
      handle_status: among("unhandled", "handled"),
    },
    run(call) {
      const { sensitive } = namedImage(call, "image_version").shown;
      const rows = Array.from({ length: sensitive }, (_, at) => ({
        sensitive_info_id: String(at + 1),
        severity: "high",
      }));
      return paged(rows, call.query);
    },
  },
};

function paged(
  rows: readonly object[],
  { offset = 0, limit = 10 }: { offset?: number; limit?: number } & Values,
): object {
  return { total_num: rows.length, data_list: rows.slice(offset, offset + limit) };
}

function namedImage({ world, query, path }: Call, version: string): HssImage {
  const image = [...world.images.values()].find(
    (one) =>
      one.where === "registry" &&
      isVisible(one, query) &&
      one.image_id === path[0] &&
      one.registry_type === kinds[query["image_type"] as string] &&
      one.namespace === query["namespace"] &&
      one.image_name === query["image_name"] &&
      one.image_version === query[version],
  );
  if (image === undefined) throw notFound("The image");
  return image;
}

/** Of a host, a pod or a container the emulator has none, so a filter by one matches nothing. */
const unmatched = /^(host|public|private|cluster|container|pod)_|^(app_name|local_image_type|instance_)/;

export function matching(images: readonly HssImage[], info: Values = {}): HssImage[] {
  if (Object.keys(info).some((name) => unmatched.test(name))) return [];
  const { image_type, namespace, image_name, image_version, scan_status, has_vul } = info;
  return images.filter(
    (image) =>
      (image_type === undefined || kinds[image_type as string] === image.registry_type) &&
      (namespace === undefined || namespace === image.namespace) &&
      (image_name === undefined || image.image_name.includes(image_name as string)) &&
      (image_version === undefined || image_version === image.image_version) &&
      (scan_status === undefined || scan_status === image.scan_status) &&
      (has_vul === undefined || has_vul === vulnerabilityCount(image.shown) > 0),
  );
}

function listImages(world: HssWorld, where: HssImage["where"], query: Values): object {
  const { offset = 0, limit = 10, sort_key, sort_dir } = query as Values & { offset?: number; limit?: number };
  const images = matching([...world.images.values()], { ...query, namespace: query["namespace"] })
    .filter((image) => image.where === where && isVisible(image, query))
    .sort((a, b) => (sort_key === "latest_scan_time" ? a.latest_scan_time - b.latest_scan_time : 0));
  if (sort_dir === "desc") images.reverse();
  return { total_num: images.length, data_list: images.slice(offset, offset + limit).map(rowOf) };
}

/** An image as the lists show it. */
function rowOf({
  where: _,
  outcome: __,
  enterprise: ___,
  findings: ____,
  due: _____,
  shown,
  ...row
}: HssImage): object {
  const { critical, high, medium, low, viruses } = shown;
  const severity_level = critical + high > 0 ? "High" : medium > 0 ? "Medium" : low > 0 ? "Low" : "Security";
  return {
    ...row,
    severity_level,
    vul_num: vulnerabilityCount(shown),
    unsafe_setting_num: 0,
    malicious_file_num: viruses,
  };
}
