import { among, text } from "../server/parameters.js";
import { invalid } from "./error.js";
import { isVisible, type Operation, showPage, type Values } from "./operation.js";
import { enterprise, page, registryTypes } from "./rules.js";
import type { HssImage, HssRegistry } from "./world.js";

// The operations of HSS v5 on registries and on the cost of scans.

export const registryOperations: Readonly<Record<string, Operation>> = {
  ListRegistry: {
    method: "GET",
    path: "/image/registries",
    query: {
      ...enterprise,
      ...page(10),
      registry_name: text(128, 1),
      registry_id: text(64, 1),
      registry_type: text(256),
      registry_addr: text(256, 1),
      status: among("success", "fail", "accessing"),
    },
    run({ world, query, now }) {
      requireTypes(query);
      const rows = world
        .registries((image) => isVisible(image, query))
        .map((one) => showRegistry(one, world.syncedAt ?? now));
      return showPage(
        rows.filter((row) => isAsked(row, query)),
        query,
      );
    },
  },
  ShowImagePayPerScanStatistics: {
    method: "GET",
    path: "/image/pay-per-scan/statistics",
    query: enterprise,
    run({ world: { paid, images }, query }) {
      const all = [...images.values()].filter((image) => isVisible(image, query));
      return {
        repository_scan_num: paid.repository,
        cicd_scan_num: paid.cicd,
        free_quota_num: 0,
        already_given: false,
        image_free_quota: 0,
        high_risk: countByPlace(all.filter(({ shown: { critical, high } }) => critical + high > 0)),
        has_risk: countByPlace(all.filter(({ shown }) => Object.values(shown).some((number) => number > 0))),
        total: countByPlace(all),
        unscan: countByPlace(all.filter(({ latest_scan_time }) => latest_scan_time === 0)),
      };
    },
  },
};

/** `registriy` is the older spelling of the wire, which the answer still uses. */
function countByPlace(images: readonly HssImage[]): object {
  const registry = images.filter(({ where }) => where === "registry").length;
  return { local: images.length - registry, registriy: registry, registry, cicd: 0 };
}

function showRegistry({ registry_id, registry_name, registry_type, images_num }: HssRegistry, syncedAt: number) {
  return {
    id: registry_id,
    registry_name,
    registry_type,
    api_version: "V2",
    protocol: "https",
    registry_addr: `${registry_name.toLowerCase()}.example`,
    registry_username: "emulated",
    namespace: "",
    connect_cluster_id: "",
    get_scan_image_channel: "Swr",
    status: "success",
    fail_reason: "",
    images_num,
    latest_sync_time: Math.floor(syncedAt),
  };
}

/** Several types are written with commas between them. */
function splitTypes(query: Values): string[] | undefined {
  return (query["registry_type"] as string | undefined)?.split(",");
}

function requireTypes(query: Values): void {
  const unknown = splitTypes(query)?.find((type) => !registryTypes.includes(type));
  if (unknown !== undefined) throw invalid(`registry_type is not one of ${registryTypes.join(", ")}`);
}

function isAsked(row: ReturnType<typeof showRegistry>, query: Values): boolean {
  const { registry_name, registry_id, registry_addr, status } = query;
  return (
    [undefined, row.registry_name].includes(registry_name as string) &&
    [undefined, row.id].includes(registry_id as string) &&
    [undefined, row.registry_addr].includes(registry_addr as string) &&
    [undefined, row.status].includes(status as string) &&
    (splitTypes(query)?.includes(row.registry_type) ?? true)
  );
}
