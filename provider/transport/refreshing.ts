/** Something that was issued, and the moment at which it expires. */
export interface Issued<T> {
  readonly value: T;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** A new one is issued this long before the present one expires, or in the last quarter of a short life. */
const marginMs = 10 * 60_000;

/** The pause between a renewal that failed and the next one. */
const pauseMs = 30_000;

interface Held<T> extends Issued<T> {
  readonly renewAt: number;
}

/** Keys of a role, or a token: they expire, and new ones are issued in time. Kept in memory only. */
export class Refreshing<T> {
  /** Who it is for, without a secret. */
  readonly identity: string;
  readonly #issue: (now: number) => Promise<Issued<T>>;
  #held: Promise<Held<T>> | undefined;

  constructor(identity: string, issue: (now: number) => Promise<Issued<T>>) {
    this.identity = identity;
    this.#issue = issue;
  }

  /** The present value. A new one is issued if there is none, or if it expires soon. */
  async get(now: number): Promise<T> {
    const held = this.#held;
    const known = await held?.catch(() => undefined);
    if (known !== undefined && now < known.renewAt) return known.value;
    // Of many callers at once only the first has a new one issued.
    if (this.#held === held) this.#held = this.#renew(now);
    const asked = performance.now();
    try {
      return (await (this.#held as Promise<Held<T>>)).value;
    } catch (error) {
      if (known === undefined || now >= known.endsAt) throw error;
      // The present one is still good. Later calls use it for a while, instead of waiting for another renewal.
      const failed = now + performance.now() - asked;
      this.#held = Promise.resolve({ ...known, renewAt: Math.min(known.endsAt, failed + pauseMs) });
      return known.value;
    }
  }

  /** Forgets a refused value, unless a newer one has replaced it. True, since another one can be issued. */
  async invalidate(refused: T): Promise<true> {
    const held = this.#held;
    const known = await held?.catch(() => undefined);
    if (this.#held === held && known?.value === refused) this.#held = undefined;
    return true;
  }

  async #renew(now: number): Promise<Held<T>> {
    const issued = await this.#issue(now);
    return { ...issued, renewAt: issued.endsAt - Math.min(marginMs, (issued.endsAt - now) / 4) };
  }
}
