import { among, amongNumbers, between, boolean, required, text } from "../server/parameters.js";
import { stopScan } from "../server/scan.js";
import { invalid, notFound } from "./error.js";
import { filterImages } from "./image-filters.js";
import { imageOperations } from "./images.js";
import { type Call, isVisible, type Operation, readEnterprise, showPage, type Values } from "./operation.js";
import { registryOperations } from "./registries.js";
import { enterprise, imageInfo, page, queryInfo, registryTypes, scanScope } from "./rules.js";
import type { HssImage, HssTask } from "./world.js";

// The operations of HSS v5 on scans: their documented parameters and their effects.

export const huaweiOperations: Readonly<Record<string, Operation>> = {
  CreateManualImageScanTask: {
    method: "POST",
    path: "/image/image-scan/tasks",
    query: { ...enterprise, global_image_type: among("local", "local_image", "registry") },
    body: {
      scan_scope: scanScope,
      rate_limit: between(0, 1000),
      is_all: boolean,
      query_info: { type: "object", fields: queryInfo },
      image_info: { type: "list", of: { type: "object", fields: imageInfo } },
    },
    run: create,
  },
  ListImageScanTask: {
    method: "GET",
    path: "/image/tasks",
    query: {
      ...enterprise,
      ...page(10),
      type: required(among("image_scan", "image_sync")),
      global_image_type: among("local", "registry"),
      task_type: among("manual", "cycle", "manualSync", "autoSync"),
      task_name: text(256, 1),
      task_id: text(256, 1),
      create_time: between(0, 4_070_880_000_000),
      end_time: between(0, 4_070_880_000_000),
      task_status: among("scanning", "finished"),
      scan_scope: { ...scanScope, hex: true },
    },
    run: listTasks,
  },
  StopImageScanTask: {
    method: "PUT",
    path: "/image/image-scan/tasks/*/stop",
    query: enterprise,
    run({ world, path, query, now }) {
      const [id] = path;
      const task = world.tasks.find((one) => one.id === id && isVisible(one, query));
      if (task === undefined) throw notFound("The task");
      stopScan(task, now);
      return undefined;
    },
  },
  ListImageScanPolicy: {
    method: "GET",
    path: "/image/scanner-policies",
    query: {
      ...enterprise,
      global_image_type: among("local", "registry"),
      type: required(among("cycle", "manual")),
    },
    run({ world, query }) {
      const isPeriodic = query["type"] === "cycle" && query["global_image_type"] !== "local";
      // ModifyImageScanPolicy writes the periodic scan of registry images; the other policies are separate.
      const kind = isPeriodic ? "" : ` ${query["type"]} ${query["global_image_type"] ?? ""}`;
      const { selected, ...policy } = world.policyOf(readEnterprise(query) + kind);
      const registries = world.registries();
      const registry_list = registries.map(({ images_num: _, ...one }) => ({
        is_selected: selected.includes(one.registry_id),
        ...one,
      }));
      // Everything is written as 0x7fffffff, and read as 0x0fffff.
      return {
        is_all: selected.length === registries.length,
        ...policy,
        scan_scope: policy.scan_scope & 0xf_ffff,
        total_registry_num: registries.length,
        registry_list,
      };
    },
  },
  ModifyImageScanPolicy: {
    method: "PUT",
    path: "/image/scanner-policies",
    query: enterprise,
    body: {
      enabled: required(boolean),
      scan_cycle: required(amongNumbers(3, 7, 14)),
      scan_scope: required(scanScope),
      rate_limit: required(between(0, 1000)),
      time_scope: required(amongNumbers(0, 1, 3, 7)),
      registry_info: required({
        type: "list",
        of: {
          type: "object",
          fields: {
            registry_id: required(text(256, 1)),
            registry_name: required(text(256)),
            registry_type: required(among(...registryTypes)),
          },
        },
      }),
    },
    run({ world, query, body }) {
      const { registry_info, ...policy } = body as unknown as { registry_info: { registry_id: string }[] };
      const known = world.registries().map((registry) => registry.registry_id);
      const selected = registry_info.map((registry) => registry.registry_id);
      if (selected.some((id) => !known.includes(id))) throw notFound("The registry");
      const isAsKnown = (one: { registry_id: string; registry_type?: string }) =>
        world
          .registries()
          .some((own) => own.registry_id === one.registry_id && own.registry_type === one.registry_type);
      if (!registry_info.every(isAsKnown)) throw invalid("registry_type is not that of the registry");
      Object.assign(world.policyOf(readEnterprise(query)), policy, { selected });
      return undefined;
    },
  },
  ...imageOperations,
  ...registryOperations,
};

