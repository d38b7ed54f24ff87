// What has been called, for tests and for who watches. An emulator may run for weeks, so only so much is kept.

const mostKept = 50_000;
const mostRecent = 25;

/** A call to either cloud, for who watches. */
export interface EmulatedCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cloud: "tencent" | "huawei";
  readonly action: string;
  /** The error code, the fault that it met, or "" for success. */
  readonly outcome: string;
}

export function keep<Call>(calls: Call[], call: Call): void {
  calls.push(call);
  if (calls.length > mostKept) calls.splice(0, mostKept / 2);
}

/** The last calls, whatever became of them. */
export class RecentCalls {
  readonly list: EmulatedCall[] = [];

  add(call: EmulatedCall): void {
    this.list.push(call);
    if (this.list.length > mostRecent) this.list.shift();
  }
}
