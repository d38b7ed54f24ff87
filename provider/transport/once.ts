/** Does the work once, and gives its result to each caller. If the work fails, the next call does it again. */
export function once<Args extends unknown[], T>(work: (...args: Args) => Promise<T>): (...args: Args) => Promise<T> {
  let result: Promise<T> | undefined;
  return (...args) => {
    result ??= work(...args).catch((error: unknown) => {
      result = undefined;
      throw error;
    });
    return result;
  };
}
