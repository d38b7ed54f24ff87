import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HuaweiCloud } from "../huawei/huawei.js";
import { nameHssImage } from "../huawei/world.js";
import { nameRegistryImage } from "../tencent/registry-world.js";
import type { TencentCloud } from "../tencent/tencent.js";
import type { Target } from "../tencent/vulnerability-world.js";
import type { EmulatedCall } from "./calls.js";
import { type Fault, type Faults, faultKinds } from "./faults.js";
import type { Found } from "./findings.js";
import type { ReceivedRequest, Reply } from "./http.js";
import { type Presets, presetNames } from "./presets.js";
import { type Scan, scannedImages, secondsLeft } from "./scan.js";

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
  /** The faults that are still to happen. */
  readonly planned: readonly Fault[];
}

interface OverviewTask {
  readonly kind: string;
  readonly id: string;
  readonly begun: number;
  /** Names of the first images. */
  readonly images: readonly string[];
  readonly total: number;
  /** Number of images that were scanned. */
  readonly done: number;
  /** 0 to 100. Of a scan that ended early, the part that was scanned. */
  readonly percent: number;
  readonly secondsLeft: number;
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

/** The newest tasks that are shown, and the images that each of them names. */
const maxTasks = 50;
const maxNames = 4;

export interface Observed {
  readonly tencent: TencentCloud;
  readonly huawei: HuaweiCloud;
  readonly presets: Presets;
  readonly faults: Faults;
  readonly recent: readonly EmulatedCall[];
  readonly now: number;
}

export function overview({ tencent, huawei, presets, faults, recent, now }: Observed): Overview {
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
    planned: faults.list(),
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
  const all = [
    ...[...tencent.local.tasks.values()].map((task) =>
      describeTask("TCSS local", task.id, task, ({ name }) => name, now),
    ),
    ...[...tencent.registry.tasks.values()].map((task) =>
      describeTask("TCSS registry", String(task.id), task, nameRegistryImage, now),
    ),
    ...tencent.vulnerability.scans.map((scan) =>
      describeTask("TCSS vulnerability", `${scan.localId}, ${scan.registryId}`, scan, nameTarget, now),
    ),
    ...huawei.world.tasks.map((task) => describeTask(`HSS ${task.type}`, task.id, task, nameHssImage, now)),
  ];
  return all.sort((a, b) => b.begun - a.begun).slice(0, maxTasks);
}

function describeTask<Image>(
  kind: string,
  id: string,
  scan: Scan<Image>,
  name: (image: Image) => string,
  now: number,
): OverviewTask {
  const { images, begun, length, settled, end } = scan;
  const done = scannedImages(scan).length;
  const ended = end === "Success" ? 100 : Math.floor((100 * done) / Math.max(1, images.length));
  return {
    kind,
    id,
    begun,
    images: images.slice(0, maxNames).map(name),
    total: images.length,
    done,
    percent: settled ? ended : Math.min(99, Math.floor((100 * (now - begun)) / Math.max(1, length))),
    secondsLeft: secondsLeft(scan, now),
    ...(settled ? { end } : {}),
  };
}

function nameTarget({ local, registry }: Target): string {
  return registry === undefined ? (local?.name ?? "") : nameRegistryImage(registry);
}

function listImages(tencent: TencentCloud, huawei: HuaweiCloud): OverviewImage[] {
  const local = [...tencent.local.images.values()].map((image) => ({
    ...{ kind: "TCSS local", id: image.id, name: image.name, status: image.status },
    ...(image.scanTime === undefined ? {} : { findings: image.shown }),
  }));
  const registry = [...tencent.registry.images.values()].map((image) => ({
    ...{ kind: "TCSS registry", id: String(image.id), name: nameRegistryImage(image), status: image.status },
    ...(image.scanTime === undefined ? {} : { findings: image.shown }),
  }));
  const hss = [...huawei.world.images.values()].map((image) => ({
    ...{ kind: `HSS ${image.where}`, id: String(image.id), name: nameHssImage(image), status: image.scan_status },
    ...(image.latest_scan_time === 0 ? {} : { findings: image.shown }),
  }));
  return [...local, ...registry, ...hss];
}
