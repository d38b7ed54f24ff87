import { invalid, notFound } from "./huawei-error.js";
import { among, boolean, integer, type Rules, required, text } from "./huawei-params.js";
import {
  anyTime,
  enterprise,
  imageInfo,
  kinds,
  page,
  queryInfo,
  registryTypes,
  short,
  texts,
  windows,
} from "./huawei-rules.js";
import type { HssImage, HssTask, HssWorld } from "./huawei-world.js";
import type { Presets } from "./presets.js";

// The operations of HSS v5 on images: their parameters as documented, and what they do.

type Values = Readonly<Record<string, unknown>>;

export interface Call {
  readonly world: HssWorld;
  readonly presets: Presets;
  readonly now: number;
  readonly path: readonly string[];
  readonly query: Values;
  readonly body: Values;
}

export interface Operation {
  readonly method: "GET" | "POST" | "PUT";
  /** After `/v5/{project_id}`; `*` stands for a part that varies. */
  readonly path: string;
  readonly query: Rules;
  readonly body?: Rules;
  /** What is answered; nothing for an answer without a body. */
  run(call: Call): object | undefined;
}

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
  ListRegistry: {
    method: "GET",
    path: "/image/registries",
    query: { ...enterprise, ...page(1), registry_name: short, registry_type: among(...registryTypes) },
    run({ world }) {
      const data_list = world.registries().map((one) => ({ id: one.registry_id, status: "success", ...one }));
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

/** Without one, the default enterprise project: not all of them. */
function enterpriseOf(query: Values): string {
  return (query["enterprise_project_id"] as string | undefined) ?? "0";
}

function isVisible({ enterprise: own }: { readonly enterprise: string }, query: Values): boolean {
  const asked = enterpriseOf(query);
  return asked === "all_granted_eps" || own === asked;
}

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

/** Of a host, a pod or a container the emulator has none, so a filter by one matches nothing. */
const unmatched = /^(host|public|private|cluster|container|pod)_|^(app_name|local_image_type|instance_)/;

function matching(images: readonly HssImage[], info: Values = {}): HssImage[] {
  if (Object.keys(info).some((name) => unmatched.test(name))) return [];
  const { image_type, namespace, image_name, image_version, scan_status, has_vul } = info;
  return images.filter(
    (image) =>
      (image_type === undefined || kinds[image_type as string] === image.registry_type) &&
      (namespace === undefined || namespace === image.namespace) &&
      (image_name === undefined || image.image_name.includes(image_name as string)) &&
      (image_version === undefined || image_version === image.image_version) &&
      (scan_status === undefined || scan_status === image.scan_status) &&
      (has_vul === undefined || has_vul === image.vul_num > 0),
  );
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

function listImages(world: HssWorld, where: HssImage["where"], query: Values): object {
  const { offset = 0, limit = 10, sort_key, sort_dir } = query as Values & { offset?: number; limit?: number };
  const images = matching([...world.images.values()], { ...query, namespace: query["namespace"] })
    .filter((image) => image.where === where && isVisible(image, query))
    .sort((a, b) => (sort_key === "latest_scan_time" ? a.latest_scan_time - b.latest_scan_time : 0));
  if (sort_dir === "desc") images.reverse();
  const rows = images.slice(offset, offset + limit).map(({ where: _, outcome: __, enterprise: ___, ...row }) => row);
  return { total_num: images.length, data_list: rows };
}
