/** No property has a longer name. */
const longestName = 60;

export function meant(property: string, known: readonly string[]): string {
  const name = nearest(property, known);
  return name === undefined ? "" : `; did you mean "${name}"?`;
}

/** The known name that a misspelt one is likely to stand for. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  const letters = (one: string) => one.toLowerCase().replace(/[^a-z0-9]|s$/g, "");
  const off = (one: string) => distance(letters(one), letters(name));
  const near = known.filter((one) => off(one) <= Math.min(2, one.length / 4));
  return near.sort((a, b) => off(a) - off(b))[0];
}

/** How many letters have to be changed, added or left out to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const same = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(same, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
