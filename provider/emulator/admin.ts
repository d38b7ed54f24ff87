import type { Fault, Faults } from "./faults.js";
import type { EmulatedImage, End } from "./local-world.js";
import type { Params } from "./parameters.js";
import type { TencentCloud } from "./tencent.js";

// What tests and rehearsals need beside the API: a look behind the counter, and a hand on the world.

export interface Administered {
  readonly tencent: TencentCloud;
  readonly faults: Faults;
}

type Admin = (emulator: Administered, body: unknown) => object;

const routes: Readonly<Record<string, Admin>> = {
  "GET /_emulator/state": ({ tencent }) => ({
    tencent: {
      setting: tencent.world.setting,
      images: [...tencent.world.images.values()],
      tasks: [...tencent.world.tasks.values()].map(({ id, images, begun, ends, end, done, settled }) => ({
        id,
        images: images.map((image) => image.id),
        begun,
        ends,
        done,
        end: settled ? end : undefined,
      })),
    },
  }),
  "GET /_emulator/calls": ({ tencent }) => ({ tencent: tencent.calls }),
  "POST /_emulator/faults": ({ faults }, body) => {
    for (const fault of [body].flat() as Fault[]) faults.plan(fault);
    return {};
  },
  "DELETE /_emulator/faults": ({ faults }) => {
    faults.clear();
    return {};
  },
  "POST /_emulator/tencent/images": ({ tencent }, body) => {
    for (const image of [body].flat() as (Partial<EmulatedImage> & { id: string })[]) tencent.world.add(image);
    return {};
  },
  "POST /_emulator/tencent/setting": ({ tencent }, body) => {
    tencent.world.setting.values = body as Params;
    return {};
  },
  "POST /_emulator/tencent/scans": ({ tencent }, body) => {
    const { seconds, nextEnd } = body as { seconds?: number; nextEnd?: End };
    if (seconds !== undefined) tencent.world.scanMs = seconds * 1000;
    if (nextEnd !== undefined) tencent.world.nextEnd = nextEnd;
    return {};
  },
  "DELETE /_emulator/tencent/tasks": ({ tencent }) => {
    tencent.world.tasks.clear();
    return {};
  },
};

/** Runs an administrative request; nothing where there is no such route. */
export function administer(emulator: Administered, method: string, path: string, body: string): object | undefined {
  const route = Object.hasOwn(routes, `${method} ${path}`) ? routes[`${method} ${path}`] : undefined;
  return route?.(emulator, body === "" ? undefined : JSON.parse(body));
}
