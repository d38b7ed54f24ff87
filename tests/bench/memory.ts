import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Emulator } from "../../emulator/index.js";
import { Plugin } from "../support/plugin.js";
import type { Benchmark, Measured, Scale } from "./benchmark.js";
import { cloudWith, imageOf } from "./engine.js";
import { median, progress, shown } from "./measure.js";

const megabyte = 1024 * 1024;

const bareText = "exports.handler = () => ({ create: () => new Promise(() => undefined) })";
const provider = (name: string) => `exports.handler=()=>require("pulumi-image-scan/run")("${name}")`;

type Properties = Record<string, unknown>;

/** What the waits of so many running scans would be told. */
function waitsOf(emulator: Emulator, tasks: number): Properties[] {
  const { local } = emulator.tencent;
  return Array.from({ length: tasks }, (_, at) => {
    const image = local.images.get(imageOf(at));
    if (image === undefined) throw new Error(`there is no image ${at}`);
    const { id } = local.start({ images: [image], oneClick: true, parts: ["CVE"], timeoutSeconds: 86_400 }, Date.now());
    const request = { images: [image.id], scanVul: true };
    const reading = { serverTime: Date.now(), lastTaskId: "", newestScanTime: "", newestIds: [] };
    const identity = { submission: `submission-${at}`, origin: "submitted", task: { taskId: id }, fingerprint: "f" };
    return { submitted: { ...identity, request, reading } };
  });
}

/** Bytes that a process holds at most in a while in which it waits for all of these creates. */
async function peakOf(
  config: Record<string, string>,
  creates: readonly Properties[],
  seconds: number,
): Promise<number> {
  const plugin = await Plugin.start(config);
  try {
    const failed = creates.map((inputs) => plugin.create(inputs).then(() => undefined));
    const early = Promise.race(failed).then(() => {
      throw new Error("a wait has ended before its scan");
    });
    await Promise.race([setTimeout(seconds * 1000), early]);
    for (const one of failed) one.catch(() => undefined);
    return bytesOf(plugin.pid);
  } finally {
    await plugin.stop();
  }
}

function bytesOf(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kilobytes === undefined) throw new Error("the system does not tell how much memory a process has had");
  return Number(kilobytes) * 1024;
}

async function compared(
  what: string,
  scale: Scale,
  createsOf: (waits: readonly Properties[]) => Properties[],
): Promise<Measured> {
  const runs = scale.times(2);
  const tasks = scale.size(1_000, 20);
  // Long enough for each task to be looked at, with 19 calls a second.
  const seconds = scale.size(65, 5);
  const peaks: { readonly ours: number; readonly reference: number }[] = [];
  for (let at = 0; at < runs; at++) {
    const emulator = await cloudWith(tasks, 86_000);
    const { endpoint, secretId, secretKey } = emulator.address.tencent;
    const config = {
      "tencentcloud:endpoint": endpoint,
      "tencentcloud:secretId": secretId,
      "tencentcloud:secretKey": secretKey,
    };
    const creates = createsOf(waitsOf(emulator, tasks));
    // Memory is not in the other's way, so both run at once.
    const [ours, reference] = await Promise.all([
      peakOf(config, creates, seconds),
      peakOf(
        config,
        creates.map((inputs) => ({ ...inputs, __provider: bareText })),
        seconds,
      ),
    ]);
    await emulator.close();
    progress(`${what}, ${at + 1}/${runs}: ${shown(ours / megabyte)} against ${shown(reference / megabyte)}`);
    peaks.push({ ours: ours / megabyte, reference: reference / megabyte });
  }
  return {
    what,
    ours: median(peaks.map(({ ours }) => ours)),
    reference: median(peaks.map(({ reference }) => reference)),
    unit: "MB",
    goal: { of: "difference", most: 60 },
  };
}

export const memory: Benchmark = {
  about: "peak of the provider's process that waits for 1,000 scans, above one with bare dynamic resources",
  async measure(scale) {
    const gate = await compared("under a gate", scale, (waits) => {
      const gated = waits.map((wait, at) => ({
        ...wait,
        name: `scan-${at}`,
        kind: "tencent:LocalScanTask",
        thresholds: { critical: 0 },
      }));
      return [{ __provider: provider("image-scan:ScanGate"), tasks: gated }];
    });
    const waits = await compared("each by itself", scale, (all) =>
      all.map((wait) => ({ __provider: provider("tencent:LocalScanTask/wait"), ...wait })),
    );
    return [gate, waits];
  },
};
