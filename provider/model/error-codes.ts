/** Stable codes at the end of messages, such as `[IS-WAIT-TIMEOUT]`. docs/troubleshooting.md explains each. */
export const errorCodes = [
  "IS-ADOPT",
  "IS-AUTH",
  "IS-BAD-ANSWER",
  "IS-BUSY",
  "IS-CLOCK",
  "IS-CONFIG",
  "IS-IMAGE",
  "IS-LOST-ANSWER",
  "IS-MISSING",
  "IS-NOT-IDENTIFIED",
  "IS-NOT-STOPPED",
  "IS-NOT-SUBMITTED",
  "IS-QUOTA",
  "IS-REFUSED",
  "IS-REJECTED",
  "IS-RESULT",
  "IS-STARTED-BEFORE",
  "IS-THROTTLED",
  "IS-TWO-PROVIDERS",
  "IS-UNAVAILABLE",
  "IS-WAIT-TIMEOUT",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An error for the user, with a code that the documentation explains. */
export class CodedError extends Error {
  override readonly name = "CodedError";

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(withCode(code, message), options);
  }
}

/** Puts the code at the end, so that the message comes first. A message that ends with a code stays as it is. */
export function withCode(code: ErrorCode, message: string): string {
  return /\[IS-[A-Z-]+\]$/.test(message) ? message : `${message} [${code}]`;
}
