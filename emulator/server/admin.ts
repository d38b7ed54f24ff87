import type { NewHssImage } from "../huawei/world.js";
import type { EmulatedImage } from "../tencent/local-world.js";
import type { NewRegistryImage } from "../tencent/registry-world.js";
import { type Observed, overview } from "./console.js";
import { readFault } from "./faults.js";
import { parseJson } from "./json.js";
import type { Params } from "./parameters.js";
import type { End, Scan } from "./scan.js";

// The administrative requests: tests and rehearsals read the emulator's state and change it through them.

type Admin = (emulator: Observed, body: unknown) => object;

const routes: Readonly<Record<string, Admin>> = {
  "GET /_emulator/state": ({ tencent, huawei }) => ({
    tencent: {
      setting: tencent.local.setting,
      images: [...tencent.local.images.values()],
      tasks: [...tencent.local.tasks.values()].map((task) => ({ id: task.id, ...showProgress(task) })),
      registry: {
        setting: tencent.registry.setting,
        images: [...tencent.registry.images.values()],
        tasks: [...tencent.registry.tasks.values()].map((task) => ({ id: task.id, ...showProgress(task) })),
      },
      vulnerabilityScans: tencent.vulnerability.scans.map(({ localId, registryId, begun, ends }) => ({
        localId,
        registryId,
        begun,
        ends,
      })),
      quota: { capacity: tencent.quota.capacity, used: tencent.quota.used },
    },
    huawei: {
      images: [...huawei.world.images.values()],
      tasks: huawei.world.tasks.map((task) => ({ id: task.id, type: task.type, ...showProgress(task) })),
      policies: Object.fromEntries(huawei.world.policies),
    },
  }),
  "GET /_emulator/overview": overview,
  "GET /_emulator/calls": ({ tencent, huawei }) => ({ tencent: tencent.calls, huawei: huawei.calls }),
  "POST /_emulator/faults": ({ faults }, body) => {
    for (const fault of [body].flat().map(readFault)) faults.plan(fault);
    return {};
  },
  "DELETE /_emulator/faults": ({ faults }) => {
    faults.clear();
    return {};
  },
  "GET /_emulator/presets": ({ presets }) => presets.list(),
  "POST /_emulator/presets": ({ presets }, body) => {
    for (const text of [body].flat() as string[]) presets.addText(text);
    return presets.list();
  },
  "DELETE /_emulator/presets": ({ presets }, body) => {
    if (body === undefined) presets.clear();
    for (const name of [body ?? []].flat()) presets.remove(String(name));
    return {};
  },
  "POST /_emulator/tencent/images": ({ tencent }, body) => {
    for (const image of [body].flat() as (Partial<EmulatedImage> & { id: string })[]) tencent.local.add(image);
    return {};
  },
  "POST /_emulator/tencent/registry-images": ({ tencent }, body) => {
    for (const image of [body].flat() as NewRegistryImage[]) tencent.registry.add(image);
    return {};
  },
  "POST /_emulator/huawei/images": ({ huawei }, body) => {
    for (const image of [body].flat() as NewHssImage[]) huawei.world.add(image);
    return {};
  },
  "POST /_emulator/tencent/setting": ({ tencent }, body) => {
    tencent.local.setting.values = body as Params;
    return {};
  },
  "POST /_emulator/tencent/scans": ({ tencent }, body) => planScans(tencent.local, body),
  "POST /_emulator/tencent/registry-scans": ({ tencent }, body) => planScans(tencent.registry, body),
  "POST /_emulator/tencent/vulnerability-scans": ({ tencent }, body) => planScans(tencent.vulnerability, body),
  "POST /_emulator/huawei/scans": ({ huawei }, body) => planScans(huawei.world, body),
  "DELETE /_emulator/tencent/tasks": ({ tencent }) => {
    tencent.forget();
    return {};
  },
};

function planScans(world: { scanMs: number; nextEnd: End | undefined }, body: unknown): object {
  const { seconds, nextEnd } = body as { seconds?: number; nextEnd?: End };
  if (seconds !== undefined) world.scanMs = seconds * 1000;
  if (nextEnd !== undefined) world.nextEnd = nextEnd;
  return {};
}

function showProgress({ images, begun, ends, done, end, settled }: Scan<{ readonly id: unknown }>): object {
  return { images: images.map((image) => image.id), begun, ends, done, end: settled ? end : undefined };
}

/** Runs an administrative request. Undefined if there is no such route. */
export function administer(emulator: Observed, method: string, path: string, body: string): object | undefined {
  const route = Object.hasOwn(routes, `${method} ${path}`) ? routes[`${method} ${path}`] : undefined;
  return route?.(emulator, body === "" ? undefined : parseJson(body));
}
