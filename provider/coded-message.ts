import { type ErrorCode, withCode } from "./model/error-codes.js";
import type { CloudError, ErrorKind } from "./transport/errors.js";

const codes: Readonly<Record<ErrorKind, ErrorCode>> = {
  config: "IS-CONFIG",
  auth: "IS-AUTH",
  clock: "IS-CLOCK",
  throttled: "IS-THROTTLED",
  unavailable: "IS-UNAVAILABLE",
  ambiguous: "IS-LOST-ANSWER",
  busy: "IS-BUSY",
  quota: "IS-QUOTA",
  missing: "IS-MISSING",
  rejected: "IS-REJECTED",
  protocol: "IS-BAD-ANSWER",
};

/** The code that documents explain, for each kind of failed call. */
export function chooseCode(kind: ErrorKind): ErrorCode {
  return codes[kind];
}

/** The message of a failed call, with its code. */
export function codedMessage({ kind, message }: CloudError): string {
  return withCode(codes[kind], message);
}
