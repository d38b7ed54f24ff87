import assert from "node:assert/strict";
import { admit, passProvider, type Terms } from "../../../provider/lifecycle/gate-pass.js";
import { buildExport, parseDuration, type ScanGateExport } from "../../../provider/model/gate-export.js";
import { FakeClock } from "../../support/fake-clock.js";

const now = Date.parse("2026-11-22T10:00:00Z");
const digest = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;
const gate: ScanGateExport = {
  schema: 1,
  verdict: "PASS",
  reason: "the scan is within the thresholds",
  status: "SUCCEEDED",
  taskIds: ["41033"],
  subject: { total: 1, digests: [digest] },
  counts: { critical: 0 },
  finishedAt: "2026-11-22T09:00:00Z",
  inputsHash: "0",
  approved: { [digest]: { digest } },
};
const terms: Terms = { digest, maxAgeSeconds: 2 * 3600 };

describe("the check of a gate's export", () => {
  it("accepts a recent enough PASS on the same images", () => {
    assert.deepEqual(admit(gate, terms, now), {
      verdict: "PASS",
      digest,
      taskIds: ["41033"],
      finishedAt: "2026-11-22T09:00:00Z",
      expiresAt: "2026-11-22T11:00:00.000Z",
    });
  });

  const fail: ScanGateExport = { ...gate, verdict: "FAIL", reason: "web: 1 critical, and 0 allowed" };
  const { finishedAt: _, ...unfinished } = gate;
  const refused: readonly (readonly [what: string, exported: unknown, terms: Terms, why: RegExp])[] = [
    ["nothing", undefined, terms, /there is no scanGate/],
    ["null", null, terms, /there is no scanGate/],
    ["a text", "PASS", terms, /not a scanGate of schema 1/],
    ["another schema", { ...gate, schema: 2 }, terms, /not a scanGate of schema 1/],
    [
      "all outputs of a stack",
      { scanGate: gate },
      terms,
      /schema 1; there is one in it: read only the output scanGate/,
    ],
    ["a part of it", { schema: 1, verdict: "PASS" }, terms, /not a scanGate of schema 1/],
    ["a fail, with its reason", fail, terms, /its verdict is FAIL: web: 1 critical, and 0 allowed/],
    ["an inconclusive one", { ...gate, verdict: "INCONCLUSIVE" }, terms, /its verdict is INCONCLUSIVE/],
    [
      "a PASS of scans that failed",
      { ...gate, status: "FAILED" },
      terms,
      /its verdict is PASS, but its scans ended FAILED/,
    ],
    ["a word that there is not", { ...gate, verdict: "pass" }, terms, /its verdict is pass/],
    [
      "another image",
      gate,
      { ...terms, digest: other },
      /about other images: sha256:b+ is not one of the 1 digests that it names/,
    ],
    [
      "another image, with what else it may be",
      gate,
      { ...terms, digest: other },
      /multi-platform image has one digest for its index and one for each platform, .*local image is known by its id/,
    ],
    [
      "an image that a list which leaves some out does not name",
      { ...gate, subject: { total: 700, digests: [digest], digestsOmitted: 200 } },
      { ...terms, digest: other },
      /^it does not know whether sha256:b+ was scanned: .*at most 500 .*100 images of a scan, and leaves out 200 images/,
    ],
    ["the mask of a secret", "[secret]", terms, /shows "\[secret\]" instead .*--show-secrets/],
    ["one with a masked part", { ...gate, subject: "[secret]" }, terms, /--show-secrets/],
    ["a part of the images", gate, { ...terms, digest: [digest, other] }, /about other images/],
    [
      "one that is too old",
      gate,
      { ...terms, maxAgeSeconds: 60 },
      /finished at 2026-11-22T09:00:00Z, more than 60 s ago/,
    ],
    ["one from before", gate, { ...terms, notBefore: "2026-11-22T09:30:00Z" }, /before 2026-11-22T09:30:00.000Z/],
    ["one that expired", { ...gate, expiresAt: "2026-11-22T09:59:59Z" }, terms, /expired at 2026-11-22T09:59:59Z/],
    ["an expiry that is no time", { ...gate, expiresAt: "soon" }, terms, /expired at soon/],
    ["one from the future", { ...gate, finishedAt: "2026-11-22T11:00:00Z" }, terms, /in the future/],
    ["one without an end", unfinished, terms, /the end time of its scans is not known/],
    ["an end that is no time", { ...gate, finishedAt: "yesterday" }, terms, /the end time of its scans is not known/],
    ["an empty list of digests", gate, { ...terms, digest: [] }, /digest is an empty list/],
    ["a digest that is none", gate, { ...terms, digest: "latest" }, /digest is "latest", not sha256:/],
    ["an empty digest", gate, { ...terms, digest: "" }, /digest is "", not sha256:/],
    ["a digest that turned out to be nothing", gate, { ...terms, digest: null }, /the required digest turned out/],
    ["a notBefore that turned out to be nothing", gate, { ...terms, notBefore: null }, /the required notBefore/],
    ["a notBefore that only JavaScript takes", gate, { ...terms, notBefore: "build 7" }, /notBefore is "build 7", not/],
    ["a notBefore without an offset", gate, { ...terms, notBefore: "2026-11-22T08:00:00" }, /not a time such as/],
    [
      "an end without an offset",
      { ...gate, finishedAt: "2026-11-22T09:00:00" },
      terms,
      /end time of its scans is not known/,
    ],
    ["a notBefore that is no time", gate, { ...terms, notBefore: "" }, /notBefore is "", not a time/],
  ];
  for (const [what, exported, asked, why] of refused) {
    it(`refuses ${what}`, () => {
      const { verdict, reason } = admit(exported, asked, now);
      assert.notEqual(verdict, "PASS");
      assert.match(reason ?? "", why);
    });
  }

  it("reports all reasons of a refusal", () => {
    const { reason } = admit(fail, { digest: other, maxAgeSeconds: 1 }, now);
    assert.match(reason ?? "", /its verdict is FAIL.*; it is about other images.*; it finished at/);
  });

  it("accepts an age in seconds, minutes, hours and days", () => {
    assert.deepEqual(["90s", "30m", "24h", "7d"].map(parseDuration), [90, 1_800, 86_400, 604_800]);
    for (const text of ["", "0h", "24", "h", "1.5h", "-1h", "24 h", "1w"]) assert.equal(parseDuration(text), undefined);
  });
});

