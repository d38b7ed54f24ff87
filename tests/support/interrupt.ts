import { readdirSync, readFileSync } from "node:fs";
import type { CallEvent, Emulator } from "../../emulator/index.js";
import type { Run, Stack } from "./stack.js";
import { until } from "./until.js";

export const ways = [
  "one Ctrl-C",
  "two Ctrl-C",
  "a SIGKILL of the CLI",
  "a SIGKILL of the provider",
  "a SIGKILL of all processes",
] as const;

/** A stack, by the folder that has its home. */
type Place = Pick<Stack, "folder">;

export type Way = (typeof ways)[number];

/** Why these tests cannot run here, if so. */
export const cannotInterrupt =
  process.platform === "linux" ? undefined : "the processes of a stack are found in /proc, which is on Linux only";

/** Runs the CLI, and interrupts it in this way at the first event that is the moment. */
export async function interrupted(
  stack: Stack,
  args: readonly string[],
  {
    emulator,
    way,
    moment,
  }: { readonly emulator: Emulator; readonly way: Way; readonly moment: (event: CallEvent) => boolean },
): Promise<Run> {
  const { process: cli, done } = stack.start(...args);
  let hasStruck = false;
  const unwatch = emulator.watch((event) => {
    if (hasStruck || !moment(event)) return;
    hasStruck = true;
    strike(stack, cli.pid as number, way);
  });
  const run = await done;
  unwatch();
  if (!hasStruck) throw new Error(`the moment never came:\n${run.output}`);
  await awaitEnd(stack);
  return run;
}

/** The end of all that a killed engine has left. Pulumi's own language host outlives it. Our provider must end by itself. */
export async function awaitEnd(stack: Place): Promise<void> {
  for (const { pid, command } of processesOf(stack))
    if (command.includes("pulumi-language")) process.kill(pid, "SIGKILL");
  await until("the provider's process to end", () => providersOf(stack).length === 0, 10_000);
}

function strike(stack: Stack, cli: number, way: Way): void {
  if (way === "a SIGKILL of the CLI") process.kill(cli, "SIGKILL");
  else if (way === "a SIGKILL of the provider") for (const { pid } of providersOf(stack)) process.kill(pid, "SIGKILL");
  else if (way === "a SIGKILL of all processes") for (const { pid } of processesOf(stack)) process.kill(pid, "SIGKILL");
  else {
    process.kill(cli, "SIGINT");
    // A second one a moment later ends the CLI, unless the first one was enough.
    if (way === "two Ctrl-C") setTimeout(() => isAlive(stack, cli) && process.kill(cli, "SIGINT"), 300);
  }
}

function isAlive(stack: Stack, cli: number): boolean {
  return processesOf(stack).some(({ pid }) => pid === cli);
}

/** An update whose CLI gets a SIGKILL at a moment, with its lock taken away. */
export async function killedUp(stack: Stack, emulator: Emulator, moment: (event: CallEvent) => boolean): Promise<void> {
  await interrupted(stack, ["up", "--yes", "--skip-preview"], { emulator, way: "a SIGKILL of the CLI", moment });
  await stack.succeed("cancel", "--yes");
}

function providersOf(stack: Place) {
  return processesOf(stack).filter(({ command }) => /dynamic-provider|plugin\/main/.test(command));
}

/** All that was started for a stack, by the home that only its processes have. */
function processesOf(stack: Place): { readonly pid: number; readonly command: string }[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(`PULUMI_HOME=${stack.folder}/`)) return [];
      return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") }];
    } catch {
      // It has ended since, or is somebody else's.
      return [];
    }
  });
}
