/** What is known about the rest of a wait. */
export interface Outlook {
  readonly elapsedMs: number;
  /** The cloud's own estimate. Zero means that there is none. */
  readonly secondsLeft?: number | undefined;
  readonly percent?: number | undefined;
}

const shortestMs = 2_000;
const longestMs = 120_000;

/**
 * Milliseconds until the task is read again: half of the time that is expected to be left, so that readings become
 * frequent near the end. At most two minutes, or a fiftieth of the whole for long scans.
 */
export function choosePause(outlook: Outlook, random: () => number = Math.random): number {
  const leftMs = estimateLeft(outlook);
  const longest = leftMs === undefined ? 60_000 : Math.max(longestMs, (outlook.elapsedMs + leftMs) / 50);
  const wanted = leftMs === undefined ? Math.max(3_000, outlook.elapsedMs / 4) : leftMs / 2;
  const jitter = 0.9 + 0.2 * random();
  return Math.min(longest, Math.max(shortestMs, wanted)) * jitter;
}

function estimateLeft({ elapsedMs, secondsLeft, percent }: Outlook): number | undefined {
  const told = secondsLeft === undefined || secondsLeft <= 0 ? undefined : secondsLeft * 1000;
  const drawn =
    percent === undefined || percent <= 0 || percent >= 100 ? undefined : (elapsedMs * (100 - percent)) / percent;
  if (told === undefined || drawn === undefined) return told ?? drawn;
  return Math.min(told, drawn);
}
