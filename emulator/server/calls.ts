// The record of calls, for tests and for the page. An emulator may run for weeks, so the record is bounded.

const mostKept = 50_000;
const mostRecent = 25;

/** A call to either cloud, as the page shows it. */
export interface EmulatedCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cloud: "tencent" | "huawei";
  readonly action: string;
  /** The error code, the injected fault, or "" for success. */
  readonly outcome: string;
}

export function keep<Call>(calls: Call[], call: Call): void {
  calls.push(call);
  if (calls.length > mostKept) calls.splice(0, mostKept / 2);
}

/** The last calls, refused and failed ones included. */
export class RecentCalls {
  readonly list: EmulatedCall[] = [];

  add(call: EmulatedCall): void {
    this.list.push(call);
    if (this.list.length > mostRecent) this.list.shift();
  }
}
