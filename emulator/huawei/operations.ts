import { invalid, notFound } from "./error.js";
import { imageOperations, matching } from "./images.js";
import { type Call, enterpriseOf, isVisible, type Operation, type Values } from "./operation.js";
import { among, boolean, integer, required, text } from "./params.js";
import { enterprise, imageInfo, page, queryInfo, registryTypes, short } from "./rules.js";
import type { HssImage, HssTask } from "./world.js";

// The operations of HSS v5 on scans: their parameters as documented, and what they do.

export const huaweiOperations: Readonly<Record<string, Operation>> = {
  CreateManualImageScanTask: {
    method: "POST",
    path: "/image/image-scan/tasks",
    query: { ...enterprise, global_image_type: among("local", "local_image", "registry") },
    body: {
      scan_scope: integer(0, 2_147_483_647),
      rate_limit: integer(0, 1000),
      is_all: boolean,
      query_info: { type: "object", fields: queryInfo },
      image_info: { type: "list", of: imageInfo },
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
      create_time: integer(0, 4_070_880_000_000),
      end_time: integer(0, 4_070_880_000_000),
      task_status: among("scanning", "finished"),
      scan_scope: integer(0, 2_147_483_647),
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
      world.stop(task, now);
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
      // What is written is the periodic scan of registry images; the others stand apart.
      const kind = isPeriodic ? "" : ` ${query["type"]} ${query["global_image_type"] ?? ""}`;
      const { selected, ...policy } = world.policyOf(enterpriseOf(query) + kind);
      const registries = world.registries();
      const registry_list = registries.map((one) => ({ is_selected: selected.includes(one.registry_id), ...one }));
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
      scan_cycle: required({ type: "integer", min: 3, max: 14, of: [3, 7, 14] }),
      scan_scope: required(integer(0, 2_147_483_647)),
      rate_limit: required(integer(0, 1000)),
      time_scope: required({ type: "integer", min: 0, max: 7, of: [0, 1, 3, 7] }),
      registry_info: required({
        type: "list",
        of: {
          registry_id: required(text(256, 1)),
          registry_name: required(text(256)),
          registry_type: required(among(...registryTypes)),
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
      Object.assign(world.policyOf(enterpriseOf(query)), policy, { selected });
      return undefined;
    },
  },
  ...imageOperations,
  ListRegistry: {
    method: "GET",
    path: "/image/registries",
    query: { ...enterprise, ...page(1), registry_name: short, registry_type: among(...registryTypes) },
    run({ world, now }) {
      const sync = { status: "success", latest_sync_time: Math.floor(world.syncedAt ?? now) };
      const data_list = world.registries().map((one) => ({ id: one.registry_id, ...sync, ...one }));
      return { total_num: data_list.length, data_list };
    },
  },
  ShowImagePayPerScanStatistics: {
    method: "GET",
    path: "/image/pay-per-scan/statistics",
    query: enterprise,
    run: ({ world: { paid } }) => ({
      repository_scan_num: paid.repository,
      cicd_scan_num: paid.cicd,
      free_quota_num: 0,
      already_given: false,
      image_free_quota: 0,
      // The spelling of the wire.
      vulnerability: { local: 0, registriy: 0, cicd: 0 },
    }),
  },
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
    image_info.length > 0 && !is_all ? image_info.map((info) => named(all, info)) : matching(all, query_info);
  world.start(
    { type, enterprise: enterpriseOf(query), scan_scope, rate_limit, is_all, images: [...new Set(images)] },
    now,
  );
}

function named(images: readonly HssImage[], info: Values): HssImage {
  const isNamed = info["id"] !== undefined || info["image_id"] !== undefined || info["image_name"] !== undefined;
  if (!isNamed) throw invalid("an item of image_info names no image");
  const isLocal = info["registry_type"] === "Local";
  // A host is no registry: what stands there as its id is not documented.
  const where = isLocal ? (["registry_type"] as const) : (["registry_id", "registry_type"] as const);
  const fields = ["image_id", "image_digest", "image_name", "image_version", "namespace", ...where] as const;
  const image = images.find(
    (one) =>
      (info["id"] === undefined || String(info["id"]) === String(one.id)) &&
      fields.every((name) => info[name] === undefined || info[name] === one[name]),
  );
  if (image === undefined) throw notFound("The image");
  return image;
}

function listTasks({ world, presets, query, now }: Call): object {
  const { offset = 0, limit = 10, ...filter } = query as { offset?: number; limit?: number } & Values;
  if (offset > 0 && presets.take("hss-shifting")) world.insertForeign(now);
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
  return {
    total_num: tasks.length,
    data_list: tasks.slice(offset, offset + limit).map((task) => world.rowOf(task, now)),
  };
}
