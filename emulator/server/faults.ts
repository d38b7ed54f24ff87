/** The kinds of faults, with their meaning; `sabotage` carries them out. */
export const faultKinds = {
  reset: "the connection breaks without an answer",
  refuse: "the connection breaks, and nothing listens for `ms` milliseconds",
  hang: "no answer ever comes",
  delay: "the answer comes after `ms` milliseconds",
  slow: "the answer comes in small pieces, over `ms` milliseconds",
  half: "the connection breaks in the middle of the answer",
  status: "a gateway answers with an HTTP error (`status`, default 502) and a page of HTML",
  error: "the cloud refuses the call with an error (`code`; Huawei Cloud also with `status`)",
  garbage: "the answer's JSON is cut off",
  empty: "the answer is JSON that the API never sends: an empty list",
  huge: "the answer has 20 MB",
  nulls: "every field of the answer is null",
  types: "numbers come as texts, texts as numbers, lists as objects",
  words: "statuses have undocumented words and numbers",
  counts: "numbers of images and findings do not add up",
  shift: "lists leave out their first row, as when rows move between two pages",
  forget: "the cloud forgets all its tasks",
} as const;

export type FaultKind = keyof typeof faultKinds;

/** One planned fault: its kind, and the answers that it affects. */
export interface Fault {
  readonly fault: FaultKind;
  /** The action it happens to; every action where absent. */
  readonly action?: string;
  /** Whether the action is still executed. Faults that change an answer or its speed always execute it. Default false. */
  readonly executed?: boolean;
  /** How often it happens. Default 1. */
  readonly times?: number;
  /** The number of calls of the action without the fault before it. Default 0. */
  readonly after?: number;
  /** Milliseconds, for faults that take time. Default 1000. */
  readonly ms?: number;
  readonly code?: string;
  readonly status?: number;
}

const settings: Readonly<Record<string, "text" | "number" | "flag">> = {
  action: "text",
  executed: "flag",
  times: "number",
  after: "number",
  ms: "number",
  code: "text",
  status: "number",
};

/** Reads the description of a fault. Throws if it is invalid. */
export function readFault(value: unknown): Fault {
  if (typeof value !== "object" || value === null) throw new Error("a fault is an object with the member fault");
  const { fault, ...rest } = value as Record<string, unknown>;
  if (typeof fault !== "string" || !Object.hasOwn(faultKinds, fault)) {
    throw new Error(`there is no fault ${JSON.stringify(fault)}; known: ${Object.keys(faultKinds).join(", ")}`);
  }
  for (const [name, setting] of Object.entries(rest)) {
    const kind = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (kind === undefined)
      throw new Error(`a fault has no setting ${name}; known: ${Object.keys(settings).join(", ")}`);
    const isRight = { text: typeof setting === "string", flag: typeof setting === "boolean", number: isCount(setting) };
    if (name === "status" && !((setting as number) >= 200 && (setting as number) <= 599))
      throw new Error(`status of a fault is ${JSON.stringify(setting)}, not 200 to 599`);
    if (!isRight[kind]) throw new Error(`${name} of a fault is ${JSON.stringify(setting)}, not a ${kind}`);
  }
  return { ...rest, fault } as Fault;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function meant(value: string): unknown {
  if (value === "true" || value === "false") return value === "true";
  return /^\d+$/.test(value) ? Number(value) : value;
}

/** `KIND[:ACTION][,NAME=VALUE]...`, such as `reset:CreateVulScanTask,executed=true`. */
export function parseFault(text: string): Fault {
  const [head = "", ...rest] = text.split(",");
  const [fault, action] = head.split(/:(.*)/s);
  const named = rest.map((part) => {
    const [name = "", value = ""] = part.split(/=(.*)/s);
    return [name, settings[name] === "text" ? value : meant(value)];
  });
  return readFault({ fault, ...(action === undefined ? {} : { action }), ...Object.fromEntries(named) });
}

export class Faults {
  #planned: { fault: Fault; after: number; times: number }[] = [];
  /** How many have happened. */
  injected = 0;

  plan(fault: Fault): void {
    this.#planned.push({ fault, after: fault.after ?? 0, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#planned = [];
  }

  /** The faults that are still to happen, each with the times that are left. */
  list(): Fault[] {
    return this.#planned.filter(({ times }) => times > 0).map(({ fault, times }) => ({ ...fault, times }));
  }

  /** The fault that happens to this call, if any. */
  next(action: string): Fault | undefined {
    for (const plan of this.#planned) {
      if (plan.fault.action !== undefined && plan.fault.action !== action) continue;
      if (plan.after > 0) {
        plan.after--;
        continue;
      }
      if (plan.times === 0) continue;
      plan.times--;
      this.injected++;
      return plan.fault;
    }
    return undefined;
  }
}
