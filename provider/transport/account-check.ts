/** Fails where nothing may be asked or changed, at a moment in milliseconds since 1970. */
export type AccountCheck = (now: number) => Promise<void>;

/** A check that has to be passed once, before the first call. */
export class Guard {
  readonly #check: AccountCheck | undefined;
  #passed: Promise<void> | undefined;

  constructor(check: AccountCheck | undefined) {
    this.#check = check;
  }

  /** Resolves once it is passed. One that was not is tried anew: a failure may pass. */
  async passed(now: number): Promise<void> {
    this.#passed ??= this.#check?.(now) ?? Promise.resolve();
    try {
      await this.#passed;
    } catch (error) {
      this.#passed = undefined;
      throw error;
    }
  }
}
