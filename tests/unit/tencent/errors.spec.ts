import assert from "node:assert/strict";
import { tencentActions } from "../../../emulator/tencent/tencent.js";
import { toTencentError } from "../../../provider/tencent/api/errors.js";
import { documentedErrors, kindsOfCodes } from "../../fixtures/documented-errors.js";

const errorOf = (code: string, action = "A") =>
  toTencentError({ action, code, message: "m", requestId: "r", serverTime: undefined });
const kindOf = (code: string) => Object.entries(kindsOfCodes).find(([, codes]) => codes.includes(code))?.[0];

describe("tencentError", () => {
  for (const [kind, codes] of Object.entries(kindsOfCodes)) {
    it(`calls ${codes.join(", ")} ${kind}`, () => {
      for (const code of codes) assert.equal(errorOf(code).kind, kind, code);
    });
  }

  for (const [action, codes] of Object.entries(documentedErrors)) {
    it(`types each code that ${action} documents, and names action, code and request id`, () => {
      assert(action in tencentActions);
      for (const code of codes) {
        const { kind, message } = errorOf(code, action);
        assert.equal(kind, kindOf(code), code);
        assert.match(message, new RegExp(`^${action}: m.*code ${code.replace(".", "\\.")}, request id r`));
      }
    });
  }

  it("calls an undocumented code rejected", () => {
    assert.equal(errorOf("SomethingNew").kind, "rejected");
    assert.equal(errorOf("AuthFailure.SomethingNew").kind, "auth");
  });

  it("calls a code with a JavaScript name, such as a method's, rejected", () => {
    assert.equal(errorOf("constructor").kind, "rejected");
    assert.equal(errorOf("__proto__").kind, "rejected");
  });
});
