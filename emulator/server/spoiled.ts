import type { FaultKind } from "./faults.js";

type Member = readonly [name: string, value: unknown];

/** What becomes of one member of an answer; members of what it becomes are spoiled as well. */
const spoilers: Partial<Record<FaultKind, (member: Member) => unknown>> = {
  nulls: () => null,
  types: ([, value]) => otherType(value),
  words: ([name, value]) => (/status|state|result/i.test(name) ? otherWord(value) : value),
  counts: ([name, value]) => (isPart(name) && typeof value === "number" ? value + 7 : value),
  shift: ([name, value]) => (Array.isArray(value) && /^(List|data_list)$/.test(name) ? value.slice(1) : value),
};

function otherType(value: unknown): unknown {
  if (Array.isArray(value)) return { ...value };
  if (typeof value === "string") return /^\d{1,15}$/.test(value) ? Number(value) : 4_711;
  if (typeof value === "object" && value !== null) return [value];
  return value === null ? value : `<${String(value)}>`;
}

function otherWord(value: unknown): unknown {
  return typeof value === "string" ? "QUANTUM" : typeof value === "number" ? -77 : value;
}

/** A number that a sum is made of. */
function isPart(name: string): boolean {
  return /(cnt|count|_num)$/i.test(name) && !/total/i.test(name);
}

/** Whether a kind of fault is one of the answer's content. */
export function isSpoiling(kind: FaultKind): boolean {
  return spoilers[kind] !== undefined;
}

/** An answer with what is wrong with it; the envelope stays as it is. */
export function spoiled(answer: unknown, kind: FaultKind): unknown {
  const spoil = spoilers[kind];
  if (spoil === undefined || typeof answer !== "object" || answer === null) return answer;
  if (Array.isArray(answer)) return answer.map((row) => spoiled(row, kind));
  const members = Object.entries(answer).map(([name, value]) => {
    if (name === "Response") return [name, spoiled(value, kind)];
    return [name, name === "RequestId" ? value : spoiled(spoil([name, value]), kind)];
  });
  return Object.fromEntries(members) as unknown;
}
