import { setTimeout } from "node:timers/promises";

/** Waits until something holds, and says what did not after half a minute. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 30_000): Promise<void> {
  for (let tries = 0; tries < withinMs / 50; tries++) {
    if (await holds()) return;
    await setTimeout(50);
  }
  throw new Error(`in vain: ${what}`);
}
