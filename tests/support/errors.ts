import assert from "node:assert/strict";
import { PartialFailure } from "../../provider/lifecycle/partial-failure.js";
import { CodedError } from "../../provider/model/error-codes.js";
import { CloudError } from "../../provider/transport/errors.js";

/** An error that we made for a reader, and none that the language throws where code is wrong. */
export function requireOurs(error: unknown): asserts error is Error {
  assert(error instanceof Error);
  const own = [CloudError, CodedError, PartialFailure];
  const isOurs = own.some((one) => error instanceof one) || error.constructor === Error;
  assert(isOurs, `a ${error.name}: ${error.stack}`);
}
