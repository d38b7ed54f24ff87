import assert from "node:assert/strict";
import {
  count,
  estimate,
  fields,
  flag,
  InvalidAnswerError,
  identity,
  integer,
  listOf,
  number,
  readJson,
  type Shape,
  text,
  textOrNumber,
  time,
} from "../../../provider/transport/shape.js";

interface Case {
  readonly shape: Shape<unknown>;
  readonly taken: readonly unknown[];
  readonly refused: readonly unknown[];
}

const cases: Readonly<Record<string, Case>> = {
  text: { shape: text, taken: ["x", ""], refused: [1, true, [], {}] },
  flag: { shape: flag, taken: [true, false], refused: [0, "true", []] },
  number: { shape: number, taken: [1.5, -1], refused: ["1", Number.NaN, Number.POSITIVE_INFINITY, 1n] },
  count: { shape: count, taken: [0, 7], refused: [-1, 1.5, "1", 1e308, 1n] },
  time: { shape: time, taken: [0, 1_700_000_000_000], refused: [1e308, "2026-11-23", 1n] },
  integer: { shape: integer, taken: [-1, 1n, "12"], refused: [1.5, "x", "", 1e308] },
  identity: { shape: identity, taken: ["x", 12, 1n], refused: [1.5, true, {}] },
  textOrNumber: { shape: textOrNumber, taken: ["x", 1.5], refused: [true, [], {}] },
  list: { shape: listOf(text), taken: [[], ["x"]], refused: [{}, "x", [1], [null]] },
  object: { shape: fields({ a: text }), taken: [{}, { a: "x" }], refused: [[], "x", { a: 1 }] },
};

describe("the shape of an answer", () => {
  for (const [name, { shape, taken, refused }] of Object.entries(cases)) {
    it(`reads ${name}, treats null as absent, and refuses other values by path`, () => {
      for (const none of [undefined, null]) assert.equal(shape(none, "a.b"), undefined);
      for (const value of taken) assert.notEqual(shape(value, "a.b"), undefined);
      const isNamed = (error: unknown) => error instanceof InvalidAnswerError && error.message.startsWith("a.b");
      for (const value of refused) assert.throws(() => shape(value, "a.b"), isNamed);
    });
  }

  it("names a nested field of an answer", () => {
    const shape = fields({ List: listOf(fields({ Names: listOf(text) })) });
    assert.throws(
      () => readJson('{"List":[{"Names":["a"]},{"Names":["a",7]}]}', shape),
      /List\[1\]\.Names\[1\] is the number 7, not a text/,
    );
    assert.throws(() => readJson('{"List":[null]}', shape), /List\[0\] is missing/);
    assert.throws(() => readJson("null", shape), /it is empty/);
    assert.throws(() => readJson("<html>", shape), /it is not JSON/);
  });

  it("leaves out unknown and inherited members, and a prototype in an answer", () => {
    const read = readJson('{"a":"1","b":2,"__proto__":{"c":"3"}}', fields({ a: text, c: text, toString: text }));
    assert.deepEqual(read, { a: "1" });
    assert.equal(({} as { c?: string }).c, undefined);
  });

  it("removes control characters from texts, because a terminal would run them", () => {
    assert.equal(text("a\u001b[31mb\r\nc\u202ed", ""), "a [31mb c d");
    assert.equal(text("x".repeat(5_000), "")?.length, 4_001);
  });

  it("treats an estimate that is not a number as absent", () => {
    assert.deepEqual([estimate(3, ""), estimate("3", ""), estimate({}, "")], [3, undefined, undefined]);
  });

  it("keeps ids of 64 bits exactly, written as numbers or as texts", () => {
    const read = readJson('{"a":9223372036854775807,"b":"9223372036854775807"}', fields({ a: integer, b: integer }));
    assert.deepEqual(read, { a: 9223372036854775807n, b: 9223372036854775807n });
  });
});
