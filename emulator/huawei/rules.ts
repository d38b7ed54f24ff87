import { among, between, boolean, type Rules, text } from "../server/parameters.js";

// Parameters that several operations of HSS share, and the objects of a scan's body, as their pages document them.

export const enterprise: Rules = { enterprise_project_id: text(256, 1) };
export const page = (least: number): Rules => ({ offset: between(0, 2_000_000), limit: between(least, 200) });
export const anyTime = between(0, 2n ** 63n - 1n);
/** Windows of time, in milliseconds. */
export const windows = (...names: readonly string[]): Rules =>
  Object.fromEntries(
    names.flatMap((name) => [`start_latest_${name}_time`, `end_latest_${name}_time`]).map((name) => [name, anyTime]),
  );
export const texts = (length: number, ...names: readonly string[]): Rules =>
  Object.fromEntries(names.map((name) => [name, text(length)]));
export const short = text(256);
export const registryTypes = ["SwrPrivate", "SwrShared", "SwrEnterprise", "Harbor", "Jfrog", "Other", "Local"];
export const kinds: Readonly<Record<string, string>> = {
  private_image: "SwrPrivate",
  shared_image: "SwrShared",
  instance_image: "SwrEnterprise",
  harbor: "Harbor",
  jfrog: "Jfrog",
};

/** The kind of a registry, as queries name it. */
export function kindOf({ registry_type }: { readonly registry_type: string }): string | undefined {
  return Object.keys(kinds).find((kind) => kinds[kind] === registry_type);
}

/** The mask of the scan types. */
export const scanScope = { type: "integer", min: 0, max: 2_147_483_647 } as const;

export const queryInfo: Rules = {
  local_image_type: among("swr_image", "other_image"),
  ...texts(128, "host_id", "host_name", "public_ip", "private_ip", "cluster_id", "container_id", "container_name"),
  pod_id: text(64),
  pod_name: text(512),
  app_name: short,
  has_vul: boolean,
  namespace: short,
  image_name: short,
  image_version: short,
  image_type: among(...Object.keys(kinds)),
  scan_status: among("unscan", "success", "scanning", "failed", "download_failed", "image_oversized"),
  image_size: anyTime,
  ...windows("update", "scan"),
};

export const imageInfo: Rules = {
  id: anyTime,
  ...texts(
    1024,
    "image_id",
    "image_digest",
    "registry_id",
    "registry_name",
    "image_name",
    "image_version",
    "namespace",
  ),
  ...texts(1024, "instance_id", "instance_url"),
  registry_type: among(...registryTypes),
};
