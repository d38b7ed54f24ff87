/**
 * What this process has seen in this run of the engine. The engine does not tell a provider about
 * the other resources of a run, and deletes come last; so a delete asks here who else is alive.
 */
class Memory {
  readonly #seen = new Set<string>();

  add(...key: readonly (string | undefined)[]): void {
    this.#seen.add(keyOf(key));
  }

  has(...key: readonly (string | undefined)[]): boolean {
    return this.#seen.has(keyOf(key));
  }

  clear(): void {
    this.#seen.clear();
  }

  /** Forgets the key; true where it was there. */
  take(...key: readonly (string | undefined)[]): boolean {
    return this.#seen.delete(keyOf(key));
  }
}

/** What another run of the engine starts with. */
export function forgetAll(): void {
  const all = [
    unusedBaselines,
    declaredBaselines,
    claimedTasks,
    contestedImages,
    unresolvedScopes,
    endedTasks,
    liveSettings,
  ];
  for (const memory of all) memory.clear();
}

function keyOf(parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts.map((part) => part ?? null));
}

/** Baselines read by this process, behind which nothing has been submitted yet. */
export const unusedBaselines = new Memory();
/** Baselines of which the program wants the task itself, and none that is taken over by hand. */
export const declaredBaselines = new Memory();
/** Tasks that a live resource of this run stands for. */
export const claimedTasks = new Memory();
/** Images that a live resource of this run scans. */
export const contestedImages = new Memory();
/** Scopes in which a request was accepted a moment ago, and its task has not been found yet. */
export const unresolvedScopes = new Memory();
/** Tasks whose end is in the state. */
export const endedTasks = new Memory();
/** Settings that a live resource of this run declares. */
export const liveSettings = new Memory();
