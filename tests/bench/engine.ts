import { rmSync } from "node:fs";
import { Emulator } from "../../emulator/index.js";
import { credentialsOf, Stack } from "../support/stack.js";
import type { Goal, Measured } from "./benchmark.js";
import { measurePairs, type Pair, shown, summarize } from "./measure.js";
import { cpuOfChildren } from "./processes.js";

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
const bare = (count: number) => `
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

/** Makes the stack of a program; the emulated cloud is its own. */
export type StackMaker = (emulator: Emulator) => Promise<Stack>;

/** A stack as a user has it: progress is written as often as anywhere. */
export function stackOf(emulator: Emulator, program: string): Promise<Stack> {
  return Stack.create(emulator, program, { env: { ...credentialsOf(emulator), PULUMI_IMAGE_SCAN_LOG_SECONDS: "" } });
}

export const ourStack =
  (count: number): StackMaker =>
  (emulator) =>
    stackOf(emulator, scans(count));

export const bareStack =
  (count: number): StackMaker =>
  (emulator) =>
    stackOf(emulator, bare(count));

/** What one update costs. */
export interface Cost {
  readonly seconds: number;
  /** Seconds of CPU of the CLI and of all that it has started. */
  readonly cpu: number;
}

export async function costOfUp(stack: Stack): Promise<Cost> {
  const [begun, before] = [performance.now(), cpuOfChildren()];
  await stack.up();
  return { seconds: (performance.now() - begun) / 1000, cpu: cpuOfChildren() - before };
}

/** A cloud of its own, and a stack in it; both are gone afterwards. */
export async function withStack<T>(
  make: StackMaker,
  { images, scanSeconds = 0 }: { readonly images: number; readonly scanSeconds?: number },
  work: (stack: Stack, emulator: Emulator) => Promise<T>,
): Promise<T> {
  const emulator = await cloudWith(images, scanSeconds);
  const stack = await make(emulator);
  try {
    return await work(stack, emulator);
  } finally {
    // Nothing outlives the emulator that it was for, so nothing has to be destroyed.
    rmSync(stack.folder, { recursive: true, force: true });
    await emulator.close();
  }
}

interface Goals {
  readonly seconds?: Goal | undefined;
  readonly cpu?: Goal | undefined;
}

/** Costs of updates in pairs, as one line for time and one for CPU. */
export async function compareUps(
  what: string,
  times: number,
  { ours, reference, goals }: Pair<() => Promise<Cost>> & { readonly goals: Goals },
): Promise<Measured[]> {
  const show = ({ seconds, cpu }: Cost) => `${shown(seconds)} s (CPU ${shown(cpu)} s)`;
  const pairs = await measurePairs(times, { ours, reference }, show);
  return (["seconds", "cpu"] as const).map((part) => ({
    what: part === "cpu" ? `${what}, CPU` : what,
    ...summarize(pairs.map((pair) => ({ ours: pair.ours[part], reference: pair.reference[part] }))),
    unit: "s",
    goal: goals[part],
  }));
}
