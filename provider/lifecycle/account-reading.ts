import { writeJson } from "../transport/json.js";

interface Reading {
  readonly begun: number;
  readonly result: Promise<unknown>;
}

/** How long a reading is shared. The engine itself can take longer between a baseline and its submission. */
const shareableMs = 1_000;

let readings = new WeakMap<object, Map<string, Reading>>();

/**
 * Shares one reading of an account among baselines that need the same within a second. Otherwise a hundred tasks would
 * ask the same questions a hundred times, at 19 calls a second. A failed reading is not shared.
 */
export function readShared<T>(
  client: object,
  question: object,
  { now, read }: { readonly now: number; readonly read: () => Promise<T> },
): Promise<T> {
  const ofClient = readings.get(client) ?? new Map<string, Reading>();
  readings.set(client, ofClient);
  const key = writeJson(question);
  const shared = ofClient.get(key);
  if (shared !== undefined && now - shared.begun <= shareableMs) return shared.result as Promise<T>;
  const result = read();
  ofClient.set(key, { begun: now, result });
  result.catch(() => {
    if (ofClient.get(key)?.result === result) ofClient.delete(key);
  });
  return result;
}

/** Ends all sharing. Call it before and after this process changes what a reading shows. */
export function endSharing(): void {
  readings = new WeakMap();
}
