import assert from "node:assert/strict";
import type { ErrorKind } from "../../../provider/core/errors.js";
import { tencentError } from "../../../provider/tencent/errors.js";

const kindOf = (code: string) =>
  tencentError({ action: "A", code, message: "m", requestId: undefined, serverTime: undefined }).kind;

describe("tencentError", () => {
  const expected: Record<ErrorKind, string[]> = {
    auth: [
      "AuthFailure",
      "AuthFailure.SignatureFailure",
      "AuthFailure.TokenFailure",
      "UnauthorizedOperation",
      "InternalError.ErrRoleNotExist",
    ],
    clock: ["AuthFailure.SignatureExpire"],
    throttled: [
      "RequestLimitExceeded",
      "RequestLimitExceeded.UinLimitExceeded",
      "RequestLimitExceeded.IPLimitExceeded",
    ],
    ambiguous: ["InternalError", "InternalError.MainDBFail", "ServiceUnavailable", "InvalidParameter.RequestTimeout"],
    busy: ["FailedOperation.ErrAlreadyScanning", "ResourceInUse", "ResourceUnavailable"],
    quota: ["FailedOperation.AuthorizedNotEnough", "LimitExceeded"],
    missing: ["ResourceNotFound"],
    rejected: [
      "FailedOperation",
      "InvalidParameter",
      "InvalidParameter.InvalidFormat",
      "MissingParameter",
      "SomethingNew",
    ],
    config: [],
    unavailable: [],
    protocol: [],
  };
  for (const [kind, codes] of Object.entries(expected).filter(([, codes]) => codes.length > 0)) {
    it(`calls ${codes.join(", ")} ${kind}`, () => {
      assert.deepEqual(
        codes.map(kindOf),
        codes.map(() => kind),
      );
    });
  }

  it("is not misled by a code that is the name of something in JavaScript", () => {
    assert.equal(kindOf("constructor"), "rejected");
    assert.equal(kindOf("__proto__"), "rejected");
  });
});
