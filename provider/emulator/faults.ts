/** What goes wrong with an answer. */
export interface Fault {
  /** The action it happens to; every action where absent. */
  readonly action?: string;
  /**
   * `reset` closes the connection, `hang` never answers, `delay` answers after `ms`, `error` answers with `code`,
   * `status` answers with the HTTP status `status` and a page of HTML, `garbage` answers with half of the JSON.
   */
  readonly fault: "reset" | "hang" | "delay" | "error" | "status" | "garbage";
  /** Whether the action is executed all the same. Default false. */
  readonly executed?: boolean;
  /** How often it happens. Default 1. */
  readonly times?: number;
  /** Calls of the action that pass before. Default 0. */
  readonly after?: number;
  readonly ms?: number;
  readonly code?: string;
  readonly status?: number;
}

export class Faults {
  #planned: { fault: Fault; after: number; times: number }[] = [];

  plan(fault: Fault): void {
    this.#planned.push({ fault, after: fault.after ?? 0, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#planned = [];
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
      return plan.fault;
    }
    return undefined;
  }
}
