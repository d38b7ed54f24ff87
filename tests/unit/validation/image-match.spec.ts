import assert from "node:assert/strict";
import fc from "fast-check";
import {
  describeNearest,
  differingParts,
  type NamedImage,
  nearestImages,
} from "../../../provider/validation/image-match.js";

const digest = `sha256:${"a".repeat(64)}`;

function image(repository: string, tag: string, more: Partial<NamedImage> = {}): NamedImage {
  return { registries: ["registry.example"], repository, tag, digests: [digest], ...more };
}

const images = [
  image("shop/api", "2.0.1"),
  image("shop/api", "1.9"),
  image("shop/web", "2.0.2"),
  image("tools/backup", "7"),
];

/** A slow judge of wildcards, beside the one that is tried. */
function isLikeByRegExp(text: string, pattern: string): boolean {
  const escaped = pattern.split("*").map((piece) => piece.replace(/[.\\+^$()[\]{}|?/-]/g, "\\$&"));
  return new RegExp(`^${escaped.join("[^]*")}$`).test(text);
}

describe("an image that is looked for", () => {
  it("matches by each part that is given, and by all of them", () => {
    const [one] = images as [NamedImage];
    assert.deepEqual(differingParts({}, one), []);
    assert.deepEqual(
      differingParts({ registry: "registry.example", repository: "shop/api", tag: "2.0.1", digest }, one),
      [],
    );
    assert.deepEqual(differingParts({ registry: "other.example" }, one), ["registry"]);
    assert.deepEqual(differingParts({ repository: "shop" }, one), ["name"]);
    assert.deepEqual(differingParts({ repository: "api" }, one), ["namespace"]);
    assert.deepEqual(differingParts({ tag: "2.0" }, one), ["tag"]);
    assert.deepEqual(differingParts({ digest: digest.replaceAll("a", "b") }, one), ["digest"]);
  });

  it("matches by wildcards as a regular expression says", () => {
    const texts = fc.stringMatching(/^[ab/.]{0,8}$/);
    const patterns = fc.stringMatching(/^[ab/.*]{0,6}$/);
    fc.assert(
      fc.property(texts, patterns, (text, tag) => {
        const isMatch = differingParts({ tag }, image("x", text)).length === 0;
        assert.equal(isMatch, isLikeByRegExp(text, tag), `${JSON.stringify(text)} by ${JSON.stringify(tag)}`);
      }),
      { numRuns: 2000 },
    );
  });

  for (const [pattern, expected] of [
    [
      { repository: "shop/api", tag: "2.0.2" },
      "no image shop/api:2.0.2; there is shop/api:2.0.1 (another tag), shop/api:1.9 (another tag)",
    ],
    [
      { repository: "shop/apo", tag: "1.9" },
      "no image shop/apo:1.9; there is shop/api:1.9 (another name), shop/api:2.0.1 (another name, another tag)",
    ],
    [{ repository: "backup", tag: "7" }, "no image backup:7; there is tools/backup:7 (another namespace)"],
    [
      { registry: "other.example", repository: "shop/web", tag: "2.0.2" },
      "no image other.example/shop/web:2.0.2; there is shop/web:2.0.2 (another registry)",
    ],
    [{ repository: "payments", tag: "1" }, "no image payments:1, and none like it among 4 images"],
  ] as const) {
    it(`names what comes close: ${expected.slice(0, 40)}`, () =>
      assert.equal(describeNearest(pattern, images), expected));
  }

  it("has three images close to it at most, and never one that matches", () => {
    const many = Array.from({ length: 50 }, (_, at) => image("shop/api", `1.${at}`));
    const near = nearestImages({ repository: "shop/api", tag: "1.7" }, many);
    assert.equal(near.length, 3);
    assert(near.every(({ image: { tag }, parts }) => tag !== "1.7" && parts.length > 0));
  });
});
