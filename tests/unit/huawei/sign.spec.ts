import assert from "node:assert/strict";
import { sdkDate, sdkHmacAuthorization } from "../../../provider/huawei/api/sign.js";
import { sha256Hex } from "../../../provider/transport/digest.js";
import { sdkHmacVectors } from "../../fixtures/sdk-hmac-vectors.js";

describe("sdkHmacAuthorization", () => {
  for (const { name, request, keys, signature } of sdkHmacVectors) {
    it(`signs ${name}`, () => {
      const { body = "", ...rest } = request;
      const authorization = sdkHmacAuthorization({ ...rest, payloadHash: sha256Hex(body) }, keys);
      const names = Object.keys(request.headers).sort().join(";");
      assert.equal(
        authorization,
        `SDK-HMAC-SHA256 Access=${keys.accessKey}, SignedHeaders=${names}, Signature=${signature}`,
      );
    });
  }

  it("writes the date in the form of the signature", () => {
    assert.equal(sdkDate(Date.parse("2026-01-02T03:04:05.678Z")), "20260102T030405Z");
  });
});
