export type Status = "ok" | "warning" | "failed" | "not known";

export interface Judged {
  readonly status: Status;
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

/** One line of the doctor's answer. */
export interface Check extends Judged {
  /** Heading under which it stands. */
  readonly group: string;
  readonly name: string;
}

export const ok = (detail: string): Judged => ({ status: "ok", detail });
export const warning = (detail: string, advice: string): Judged => ({ status: "warning", detail, advice });
export const failed = (detail: string, advice: string): Judged => ({ status: "failed", detail, advice });
export const notKnown = (detail: string, advice?: string): Judged => ({ status: "not known", detail, advice });

/** The members of a list by a key, in the order in which the keys occur. */
export function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

/** Collects checks, under the heading that was begun last. */
export class Checks {
  readonly list: Check[] = [];
  #group: string;

  constructor(group: string) {
    this.#group = group;
  }

  begin(group: string): void {
    this.#group = group;
  }

  add(name: string, judged: Judged): void {
    this.list.push({ group: this.#group, name, ...judged });
  }
}
