/**
 * The names of secret outputs, to which more are added where that turns out to be needed. The SDK reads the list when it
 * registers the resource, by when the promise is settled: the inputs come from resources that needed the same to be known.
 */
export function secretOutputs(
  names: readonly string[] | undefined,
  more: readonly string[],
  isNeeded: Promise<boolean>,
): string[] {
  const all = [...(names ?? [])];
  void isNeeded.then((is) => {
    if (is) all.push(...more);
  });
  return all;
}
