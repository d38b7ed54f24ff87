import type { dynamic } from "@pulumi/pulumi";
import { taskKind } from "../kinds.js";
import { admit, type PassInputs } from "../lifecycle/gate-pass.js";
import { unjudgeable, waitTimeout } from "../lifecycle/task-inputs.js";
import { parseDuration } from "../model/gate-export.js";
import { taskTokens } from "../model/resource-types.js";
import { type Failure, findFailures, formatFailure, type InputRules, type Inputs } from "../validation/inputs.js";
import { anyListOf, type Check, text } from "../validation/rules.js";
import { thresholds } from "../validation/thresholds.js";
import { isUnknown, unknownValue } from "../validation/unknown.js";

// The gate and its pass as other languages declare them. In TypeScript, the program computes what the handlers take.

/** A gate or a pass, as far as its inputs differ from those of its handlers. */
export interface Adapter {
  readonly rules: InputRules;
  /** The inputs as the handlers take them, from inputs that the rules accept. */
  adapt(inputs: Inputs, urn: string): Inputs;
}

/** A task as it is published for gates. */
interface Gated {
  readonly name: string;
  readonly kind: string;
  readonly isAwaited: boolean;
  readonly submitted?: { readonly submission?: string; readonly request?: Inputs };
  readonly thresholds?: unknown;
}

const maxAge: Check = (value) =>
  typeof value === "string" && parseDuration(value) !== undefined ? undefined : "is not a time such as 24h, 30m or 7d";

const gatedTask: Check = (value) => {
  const { kind, isAwaited } = (value ?? {}) as Partial<Gated>;
  if (kind === undefined || !taskTokens.includes(kind)) return `is not a scan task; give the output "gated" of a task`;
  return isAwaited === true ? "waits for its scan by itself; declare it with wait: false" : undefined;
};

function parseMaxAge({ maxAge: given }: Inputs): number | undefined {
  return given === undefined || given === null ? undefined : parseDuration(String(given));
}

const passThrough = (inputs: Inputs): Inputs => inputs;

/** A `ScanGate`: its tasks get the thresholds of the gate if they have none. */
export const gateAdapter: Adapter = {
  rules: {
    properties: { tasks: anyListOf(gatedTask), thresholds, maxAge, waitTimeoutSeconds: waitTimeout },
    required: ["tasks"],
    crossFieldRules: ({ tasks, thresholds: fallback }) => findTaskProblems(tasks as readonly Gated[], fallback),
    normalize: passThrough,
  },
  adapt({ tasks, thresholds: fallback, waitTimeoutSeconds, ...rest }, urn) {
    const judged = isUnknown(tasks)
      ? tasks
      : (tasks as readonly Gated[]).map((task) => ({ ...task, thresholds: task.thresholds ?? fallback }));
    return { tasks: judged, maxAgeSeconds: parseMaxAge(rest), waitTimeoutSeconds, line: urn };
  },
};

function findTaskProblems(tasks: readonly Gated[], fallback: unknown): Failure[] {
  if (tasks.length === 0) return [{ property: "tasks", reason: "is empty" }];
  const submissions = tasks.map(({ submitted }) => submitted?.submission);
  return tasks.flatMap(({ name, kind, submitted, thresholds: own }, at) => {
    const reasons = [
      submissions.indexOf(submitted?.submission) < at ? `is "${name}" again; give each scan once` : undefined,
      unjudgeable({ ...submitted?.request, thresholds: own ?? fallback }, taskKind(kind).detectableFindings)[0]?.reason,
    ].filter((reason) => reason !== undefined);
    return reasons.map((reason) => ({ property: `tasks[${at}]`, reason }));
  });
}

/** A `ScanGatePass`: whether the gate passes is computed here. */
export const passAdapter: Adapter = {
  rules: {
    // The value of `scanGate` is not checked here: `admit` refuses a malformed one, and says why.
    properties: { scanGate: () => undefined, digests: anyListOf(text), maxAge, notBefore: text },
    required: ["scanGate"],
    crossFieldRules: () => [],
    normalize: passThrough,
  },
  adapt(inputs) {
    const { scanGate, digests, notBefore } = inputs;
    if (isUnknown(inputs)) return { verdict: unknownValue };
    const terms = {
      digest: (digests ?? undefined) as readonly string[] | undefined,
      maxAgeSeconds: parseMaxAge(inputs),
      notBefore: (notBefore ?? undefined) as string | undefined,
    };
    return { ...admit(scanGate, terms, Date.now()) } satisfies PassInputs as unknown as Inputs;
  },
};

/** Handlers whose inputs are adapted. The state keeps the inputs as the program gives them. */
export function withAdapter(
  handlers: dynamic.ResourceProvider,
  adapter: Adapter,
  urn: string,
): dynamic.ResourceProvider {
  const adapt = (inputs: Inputs) => adapter.adapt(inputs, urn);
  return {
    ...handlers,
    async check(_olds, news: Inputs) {
      const mistakes = findFailures(news, adapter.rules);
      if (mistakes.length > 0) {
        const failures = mistakes.map((failure) => ({ property: "", reason: formatFailure(failure) }));
        return { inputs: news, failures };
      }
      const { failures = [] } = (await handlers.check?.({}, adapt(news))) ?? {};
      return { inputs: news, failures };
    },
    diff: async (id, olds, news) => (await handlers.diff?.(id, olds, adapt(news))) ?? {},
    create: (inputs) => handlers.create(adapt(inputs)),
    update: async (id, olds, news) => (await handlers.update?.(id, olds, adapt(news))) ?? { outs: olds },
  };
}
