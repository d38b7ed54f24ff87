import { type Clock, systemClock } from "./clock.js";
import { CloudError, type ErrorKind } from "./errors.js";

/**
 * What a call does at the cloud, which decides whether it may be repeated:
 * `read` changes nothing, `overwrite` may be sent again with the same result,
 * `submit` starts something that costs quota each time it is executed.
 */
export type Effect = "read" | "overwrite" | "submit";

interface Patience {
  readonly attempts: number;
  /** The longest first pause in milliseconds. The bound doubles with each pause, up to `capMs`. */
  readonly baseMs: number;
  readonly capMs: number;
}

/** A server that asks for a longer pause than this gets this one. */
const longestAskedMs = 60_000;

const short: Patience = { attempts: 4, baseMs: 1_000, capMs: 8_000 };
const long: Patience = { attempts: 12, baseMs: 1_000, capMs: 20_000 };
const repeatable: Partial<Record<ErrorKind, Patience>> = {
  throttled: long,
  unavailable: short,
  ambiguous: short,
  protocol: { ...short, attempts: 2 },
};

/** A submit is repeated only when the cloud surely did not execute it. */
const policy: Record<Effect, Partial<Record<ErrorKind, Patience>>> = {
  read: repeatable,
  overwrite: repeatable,
  submit: { throttled: long, unavailable: short },
};

export interface RetryOptions {
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * Runs `attempt` until it succeeds or must not be repeated. Pauses are drawn from the full width of the backoff,
 * and begin after the pause that the server asks for.
 */
export async function retry<T>(effect: Effect, attempt: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { clock = systemClock, random = Math.random } = options;
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const patience = error instanceof CloudError ? policy[effect][error.kind] : undefined;
      if (patience === undefined || failures >= patience.attempts) throw error;
      const askedMs = Math.min(longestAskedMs, (error as CloudError).retryAfterMs ?? 0);
      await clock.sleep(askedMs + random() * Math.min(patience.capMs, patience.baseMs * 2 ** (failures - 1)));
    }
  }
}
