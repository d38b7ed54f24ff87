import type { StateResource } from "../support/stack.js";
import type { Benchmark } from "./benchmark.js";
import { ourStack, type StackMaker, withStack } from "./engine.js";
import { usualStack } from "./usual.js";

interface Size {
  /** Bytes of state for a task, and of the longest text that stands for a provider. */
  readonly state: number;
  readonly text: number;
}

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const textOf = ({ inputs }: StateResource) => Buffer.byteLength(String(inputs?.["__provider"] ?? ""));

function sizeOf(make: StackMaker, tasks: number): Promise<Size> {
  return withStack(make, { images: tasks }, async (stack) => {
    await stack.up();
    const { resources } = await stack.deployment();
    const ofTasks = resources.filter(({ urn }) => /::scan-\d+$/.test(urn));
    if (ofTasks.length < tasks) throw new Error(`the state holds ${ofTasks.length} resources of ${tasks} tasks`);
    return {
      state: ofTasks.map(bytes).reduce((sum, one) => sum + one, 0) / tasks,
      text: Math.max(...ofTasks.map(textOf)),
    };
  });
}

export const stateBytes: Benchmark = {
  about: "state of a task and text of a provider, against the usual resource",
  async measure(scale) {
    const tasks = scale.size(10, 2);
    const ours = await sizeOf(ourStack(tasks), tasks);
    const reference = await sizeOf((emulator) => usualStack(emulator, tasks), tasks);
    return [
      { what: "text", ours: ours.text, reference: reference.text, unit: "B", goal: { of: "ours", most: 100 } },
      { what: "state", ours: ours.state, reference: reference.state, unit: "B", goal: { of: "ratio", most: 0.7 } },
    ];
  },
};
