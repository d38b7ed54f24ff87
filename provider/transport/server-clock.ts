import type { Clock } from "./clock.js";
import { isCloudError } from "./errors.js";

/** The time for signatures: our clock, corrected by the difference that a refusal of the server has shown. */
export class ServerClock {
  readonly #clock: Clock;
  /** Milliseconds that the server's clock is ahead, known after it has refused a time stamp. */
  #skew = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.#skew;
  }

  /** Sends a call once more, by the server's clock, if its time stamp was refused: then it was not executed. */
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
