import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HuaweiCloud } from "../huawei/huawei.js";
import type { TencentCloud } from "../tencent/tencent.js";
import type { EmulatedCall } from "./calls.js";
import { type Faults, faultKinds } from "./faults.js";
import type { Found } from "./findings.js";
import type { ReceivedRequest, Reply } from "./http.js";
import { type Presets, presetNames } from "./presets.js";
import type { Scan } from "./scan.js";

// The emulator's web page, and the data for it.

/** The page's files are beside the compiled code, in the package and in a checkout. */
const folder = join(__dirname, "..", "..", "..", "emulator", "console");
const files: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["index.html", "text/html"],
  "/_emulator/console.css": ["console.css", "text/css"],
  "/_emulator/console.js": ["console.js", "text/javascript"],
};
/** Only these files run in the page, and no other page may frame it. */
const policy =
  "default-src 'none'; img-src data:; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/** A file of the page. Undefined for any other request, such as a signed call to a cloud. */
export function consoleFile({ method, path, query, headers }: ReceivedRequest): Reply | undefined {
  const [file, type] = (Object.hasOwn(files, path) ? files[path] : undefined) ?? [];
  const isCall = path === "/" && (headers.authorization !== undefined || headers["x-tc-action"] !== undefined);
  if (file === undefined || method !== "GET" || query !== "" || isCall) return undefined;
  return {
    status: 200,
    headers: {
      "Content-Type": `${type}; charset=utf-8`,
      "Content-Security-Policy": policy,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
    body: readFileSync(join(folder, file), "utf8"),
  };
}

/** The data of the page; all times in milliseconds since 1970. */
export interface Overview {
  readonly now: number;
  readonly site: "intl" | "cn";
  readonly quota: { readonly capacity: number; readonly used: number };
  readonly settings: readonly { readonly name: string; readonly enabled: boolean; readonly values: object }[];
  readonly tasks: readonly OverviewTask[];
  readonly images: readonly OverviewImage[];
  /** The latest first. */
  readonly calls: readonly EmulatedCall[];
  readonly presets: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly on: false | "everywhere" | readonly string[];
  }[];
  readonly faults: readonly { readonly kind: string; readonly meaning: string }[];
}

interface OverviewTask {
  readonly kind: string;
  readonly id: string;
  readonly begun: number;
  readonly total: number;
  readonly done: number;
  /** 0 to 100. */
  readonly percent: number;
  /** Its end; absent while it runs. */
  readonly end?: string;
}

interface OverviewImage {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** Absent if it was never scanned. */
  readonly findings?: Found;
}

/** The newest tasks that are shown. */
const maxTasks = 50;

export interface Observed {
  readonly tencent: TencentCloud;
  readonly huawei: HuaweiCloud;
  readonly presets: Presets;
  readonly faults: Faults;
  readonly recent: readonly EmulatedCall[];
  readonly now: number;
}

export function overview({ tencent, huawei, presets, recent, now }: Observed): Overview {
  tencent.advance(now);
  huawei.world.advance(now);
  const on = presets.list();
  return {
    now,
    site: tencent.site,
    quota: { capacity: tencent.quota.capacity, used: tencent.quota.used },
    settings: listSettings(tencent, huawei),
    tasks: listTasks(tencent, huawei, now),
    images: listImages(tencent, huawei),
    calls: recent.toReversed(),
    presets: Object.entries(presetNames).map(([name, meaning]) => ({ name, meaning, on: on[name] ?? false })),
    faults: Object.entries(faultKinds).map(([kind, meaning]) => ({ kind, meaning })),
  };
}

function listSettings(tencent: TencentCloud, huawei: HuaweiCloud): Overview["settings"] {
  const ofTencent = { "TCSS, local images": tencent.local.setting, "TCSS, registries": tencent.registry.setting };
  const ofHuawei = [...huawei.world.policies].map(([project, values]) => {
    const name = `HSS, registries${project === "0" ? "" : ` (enterprise project ${project})`}`;
    return { name, enabled: values.enabled, values };
  });
  const rows = Object.entries(ofTencent).map(([name, { values }]) => ({
    name,
    enabled: values["Enable"] === true,
    values,
  }));
  return [...rows, ...ofHuawei];
}

function listTasks(tencent: TencentCloud, huawei: HuaweiCloud, now: number): OverviewTask[] {
  const told = (kind: string, id: string | number, scan: Scan<unknown>): OverviewTask => ({
    kind,
    id: String(id),
    begun: scan.begun,
    total: scan.images.length,
    done: scan.done,
    percent: scan.settled ? 100 : Math.min(99, Math.floor((100 * (now - scan.begun)) / Math.max(1, scan.length))),
    ...(scan.settled ? { end: scan.end } : {}),
  });
  const all = [
    ...[...tencent.local.tasks.values()].map((task) => told("TCSS local", task.id, task)),
    ...[...tencent.registry.tasks.values()].map((task) => told("TCSS registry", task.id, task)),
    ...tencent.vulnerability.scans.map((scan) =>
      told("TCSS vulnerability", `${scan.localId}, ${scan.registryId}`, scan),
    ),
    ...huawei.world.tasks.map((task) => told(`HSS ${task.type}`, task.id, task)),
  ];
  return all.sort((a, b) => b.begun - a.begun).slice(0, maxTasks);
}

function listImages(tencent: TencentCloud, huawei: HuaweiCloud): OverviewImage[] {
  const local = [...tencent.local.images.values()].map(({ id, name, status, scanTime, shown }) => ({
    ...{ kind: "TCSS local", id, name, status },
    ...(scanTime === undefined ? {} : { findings: shown }),
  }));
  const registry = [...tencent.registry.images.values()].map(
    ({ id, namespace, name, tag, status, scanTime, shown }) => ({
      ...{ kind: "TCSS registry", id: String(id), name: `${namespace}/${name}:${tag}`, status },
      ...(scanTime === undefined ? {} : { findings: shown }),
    }),
  );
  const hss = [...huawei.world.images.values()].map((image) => ({
    kind: `HSS ${image.where}`,
    id: String(image.id),
    name: `${image.namespace === "" ? "" : `${image.namespace}/`}${image.image_name}:${image.image_version}`,
    status: image.scan_status,
    ...(image.latest_scan_time === 0 ? {} : { findings: image.shown }),
  }));
  return [...local, ...registry, ...hss];
}
