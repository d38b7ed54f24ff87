import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from "../../../provider/validation/image-reference.js";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

const part = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,2})[a-z0-9]{1,4}){0,2}$/);
/** The first part of a path is no registry: it has no dot, and is not "localhost". */
const firstPart = fc
  .stringMatching(/^[a-z0-9]{1,8}((_|__|-{1,2})[a-z0-9]{1,4}){0,2}$/)
  .filter((one) => one !== "localhost");
const host = fc.oneof(
  fc.constantFrom("localhost", "localhost:5000", "registry:5000", "[::1]:5000", "10.0.0.1", "REGISTRY"),
  fc.stringMatching(/^[a-z0-9]{1,8}\.[a-z]{2,5}(:[1-9]\d{0,3})?$/),
);
const reference = fc.record(
  {
    registry: host,
    repository: fc
      .tuple(firstPart, fc.array(part, { maxLength: 3 }))
      .map(([first, rest]) => [first, ...rest].join("/")),
    tag: fc.stringMatching(/^\w[\w.-]{0,20}$/),
    digest: fc.stringMatching(/^sha256:[0-9a-f]{64}$/),
  },
  { requiredKeys: ["repository"], noNullPrototype: true },
) as fc.Arbitrary<ImageReference>;

describe("an image as people write it", () => {
  it("is read into the parts it was written from, whatever they are", () => {
    const bareId = (one: ImageReference) => /^(sha256:)?[0-9a-f]{64}$/.test(formatImageReference(one));
    fc.assert(
      fc.property(
        reference.filter((one) => !bareId(one)),
        (one) => assert.deepEqual(parseImageReference(formatImageReference(one)), one),
      ),
    );
  });

  it("is read back the same, or refused with one plain sentence, whatever the text", () => {
    const texts = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[a-zA-Z0-9:@/._-]{0,40}$/));
    fc.assert(
      fc.property(texts, (text) => {
        let read: ImageReference;
        try {
          read = parseImageReference(text);
        } catch (error) {
          assert.match((error as Error).message, /^(is|has|contains|begins) [^\n]+$/);
          return;
        }
        assert.equal(formatImageReference(read), text);
      }),
      { numRuns: 500 },
    );
  });

  for (const [text, expected] of [
    ["nginx", { repository: "nginx" }],
    ["api:2.0.1", { repository: "api", tag: "2.0.1" }],
    // Docker reads it so as well: without a slash there is no registry.
    ["localhost:5000", { repository: "localhost", tag: "5000" }],
    ["localhost/api", { registry: "localhost", repository: "api" }],
    ["shop/api", { repository: "shop/api" }],
    ["registry.example/shop/api:2.0.1", { registry: "registry.example", repository: "shop/api", tag: "2.0.1" }],
    [`registry:5000/api@${digest}`, { registry: "registry:5000", repository: "api", digest }],
    [`shop/api:2@${digest}`, { repository: "shop/api", tag: "2", digest }],
  ] as const) {
    it(`has the parts that Docker sees: ${text.slice(0, 40)}`, () =>
      assert.deepEqual(parseImageReference(text), expected));
  }

  for (const [text, reason] of [
    ["", /^is empty; write an image such as/],
    ["  ", /^is empty/],
    ["shop/api 2", /^contains a blank/],
    ["https://user:secret@registry.example/shop/api", /^is a URL/],
    [digest, /^is only an id or a digest/],
    [digest.slice(7), /^is only an id or a digest/],
    ["shop/API:1", /^has an upper-case letter/],
    ["shop//api", /^has a bad name/],
    ["registry.example/", /^has no name of a repository/],
    ["reg_istry.example/api", /^begins with a registry that is not a host name/],
    ["shop/api:", /^has a bad tag/],
    [`shop/api:${"1".repeat(129)}`, /^has a bad tag/],
    ["shop/api@sha256:12", /^has a digest that is not/],
    [`shop/api@${digest}@${digest}`, /^has more than one "@"/],
  ] as const) {
    it(`is refused in plain words: ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(
        () => parseImageReference(text),
        ({ message }: Error) => {
          assert.match(message, reason);
          assert.doesNotMatch(message, /secret/);
          return true;
        },
      );
    });
  }
});
