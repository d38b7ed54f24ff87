import assert from "node:assert/strict";
import { tc3Authorization } from "../../../provider/tencent/api/sign.js";
import { tc3Vectors } from "../../fixtures/tc3-vectors.js";

describe("tc3Authorization", () => {
  for (const { name, request, credentials, signature } of tc3Vectors) {
    it(`signs ${name}`, () => {
      assert.equal(/Signature=(\w+)$/.exec(tc3Authorization(request, credentials))?.[1], signature);
    });
  }

  it("names credential, scope by the UTC date, and signed headers", () => {
    const vector = tc3Vectors.find(({ name }) => name === "TCSS, domestic");
    assert(vector !== undefined);
    assert.equal(
      tc3Authorization(vector.request, vector.credentials),
      `TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2023-11-14/tcss/tc3_request, SignedHeaders=content-type;host, Signature=${vector.signature}`,
    );
  });
});
