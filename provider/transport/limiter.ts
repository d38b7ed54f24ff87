import { type Clock, systemClock } from "./clock.js";

export interface Limit {
  readonly calls: number;
  readonly perMs: number;
}

/**
 * Spreads calls over time: at most `calls` of one key start in any window of `perMs`.
 * Callers are served in the order in which they ask.
 */
export class Limiter {
  readonly #starts = new Map<string, number[]>();
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Resolves when the next call of this key may start. Undefined if that is now. */
  waitForTurn(key: string, limit: Limit): Promise<void> | undefined {
    const now = this.#clock.now();
    const starts = this.#starts.get(key) ?? [];
    this.#starts.set(key, starts);
    const earliest = starts.length < limit.calls ? now : (starts[starts.length - limit.calls] as number) + limit.perMs;
    const start = Math.max(now, earliest);
    starts.push(start);
    if (starts.length > limit.calls) starts.shift();
    return start > now ? this.#clock.sleep(start - now) : undefined;
  }
}
