import { countVulnerabilities, listVulnerabilities } from "../server/findings.js";
import { traits } from "../server/image-traits.js";
import { among, boolean, required, text } from "../server/parameters.js";
import { notFound } from "./error.js";
import { filterImages, rateSeverity } from "./image-filters.js";
import { type Call, isVisible, type Operation, showPage, type Values } from "./operation.js";
import { anyTime, enterprise, kindOf, kinds, page, short, texts, windows } from "./rules.js";
import { type HssImage, type HssWorld, lastSync } from "./world.js";

// The operations of HSS v5 on images and on their findings.

/** From low to high; HSS has no critical level. */
const necessities = ["not_needed_repair", "delay_repair", "immediate_repair"] as const;
const imageType = among(...Object.keys(kinds), "cicd");
const scanStatus = among("unscan", "success", "scanning", "failed", "waiting_for_scan");
const handleStatus = among("unhandled", "handled");

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
      scan_status: scanStatus,
      ...texts(128, "instance_id", "instance_name"),
      severity_level: among("Security", "Low", "Medium", "High"),
      ...windows("scan", "update", "sync"),
      latest_version: boolean,
      has_vul: boolean,
      has_malicious_file: boolean,
      has_unsafe_setting: boolean,
      risky: boolean,
      is_multarch: boolean,
      image_size: anyTime,
      sort_key: among("latest_scan_time"),
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
      scan_status: scanStatus,
      ...texts(256, "host_id", "host_name", "host_ip", "container_id"),
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
      image_type: required(imageType),
      namespace: required(text(64)),
      image_name: required(text(128)),
      tag_name: required(text(64)),
      ...texts(128, "instance_id", "vul_id"),
      app_name: text(64),
      repair_necessity: among(...necessities),
      type: among("linux_vul", "app_vul"),
      handle_status: handleStatus,
    },
    run: listImageVulnerabilities,
  },
  ListImageSensitive: {
    method: "GET",
    path: "/image/*/sensitive",
    query: {
      ...enterprise,
      ...page(10),
      image_type: required(imageType),
      ...texts(65_535, "namespace", "image_name", "image_version", "file_path"),
      severity: among("critical", "high", "medium", "low"),
      handle_status: handleStatus,
    },
    run: listImageSensitive,
  },
};

function listImageVulnerabilities(call: Call): object {
  const { query } = call;
  const { namespace, image_name, tag_name, instance_id } = query;
  const image = findImage(call, { namespace, image_name, image_version: tag_name, instance_id });
  // Low vulnerabilities count as those of applications, so that both types exist.
  const found = listVulnerabilities(image.shown).map(({ id, level }) => ({ id, level, isOfApp: level === 1 }));
  const rows = found
    .filter(({ isOfApp }) => query["type"] === undefined || (query["type"] === "app_vul") === isOfApp)
    .map(({ id, level, isOfApp }) => ({
      vul_id: `HCE2-SA-${id.slice(4)}`,
      repair_necessity: necessities[Math.min(level, 3) - 1],
      description: "An emulated vulnerability.",
      position: "sha256:layer",
      app_name: isOfApp ? "log4j" : "openssl",
      version: "1.0",
      ...(isOfApp ? { app_path: "/app/log4j.jar" } : {}),
      solution: "Update to version 1.1.",
      url: "https://example.com/patch",
    }));
  const asked = rows.filter(
    (row) =>
      row.vul_id.includes((query["vul_id"] as string | undefined) ?? "") &&
      (query["app_name"] ?? row.app_name) === row.app_name &&
      (query["repair_necessity"] ?? row.repair_necessity) === row.repair_necessity &&
      query["handle_status"] !== "handled",
  );
  return showPage(asked, query);
}

function listImageSensitive(call: Call): object {
  const { query } = call;
  const { namespace, image_name, image_version } = query;
  const image = findImage(call, { namespace, image_name, image_version });
  const rows = Array.from({ length: image.shown.sensitive }, (_, at) => ({
    sensitive_info_id: String(at + 1),
    severity: at === 0 ? "critical" : "high",
    name: "private_key",
    description: "An emulated private key.",
    position: "sha256:layer",
    file_path: `/app/key-${at + 1}.pem`,
    content: "-----BEGIN …",
    latest_scan_time: image.latest_scan_time,
    handle_status: "unhandled",
    operate_accept: "ignore",
  }));
  const asked = rows.filter(
    (row) =>
      (query["file_path"] ?? row.file_path) === row.file_path &&
      (query["severity"] ?? row.severity) === row.severity &&
      (query["handle_status"] ?? row.handle_status) === row.handle_status,
  );
  return showPage(asked, query);
}

/** The registry image that the path and the parameters name. Absent or empty parameters name nothing. */
function findImage({ world, query, path }: Call, names: Values): HssImage {
  const image = [...world.images.values()].find(
    (one) =>
      one.where === "registry" &&
      isVisible(one, query) &&
      one.image_id === path[0] &&
      kindOf(one) === query["image_type"] &&
      Object.entries(names).every(([name, value]) =>
        [undefined, "", one[name as keyof HssImage]].includes(value as ""),
      ),
  );
  if (image === undefined) throw notFound("The image");
  return image;
}

function listImages(world: HssWorld, where: HssImage["where"], query: Values): object {
  const visible = [...world.images.values()].filter((image) => image.where === where && isVisible(image, query));
  const images = filterImages(visible, query);
  if (query["sort_key"] === "latest_scan_time") images.sort((a, b) => a.latest_scan_time - b.latest_scan_time);
  if (query["sort_dir"] === "desc") images.reverse();
  return showPage(images.map(where === "local" ? showLocal : showRegistryImage), query);
}

/** The fields of an image in both lists. */
function showCommon(image: HssImage) {
  const { id, shown, latest_scan_time } = image;
  const { size, createdAt, unsafeSettings } = traits(String(id));
  return {
    image_name: image.image_name,
    image_id: image.image_id,
    image_digest: image.image_digest,
    image_version: image.image_version,
    scan_status: image.scan_status,
    scan_failed_desc: image.scan_status === "failed" ? "unknown_error" : "",
    image_size: size,
    latest_update_time: createdAt,
    latest_scan_time,
    vul_num: countVulnerabilities(shown),
    unsafe_setting_num: latest_scan_time === 0 ? 0 : unsafeSettings,
    malicious_file_num: shown.viruses,
    severity_level: rateSeverity(image),
  };
}

/** An image as the list of local images shows it: without the id and the registry of registry images. */
function showLocal(image: HssImage): object {
  const { host_name, host_id, local_image_type, container_id } = image.host;
  return {
    ...showCommon(image),
    local_image_type,
    host_num: 1,
    container_num: container_id === "" ? 0 : traits(String(image.id)).containers,
    component_num: traits(String(image.id)).components,
    host_name,
    host_id,
    agent_id: `agent-of-${host_id}`,
    non_scan_reason: "",
  };
}

function showRegistryImage(image: HssImage): object {
  return {
    ...showCommon(image),
    id: image.id,
    namespace: image.namespace,
    image_type: kindOf(image) ?? "",
    registry_id: image.registry_id,
    registry_name: image.registry_name,
    registry_type: image.registry_type,
    latest_version: image.latest_version,
    scan_failed_code: image.scan_status === "failed" ? "unknown_error" : "",
    latest_sync_time: lastSync,
    domain_name: "",
    shared_status: "effective",
    scannable: true,
    is_multiple_arch: image.is_multiple_arch,
    instance_name: image.instance_name,
    instance_id: image.instance_id,
    instance_url: "",
    association_images: [],
  };
}
