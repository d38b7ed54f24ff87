/** Does work once, for all who ask. Work that failed is done again for the next who asks: a failure may pass. */
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