interface CreateBody {
  readonly scan_scope?: number;
  readonly rate_limit?: number;
  readonly is_all?: boolean;
  readonly query_info?: Readonly<Record<string, unknown>>;
  readonly image_info?: readonly Readonly<Record<string, unknown>>[];
}

function create({ world, query, body, now }: Call): undefined {
  const { scan_scope, rate_limit, is_all = false, query_info, image_info = [] } = body as CreateBody;
  const type =
    query["global_image_type"] === "local" || query["global_image_type"] === "local_image" ? "local" : "registry";
  if (!is_all && image_info.length === 0 && query_info === undefined) throw invalid("image_info is missing");
  const all = [...world.images.values()].filter((image) => image.where === type && isVisible(image, query));
  const images =
    image_info.length > 0 && !is_all
      ? image_info.map((info) => findImage(all, type, info))
      : filterImages(all, query_info);
  world.start(
    { type, enterprise: readEnterprise(query), scan_scope, rate_limit, is_all, images: [...new Set(images)] },
    now,
  );
}

/** What the vendor's SDK documents as needed. The page calls each field optional. */
const needed = {
  registry: [
    "id",
    "image_digest",
    "namespace",
    "image_name",
    "image_version",
    "registry_id",
    "registry_name",
    "registry_type",
  ],
  // The list of local images shows neither the id nor the registry.
  local: ["image_name", "image_version"],
} as const;

function findImage(images: readonly HssImage[], type: HssImage["where"], info: Values): HssImage {
  const missing = needed[type].find((name) => info[name] === undefined || info[name] === "");
  if (missing !== undefined) throw invalid(`image_info.${missing} is missing`);
  // A host is not a registry, and the pages do not document these two for hosts.
  const where = type === "local" ? [] : (["registry_id", "registry_name"] as const);
  const fields = [
    "image_id",
    "image_digest",
    "image_name",
    "image_version",
    "namespace",
    "registry_type",
    ...where,
  ] as const;
  const image = images.find(
    (one) =>
      (info["id"] === undefined || String(info["id"]) === String(one.id)) &&
      fields.every((name) => info[name] === undefined || info[name] === one[name]),
  );
  if (image === undefined) throw notFound("The image");
  return image;
}

function listTasks({ world, presets, query, now }: Call): object {
  const { offset, limit: _, ...filter } = query;
  if (offset !== undefined && offset !== 0 && presets.take("hss-shifting")) world.insertForeign(now);
  const isWanted = (task: HssTask) =>
    filter["type"] === "image_scan" &&
    now >= task.visible &&
    isVisible(task, query) &&
    (filter["task_type"] ?? "manual") === "manual" &&
    (filter["global_image_type"] ?? task.type) === task.type &&
    (filter["task_id"] ?? task.id) === task.id &&
    task.name.includes((filter["task_name"] as string | undefined) ?? "") &&
    (filter["scan_scope"] === undefined || filter["scan_scope"] === task.scan_scope) &&
    task.begun >= ((filter["create_time"] as number | undefined) ?? 0) &&
    (filter["end_time"] === undefined || (task.settled && task.ends <= (filter["end_time"] as number))) &&
    (filter["task_status"] === undefined || (filter["task_status"] === "finished") === task.settled);
  const tasks = world.tasks.filter(isWanted);
  if (!presets.has("hss-oldest-first")) tasks.reverse();
  return showPage(
    tasks.map((task) => world.showTask(task, now)),
    query,
  );
}
