import type { Clock } from "./clock.js";
import { isCloudError } from "./errors.js";

/** The time by the server's clock, as far as it is known to differ from ours: a signature carries it. */
export class ServerClock {
  readonly #clock: Clock;
  /** Milliseconds that the server's clock is ahead, once it has refused a time stamp. */
  #skew = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.#skew;
  }

  /** A call that was refused for its time stamp was not executed, so it goes out once more, by the server's clock. */
  async retryCorrected<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (!isCloudError(error, "clock") || error.serverTime === undefined) throw error;
      this.#skew = error.serverTime - this.#clock.now();
      return attempt();
    }
  }
}
