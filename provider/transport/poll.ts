/** What the cloud tells about the rest of a scan. Zero seconds are no estimate. */
export interface Estimates {
  readonly secondsLeft?: number | undefined;
  readonly percent?: number | undefined;
}

/** No estimate has been told yet, or it says nothing. */
const nothing = Number.NEGATIVE_INFINITY;

/**
 * When a scan will end, as far as the cloud's estimates tell. An estimate counts from the look that saw it first: a
 * percentage stands still between two images, and a count of minutes for a minute.
 */
export class Forecast {
  #start: { readonly at: number; readonly percent: number } | undefined;
  #bySeconds = { told: 0, end: nothing };
  #byPercent = { told: 0, end: nothing };

  note({ secondsLeft = 0, percent = 0 }: Estimates, now: number): void {
    this.#start ??= { at: now, percent };
    if (secondsLeft !== this.#bySeconds.told) {
      this.#bySeconds = { told: secondsLeft, end: now + secondsLeft * 1000 };
    }
    if (percent !== this.#byPercent.told) this.#byPercent = { told: percent, end: this.#extrapolate(percent, now) };
  }

  /** Only the progress since the first look counts: the scan may have begun long before it. */
  #extrapolate(percent: number, now: number): number {
    if (this.#start === undefined || percent <= this.#start.percent) return nothing;
    return now + ((now - this.#start.at) * (100 - percent)) / (percent - this.#start.percent);
  }

  /** Milliseconds that are left by the earlier estimate; nothing where each is absent or has passed. */
  leftMs(now: number): number | undefined {
    const ends = [this.#bySeconds.end, this.#byPercent.end].filter((end) => end > now);
    return ends.length === 0 ? undefined : Math.min(...ends) - now;
  }
}

const shortestMs = 2_500;
/** The longest pause without an estimate, and with one. */
const unknownMs = 60_000;
const longestMs = 120_000;
/** An estimate may be wrong: it is trusted for as long as the wait has lasted, and for this long at first. */
const trustedMs = 60_000;
/** A pause is at most this part of the whole scan, which is also how late its end may be seen. */
const part = 1 / 40;

export interface Outlook {
  /** Since the first look. */
  readonly elapsedMs: number;
  /** Where that can be estimated. */
  readonly leftMs?: number | undefined;
}

/**
 * Milliseconds until the next look: half of the time that is expected to be left, so that looks become frequent near
 * the end.
 */
export function choosePause({ elapsedMs, leftMs }: Outlook, random: () => number = Math.random): number {
  const wanted =
    leftMs === undefined
      ? Math.min(elapsedMs * part, unknownMs)
      : Math.min(leftMs / 2, Math.max(elapsedMs, trustedMs), Math.max((elapsedMs + leftMs) * part, longestMs));
  const jitter = 0.9 + 0.2 * random();
  return Math.max(wanted, shortestMs) * jitter;
}
