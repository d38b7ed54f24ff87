/** What `pulumi stack output` shows in place of a secret, unless it is run with `--show-secrets`. */
const mask = "[secret]";

/** The paths at which a value is masked; "" for the value itself. */
export function findMasked(value: unknown, path: readonly string[] = []): string[] {
  if (value === mask) return [path.join(".")];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => findMasked(member, [...path, name]));
}

/** The value without its masked parts. */
export function removeMasked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.filter((member) => member !== mask).map(removeMasked);
  const shown = Object.entries(value).filter(([, member]) => member !== mask);
  return Object.fromEntries(shown.map(([name, member]) => [name, removeMasked(member)]));
}
