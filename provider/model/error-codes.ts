/**
 * Stable codes at the end of messages, such as `[IS-TASK-RUNNING]`, to search for. docs/troubleshooting.md explains each.
 */
export const errorCodes = [
  "IS-ADOPT",
  "IS-AUTH",
  "IS-BAD-ANSWER",
  "IS-BUSY",
  "IS-CLOCK",
  "IS-CONFIG",
  "IS-LOST-ANSWER",
  "IS-MISSING",
  "IS-NOT-IDENTIFIED",
  "IS-NOT-STOPPED",
  "IS-NOT-SUBMITTED",
  "IS-QUOTA",
  "IS-REJECTED",
  "IS-RESULT",
  "IS-STARTED-BEFORE",
  "IS-THROTTLED",
  "IS-UNAVAILABLE",
  "IS-WAIT-TIMEOUT",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** A message for the reader, with a code that documents explain. */
export class CodedError extends Error {
  override readonly name = "CodedError";

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(withCode(code, message), options);
  }
}

/** Puts the code at the end, where it does not hide what the message says. */
export function withCode(code: ErrorCode, message: string): string {
  return /\[IS-[A-Z-]+\]$/.test(message) ? message : `${message} [${code}]`;
}
