import type { FaultKind } from "./faults.js";

type Member = readonly [name: string, value: unknown];

/** How each kind changes one member of an answer; members inside the result are changed as well. */
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

/** A number that is a part of a sum. */
function isPart(name: string): boolean {
  return /(cnt|count|_num)$/i.test(name) && !/total/i.test(name);
}

/** Whether a kind of fault changes the content of an answer. */
export function changesContent(kind: FaultKind): boolean {
  return spoilers[kind] !== undefined;
}

/** The answer with the fault in its content. The envelope does not change. */
export function spoil(answer: unknown, kind: FaultKind): unknown {
  const change = spoilers[kind];
  if (change === undefined || typeof answer !== "object" || answer === null) return answer;
  if (Array.isArray(answer)) return answer.map((row) => spoil(row, kind));
  const members = Object.entries(answer).map(([name, value]) => {
    if (name === "Response") return [name, spoil(value, kind)];
    return [name, name === "RequestId" ? value : spoil(change([name, value]), kind)];
  });
  return Object.fromEntries(members) as unknown;
}