describe("the images in a gate's export", () => {
  const rows = (count: number, from = 0) =>
    Array.from({ length: count }, (_, at) => ({ id: `${from + at}`, digest: `sha256:${from + at}` }));
  const subjectOf = (...all: readonly { total: number; images: readonly { id: string; digest?: string }[] }[]) => {
    const results = all.map(
      (findings, at) => ({ name: `${at}`, kind: "k", ids: {}, verdict: "PASS", findings }) as const,
    );
    return buildExport(results, { inputsHash: "0", maxAgeSeconds: undefined, now }).subject;
  };

  it("show the number of images without a name", () => {
    assert.equal(subjectOf({ total: 3, images: rows(3) }).digestsOmitted, undefined);
    assert.equal(subjectOf({ total: 240, images: rows(100) }).digestsOmitted, 140);
    assert.equal(subjectOf({ total: 2, images: [...rows(1), { id: "without a digest" }] }).digestsOmitted, 1);
    const six = Array.from({ length: 6 }, (_, at) => ({ total: 100, images: rows(100, 100 * at) }));
    const { total, digests, digestsOmitted } = subjectOf(...six);
    assert.deepEqual([total, digests.length, digestsOmitted], [600, 500, 100]);
  });

  it("do not count an image of two scans as left out", () => {
    assert.equal(subjectOf({ total: 2, images: rows(2) }, { total: 2, images: rows(2) }).digestsOmitted, undefined);
  });
});

describe("a pass of a gate", () => {
  const pass = passProvider(new FakeClock(now));
  const failures = async (inputs: object) => (await pass.check?.({}, inputs))?.failures ?? [];

  it("exists only for PASS, and a refusal has its reason", async () => {
    assert.deepEqual(await failures({ verdict: "PASS", expiresAt: "2026-11-22T10:00:01Z" }), []);
    assert.deepEqual(await failures({ verdict: "FAIL", reason: "2 critical" }), [
      { property: "", reason: "refused: 2 critical [IS-REFUSED]" },
    ]);
    for (const verdict of [undefined, null, "", "pass"]) assert.equal((await failures({ verdict })).length, 1);
    assert.match((await failures({ verdict: "PASS", expiresAt: "2026-11-22T10:00:00Z" }))[0]?.reason ?? "", /expired/);
  });

  it("waits while the verdict is not known yet", async () => {
    assert.deepEqual(await failures({ verdict: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }), []);
  });
});
