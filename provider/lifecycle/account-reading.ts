import { writeJson } from "../transport/json.js";

interface Reading {
  readonly begun: number;
  readonly result: Promise<unknown>;
}

/** For how long a reading serves other tasks. The engine itself may take longer between a baseline and its submission. */
const shareableMs = 1_000;

let readings = new WeakMap<object, Map<string, Reading>>();

/**
 * One reading of an account serves the baselines of all tasks that ask the same within a second: a hundred tasks would
 * else ask the same questions a hundred times, at 19 calls a second. A failed reading serves nobody else.
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

/** Ends all sharing, because this process is about to change what a reading shows. */
export function endSharing(): void {
  readings = new WeakMap();
}
