const digest = /sha256:[0-9a-f]{64}(?![0-9a-f])/gi;
/** No value that a program deploys is nested more deeply. */
const maxDepth = 32;

/** The digests that a value names, anywhere in it: in `registry.example/app@sha256:…`, or in a list of such texts. */
export function findDigests(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [...value.matchAll(digest)].map(([found]) => found.toLowerCase());
  if (typeof value !== "object" || value === null || depth > maxDepth) return [];
  const members = value instanceof Map || value instanceof Set ? [...value].flat() : Object.values(value);
  return [...new Set(members.flatMap((member) => findDigests(member, depth + 1)))];
}
