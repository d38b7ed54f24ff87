/**
 * Reads that wait for their turn. An equal read that comes meanwhile shares the answer, which is newer than both: many
 * tasks of one account ask the same.
 */
export class SharedReads {
  readonly #waiting = new Map<string, Promise<unknown>>();

  /** Asks when its turn comes, or shares the answer of an equal question that still waits. */
  read<T>(question: string, turn: () => Promise<void> | undefined, ask: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(question) as Promise<T> | undefined;
    if (waiting !== undefined) return waiting;
    const wait = turn();
    if (wait === undefined) return ask();
    const answer = wait.then(() => {
      this.#waiting.delete(question);
      return ask();
    });
    this.#waiting.set(question, answer);
    return answer;
  }
}
