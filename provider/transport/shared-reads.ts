/**
 * Reads that wait for their turn, by what they ask. Who asks the same meanwhile gets the same answer: it is younger
 * than his question, and many tasks of one account ask for the same.
 */
export class SharedReads {
  readonly #waiting = new Map<string, Promise<unknown>>();

  /** Asks once it is its turn, or takes part in a question that still waits for that. */
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
