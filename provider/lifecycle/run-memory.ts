/**
 * Facts that this process knows in this run of the engine. The engine does not tell a provider about the other
 * resources of a run. Deletes come last, so a delete can ask here about live resources.
 */
class Memory {
  readonly #seen = new Set<string>();

  add(...key: readonly (string | undefined)[]): void {
    this.#seen.add(joinKey(key));
  }

  has(...key: readonly (string | undefined)[]): boolean {
    return this.#seen.has(joinKey(key));
  }

  clear(): void {
    this.#seen.clear();
  }

  /** Removes the key. True if it was there. */
  take(...key: readonly (string | undefined)[]): boolean {
    return this.#seen.delete(joinKey(key));
  }
}

/** Clears all, as for another run of the engine. */
export function forgetAll(): void {
  const all = [
    unusedBaselines,
    declaredBaselines,
    claimedTasks,
    contestedImages,
    unresolvedScopes,
    endedTasks,
    liveSettings,
    replacementCauses,
  ];
  for (const memory of all) memory.clear();
}

function joinKey(parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts.map((part) => part ?? null));
}

/** Baselines that this process has read, and from which nothing was submitted yet. */
export const unusedBaselines = new Memory();
/** Baselines of tasks that the program wants, and that adopt none. */
export const declaredBaselines = new Memory();
/** Tasks that live resources of this run represent. */
export const claimedTasks = new Memory();
/** Images that live resources of this run scan. */
export const contestedImages = new Memory();
/** Scopes in which a request was accepted or lost, and its task is not identified yet. */
export const unresolvedScopes = new Memory();
/** Tasks whose end is in the state. */
export const endedTasks = new Memory();
/** Settings that a live resource of this run declares. */
export const liveSettings = new Memory();
/** Why a baseline is read if it is replaced, by its inputs. */
export const replacementCauses = new Map<string, string>();
