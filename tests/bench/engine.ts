import { rmSync } from "node:fs";
import { Emulator } from "../../emulator/index.js";
import { credentialsOf, Stack } from "../support/stack.js";

/** Of each task: the component, its baseline, submission and wait. */
export const resourcesPerTask = 4;

export const imageOf = (at: number) => `sha256:${at.toString(16).padStart(64, "0")}`;

/** Scans of local images, each of an image of its own. */
export const scans = (count: number, more = "") => `
const scans = [];
for (let at = 0; at < ${count}; at++) scans.push(new tencent.LocalScanTask("scan-" + at, {
  images: ["sha256:" + at.toString(16).padStart(64, "0")],
  scanVul: true, scanVirus: true, scanRisk: true,
  ${more}
}));`;

/** As little as a dynamic resource can be. */
export const bare = (count: number) => `
const provider = { create: async (inputs) => ({ id: String(inputs.at), outs: inputs }) };
for (let at = 0; at < ${count}; at++) new pulumi.dynamic.Resource(provider, "bare-" + at, { at });`;

/** An emulated cloud with so many local images, each scanned a month ago, and without findings. */
export async function cloudWith(images: number, scanSeconds: number): Promise<Emulator> {
  const emulator = new Emulator({ scanSeconds });
  const clean = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };
  const before = { status: "SCANNED", scanTime: Date.now() - 30 * 86_400_000 } as const;
  for (let at = 0; at < images; at++) emulator.tencent.local.add({ id: imageOf(at), findings: clean, ...before });
  await emulator.listen();
  return emulator;
}

/** A stack as a user has it: progress is written as often as anywhere. */
export function stackOf(emulator: Emulator, program: string): Promise<Stack> {
  return Stack.create(emulator, program, { env: { ...credentialsOf(emulator), PULUMI_IMAGE_SCAN_LOG_SECONDS: "" } });
}

/** Seconds that one update takes. */
export async function secondsOfUp(stack: Stack): Promise<number> {
  const begun = performance.now();
  await stack.up();
  return (performance.now() - begun) / 1000;
}

/** Seconds of the first update of a program, in a stack that is thrown away. */
export async function secondsOfFirstUp(program: string, { images = 0, scanSeconds = 0 } = {}): Promise<number> {
  const emulator = await cloudWith(images, scanSeconds);
  const stack = await stackOf(emulator, program);
  try {
    return await secondsOfUp(stack);
  } finally {
    discard(stack);
    await emulator.close();
  }
}

/** Nothing outlives the emulator that it was for, so nothing has to be destroyed. */
export function discard(stack: Stack): void {
  rmSync(stack.folder, { recursive: true, force: true });
}
