import assert from "node:assert/strict";
import { PartialFailure } from "../../provider/lifecycle/partial-failure.js";
import { CloudError } from "../../provider/transport/errors.js";

/** An error that we made for a reader, and none that the language throws where code is wrong. */
export function requireOurs(error: unknown): asserts error is Error {
  assert(error instanceof Error);
  const isOurs = error instanceof CloudError || error instanceof PartialFailure || error.constructor === Error;
  assert(isOurs, `a ${error.name}: ${error.stack}`);
}
