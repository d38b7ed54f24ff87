import assert from "node:assert/strict";
import { parseJson, toInteger, writeJson } from "../../../provider/transport/json.js";

describe("JSON for the APIs", () => {
  it("keeps large whole numbers exact, and does not change others", () => {
    const text = '{"id":9223372036854775807,"ids":[9007199254740993,42],"size":28.5,"big":1e300,"name":"7"}';
    const parsed = parseJson(text);
    assert.deepEqual(parsed, {
      id: 9223372036854775807n,
      ids: [9007199254740993n, 42],
      size: 28.5,
      big: 1e300,
      name: "7",
    });
    assert.equal(writeJson({ id: 9223372036854775807n, ids: [42] }), '{"id":9223372036854775807,"ids":[42]}');
  });

  it("writes identities as numbers", () => {
    assert.deepEqual(["8741110", "9007199254740993"].map(toInteger), [8_741_110, 9007199254740993n]);
  });
});
