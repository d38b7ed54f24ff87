import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type FindingName,
  type Findings,
  findingNames,
  type ImageFindings,
  severities,
  sumFindings,
} from "../../../provider/model/findings.js";
import type { ScanStatus } from "../../../provider/model/status.js";
import { judgedNames, type Thresholds } from "../../../provider/model/thresholds.js";
import { couldBeExcepted, judge } from "../../../provider/model/verdict.js";
import { explain } from "../../../provider/validation/rules.js";
import { thresholds as thresholdsCheck } from "../../../provider/validation/thresholds.js";

const now = Date.parse("2026-11-22T10:00:00Z");
const image = (numbers: Partial<ImageFindings>, id = "1"): ImageFindings => ({ id, ...numbers });
const zero = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitiveData: 0 };
const found = (numbers: object) => sumFindings([image({ ...zero, ...numbers })]);
const verdictOf = (findings: Findings | undefined, given: Thresholds, status: ScanStatus = "SUCCEEDED") =>
  judge({ status, findings }, given, now).verdict;

describe("judge", () => {
  it("passes findings within the thresholds, and fails others with the numbers", () => {
    assert.deepEqual(judge({ status: "SUCCEEDED", findings: found({ high: 2 }) }, { critical: 0, high: 2 }, now), {
      verdict: "PASS",
    });
    assert.deepEqual(judge({ status: "SUCCEEDED", findings: found({ high: 3 }) }, { critical: 0, high: 2 }, now), {
      verdict: "FAIL",
      reason: "3 high, and 2 allowed",
    });
    assert.equal(verdictOf(found({ viruses: 1 }), { viruses: 0 }), "FAIL");
    assert.equal(verdictOf(found({ sensitiveData: 1 }), { sensitiveData: 0 }), "FAIL");
  });

  it("counts a severity without a threshold with the next lower one that has one", () => {
    assert.equal(verdictOf(found({ critical: 1 }), { high: 0 }), "FAIL");
    assert.equal(verdictOf(found({ critical: 1, medium: 1 }), { critical: 1, low: 0 }), "FAIL");
    assert.equal(verdictOf(found({ medium: 9 }), { high: 0 }), "PASS");
  });

  it("judges a severity that the cloud lacks by the next lower one", () => {
    const hss = sumFindings([image({ high: 1, medium: 0, low: 0 })], ["high", "medium", "low"]);
    assert.deepEqual(judge({ status: "SUCCEEDED", findings: hss }, { critical: 0, high: 5 }, now), {
      verdict: "FAIL",
      reason: "1 high (for critical), and 0 allowed",
    });
    assert.equal(verdictOf(hss, { critical: 1 }), "PASS");
  });

  for (const status of ["FAILED", "TIMED_OUT", "CANCELED", "UNKNOWN"] as const) {
    it(`is inconclusive after the end ${status}, with any findings`, () => {
      assert.equal(verdictOf(found({}), { critical: 0 }, status), "INCONCLUSIVE");
      assert.equal(verdictOf(found({ critical: 9 }), { critical: 0 }, status), "INCONCLUSIVE");
    });
  }

  it("is inconclusive for a running scan, a partial one, or one without images", () => {
    assert.equal(judge({ status: undefined, findings: found({}) }, { critical: 0 }, now).verdict, "INCONCLUSIVE");
    assert.equal(verdictOf(found({}), { critical: 0 }, "PARTIAL"), "INCONCLUSIVE");
    assert.equal(verdictOf(sumFindings([]), { critical: 0 }), "INCONCLUSIVE");
    assert.equal(verdictOf({ ...zero, total: 0, images: [] }, { critical: 0 }), "INCONCLUSIVE");
    assert.equal(verdictOf(undefined, { critical: 0 }), "INCONCLUSIVE");
  });

  it("thresholds added later can give FAIL, but never PASS", () => {
    const once = { ...found({ high: 1 }), unconfirmed: true } as const;
    assert.equal(verdictOf(once, { high: 1 }), "INCONCLUSIVE");
    assert.equal(verdictOf(once, { high: 0 }), "FAIL");
  });

  it("fails a partial scan by its findings, also by those of single images", () => {
    assert.equal(verdictOf(found({ critical: 1 }), { critical: 0 }, "PARTIAL"), "FAIL");
    const half = sumFindings([image({ critical: 2 }), image({}, "2")]);
    assert.deepEqual(judge({ status: "SUCCEEDED", findings: half }, { critical: 1 }, now), {
      verdict: "FAIL",
      reason: "at least 2 critical, and 1 allowed",
    });
    assert.deepEqual(judge({ status: "SUCCEEDED", findings: half }, { critical: 2 }, now), {
      verdict: "INCONCLUSIVE",
      reason: "the number of critical is not known",
    });
  });

  describe("with exceptions", () => {
    const listed = {
      ...found({ critical: 2 }),
      listed: ["critical"],
      vulnerabilities: [
        { id: "CVE-2026-1", severity: "critical", images: 1 },
        { id: "CVE-2026-2", severity: "critical", images: 1 },
      ],
    } as const;
    const except = (expires: string, ...ids: string[]) => ({
      critical: 0,
      exceptions: ids.map((id) => ({ id, reason: "not reachable", expires })),
    });

    it("leaves out excepted vulnerabilities, with their names and expiry dates", () => {
      const given = except("2026-11-22", "cve-2026-1", "CVE-2026-2");
      assert.deepEqual(judge({ status: "SUCCEEDED", findings: listed }, given, now), {
        verdict: "PASS",
        reason: "excepted: cve-2026-1 until 2026-11-22, CVE-2026-2 until 2026-11-22",
        until: Date.parse("2026-11-23T00:00:00Z"),
      });
      assert.equal(judge({ status: "SUCCEEDED", findings: listed }, given, now + 86_400_000).verdict, "FAIL");
    });

    it("fails by the remaining vulnerabilities", () => {
      assert.match(
        judge({ status: "SUCCEEDED", findings: listed }, except("2027-01-01", "CVE-2026-1"), now).reason ?? "",
        /2 critical, and 0 allowed, of which 1 are excepted/,
      );
    });

    it("counts vulnerabilities that the list leaves out", () => {
      const short = { ...listed, critical: 3 };
      assert.equal(verdictOf(short, except("2027-01-01", "CVE-2026-1", "CVE-2026-2")), "FAIL");
    });

    it("is inconclusive with the reason if the list was not read", () => {
      const unread = { ...found({ critical: 1 }), unlisted: "too many" };
      const { verdict, reason } = judge({ status: "SUCCEEDED", findings: unread }, except("2027-01-01", "CVE-1"), now);
      assert.deepEqual([verdict, /exceptions cannot be applied: too many/.test(reason ?? "")], ["INCONCLUSIVE", true]);
    });

    it("is inconclusive if the list is of other severities", () => {
      const high = { ...listed, high: 1 };
      const exceptions = [{ id: "CVE-2026-3", reason: "not reachable", expires: "2027-01-01" }];
      const { verdict, reason } = judge(
        { status: "SUCCEEDED", findings: high },
        { critical: 2, high: 0, exceptions },
        now,
      );
      assert.deepEqual(
        [verdict, /no list of high vulnerabilities was read/.test(reason ?? "")],
        ["INCONCLUSIVE", true],
      );
    });

    it("could change a verdict only if vulnerabilities alone exceed the thresholds", () => {
      const could = (numbers: object, given: Thresholds) =>
        couldBeExcepted({ status: "SUCCEEDED", findings: found(numbers) }, given, now);
      assert.equal(could({ critical: 1 }, { critical: 0 }), true);
      assert.equal(could({ critical: 1 }, { critical: 1 }), false);
      assert.equal(could({ critical: 1, viruses: 1 }, { critical: 0, viruses: 0 }), false);
    });
  });

  it("does not call the images of a truncated list all of them", () => {
    const images = Array.from({ length: 101 }, (_, at) => image({ ...zero, high: 1, name: `shop/${at}:1` }, `${at}`));
    const reasonOf = (some: readonly ImageFindings[]) =>
      judge({ status: "SUCCEEDED", findings: sumFindings(some) }, { high: 0 }, now).reason ?? "";
    assert.match(reasonOf(images), /^101 high in .* and at least 97 more, and 0 allowed$/);
    assert.match(reasonOf(images.slice(1)), /^100 high in .* and 97 more, and 0 allowed$/);
  });

  it("names the worst vulnerabilities of each exceeded threshold, and counts the rest", () => {
    const vulnerabilities = [
      { id: "CVE-L", severity: "low", images: 9 },
      ...Array.from({ length: 7 }, (_, at) => ({ id: `CVE-H${at}`, severity: "high", images: 1 }) as const),
      { id: "CVE-H9", severity: "high", images: 2 },
      { id: "CVE-C", severity: "critical", images: 1 },
    ] as const;
    const findings = { ...found({ critical: 1, high: 9, low: 9 }), vulnerabilities, listed: severities };
    const { reason } = judge({ status: "SUCCEEDED", findings }, { critical: 0, high: 1, low: 10 }, now);
    assert.equal(
      reason,
      "1 critical, and 0 allowed (CVE-C); 9 high, and 1 allowed (CVE-H9, CVE-H0, CVE-H1, CVE-H2, CVE-H3 and 3 more)",
    );
  });

  it("counts a repeated vulnerability of an image as often as the numbers do", () => {
    const vulnerabilities = [{ id: "CVE-1", severity: "critical", images: 1, rows: 2 }] as const;
    const findings = { ...found({ critical: 2 }), vulnerabilities, listed: ["critical"] } as const;
    const exceptions = [{ id: "CVE-1", reason: "not reachable", expires: "2027-01-01" }];
    assert.equal(verdictOf(findings, { critical: 0, exceptions }), "PASS");
  });

  const count = fc.option(fc.nat(5), { nil: undefined });
  const anyImage = fc.record(
    { id: fc.string(), ...Object.fromEntries(findingNames.map((name) => [name, count])) },
    { requiredKeys: ["id"] },
  ) as fc.Arbitrary<ImageFindings>;
  const anyThresholds = fc.record(
    { ...Object.fromEntries(findingNames.map((name) => [name, fc.nat(6)])), exceptions: fc.array(anyException()) },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Thresholds>;
  function anyException() {
    return fc.record({
      id: fc.constantFrom("CVE-1", "CVE-2"),
      reason: fc.constant("why"),
      expires: fc.constantFrom("2026-11-21", "2026-11-23"),
    });
  }
  const anyFindings = fc
    .tuple(
      fc.array(anyImage, { maxLength: 4 }),
      fc.constantFrom(undefined, ["high", "medium", "low"] as const),
      fc.option(
        fc.array(
          fc.record({
            id: fc.constantFrom("CVE-1", "CVE-2", "CVE-3"),
            severity: fc.constantFrom(...severities),
            images: fc.integer({ min: 1, max: 3 }),
          }),
        ),
        { nil: undefined },
      ),
    )
    .map(([images, known, vulnerabilities]): Findings => {
      const findings = sumFindings(images, known);
      return vulnerabilities === undefined ? findings : { ...findings, vulnerabilities, listed: severities };
    });
  const anyStatus = fc.constantFrom<ScanStatus>("SUCCEEDED", "PARTIAL", "FAILED", "TIMED_OUT", "CANCELED", "UNKNOWN");

  it("never turns a FAIL into a PASS when there are more findings", () => {
    fc.assert(
      fc.property(
        anyFindings,
        anyThresholds,
        anyStatus,
        fc.constantFrom(...findingNames),
        fc.integer({ min: 1, max: 5 }),
        (findings, given, status, name, more) => {
          if (verdictOf(findings, given, status) !== "FAIL") return;
          const [first, ...rest] = findings.images;
          const images = first === undefined ? [] : [{ ...first, [name]: (first[name] ?? 0) + more }, ...rest];
          const sum = findings[name];
          const worse = { ...findings, images, ...(sum === undefined ? {} : { [name]: sum + more }) };
          assert.notEqual(verdictOf(worse, given, status), "PASS");
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it("never passes an unknown end, unknown findings or an unknown judged number", () => {
    fc.assert(
      fc.property(anyFindings, anyThresholds, anyStatus, (findings, given, status) => {
        if (verdictOf(findings, given, status) !== "PASS") return;
        assert.equal(status, "SUCCEEDED");
        assert(findings.total > 0);
        const judgedBy = (name: FindingName) =>
          name === "critical" && findings.severities !== undefined ? "high" : name;
        for (const name of judgedNames(given)) assert.notEqual(findings[judgedBy(name)], undefined);
        assert.notEqual(verdictOf(undefined, given, status), "PASS");
        assert.notEqual(judge({ status: undefined, findings }, given, now).verdict, "PASS");
      }),
      { numRuns: 5_000 },
    );
  });

  it("never passes with a stricter threshold if a looser one fails", () => {
    fc.assert(
      fc.property(anyFindings, anyThresholds, fc.constantFrom(...findingNames), (findings, given, name) => {
        const limit = given[name];
        if (limit === undefined || limit === 0) return;
        const stricter = { ...given, [name]: limit - 1 };
        if (verdictOf(findings, given) !== "PASS") assert.notEqual(verdictOf(findings, stricter), "PASS");
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("thresholds", () => {
  for (const [given, reason] of [
    [{}, /has no number/],
    [{ exceptions: [{ id: "CVE-1", reason: "r", expires: "2026-01-01" }] }, /has no number/],
    [{ critical: -1 }, /^critical is -1/],
    [{ criticals: 0 }, /did you mean "critical"/],
    [{ high: 0, exceptions: [{ id: "CVE-1", expires: "2026-01-01" }] }, /^exceptions\[0\]\.reason is required$/],
    [{ high: 0, exceptions: [{ id: "CVE-1", reason: "r", expires: "2026-02-30" }] }, /not a day such as 2026-12-31/],
    [
      { high: 0, exceptions: [{ id: "CVE-1", reason: "r", expires: "tomorrow" }] },
      /^exceptions\[0\]\.expires is "tomorrow", not a day such as 2026-12-31$/,
    ],
  ] as const) {
    it(`refuse ${JSON.stringify(given)}`, () => assert.match(explain(thresholdsCheck(given)) ?? "", reason));
  }

  it("accept numbers and exceptions", () => {
    assert.equal(
      thresholdsCheck({ critical: 0, exceptions: [{ id: "C", reason: "r", expires: "2026-12-31" }] }),
      undefined,
    );
  });
});
