/** Something that was issued, and until when it is good. */
export interface Issued<T> {
  readonly value: T;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** It is issued anew this long before it ends, or in the last quarter of a short life. */
const marginMs = 10 * 60_000;

/** Between a renewal that failed and the next one. */
const pauseMs = 30_000;

interface Held<T> extends Issued<T> {
  readonly renewAt: number;
}

/** What ends, and is issued anew in time: keys of a role, or a token. Kept in memory alone. */
export class Refreshing<T> {
  /** Who it is for, without a secret. */
  readonly identity: string;
  readonly #issue: (now: number) => Promise<Issued<T>>;
  #held: Promise<Held<T>> | undefined;

  constructor(identity: string, issue: (now: number) => Promise<Issued<T>>) {
    this.identity = identity;
    this.#issue = issue;
  }

  /** The present one; a new one where there is none, or where it ends soon. */
  async get(now: number): Promise<T> {
    const held = this.#held;
    const known = await held?.catch(() => undefined);
    if (known !== undefined && now < known.renewAt) return known.value;
    // Of many who ask at once only the first has a new one issued.
    if (this.#held === held) this.#held = this.#renew(now);
    const asked = performance.now();
    try {
      return (await (this.#held as Promise<Held<T>>)).value;
    } catch (error) {
      if (known === undefined || now >= known.endsAt) throw error;
      // The present one is good yet; not every call may try for a new one, however long a try takes.
      const failed = now + performance.now() - asked;
      this.#held = Promise.resolve({ ...known, renewAt: Math.min(known.endsAt, failed + pauseMs) });
      return known.value;
    }
  }

  /** Forgets one that was refused, unless that has happened already. True, since another one can be issued. */
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
