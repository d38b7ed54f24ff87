import type { Clock } from "../../provider/transport/clock.js";

/** A clock on which six hours pass in no time. */
export class FakeClock implements Clock {
  readonly slept: number[] = [];
  #now: number;
  readonly #hooks: (() => Promise<void>)[] = [];

  constructor(now = Date.parse("2026-11-22T10:00:00Z")) {
    this.#now = now;
  }

  now = (): number => this.#now;

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.#now += ms;
    const hooks = this.#hooks.splice(0);
    for (const hook of hooks) await hook();
    // Lets others run in between, as a real pause does.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Runs something after the next pause. */
  once(hook: () => Promise<void>): void {
    this.#hooks.push(hook);
  }

  pass(ms: number): void {
    this.#now += ms;
  }
}
