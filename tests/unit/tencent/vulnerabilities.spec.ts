import assert from "node:assert/strict";
import type { TencentClient } from "../../../provider/tencent/api/client.js";
import { vulnerabilitiesIn } from "../../../provider/tencent/images/image-findings.js";

/** A client whose list has these rows. */
function answering(...rows: readonly object[]): TencentClient {
  const call = async (
    _action: string,
    _effect: string,
    _params: object,
    shape: (body: unknown, path: string) => unknown,
  ) => ({
    response: shape({ List: rows, TotalCount: rows.length }, ""),
  });
  return { call } as unknown as TencentClient;
}

const local = { id: "sha256:a" };
const registry = { id: "7" };

describe("the vulnerabilities of an image on Tencent Cloud", () => {
  it("have the package and the fixed version from a local image's list", async () => {
    const row = { CVEID: "CVE-1", Level: 4, Component: "openssl", Version: "1.1.1k", FixedVersions: "1.1.1l" };
    assert.deepEqual(await vulnerabilitiesIn(answering(row), local), [
      { id: "CVE-1", severity: "critical", package: "openssl", version: "1.1.1k", fixedVersion: "1.1.1l" },
    ]);
  });

  it("have them from a registry image's list, by older and newer names", async () => {
    const older = {
      CVEID: "CVE-1",
      Level: "3",
      Components: [{ Component: "zlib", Version: "1.2" }],
      FixedVersions: "",
    };
    const newer = { POCID: "pcmgr-2", Level: "1", Components: [{ Name: "curl", Version: "8.0", FixedVersion: "8.1" }] };
    assert.deepEqual(await vulnerabilitiesIn(answering(older, newer), registry), [
      { id: "CVE-1", severity: "high", package: "zlib", version: "1.2" },
      { id: "pcmgr-2", severity: "low", package: "curl", version: "8.0", fixedVersion: "8.1" },
    ]);
  });

  it("are readable if these fields have another form", async () => {
    const odd = [
      { Component: 7, Version: null, FixedVersions: ["1"], Components: "openssl" },
      { Components: [null] },
      { Components: ["openssl"] },
      { Components: [] },
    ];
    const rows = odd.map((more, at) => ({ CVEID: `CVE-${at}`, Level: 2, ...more }));
    assert.deepEqual(
      await vulnerabilitiesIn(answering(...rows), local),
      rows.map(({ CVEID }) => ({ id: CVEID, severity: "medium" })),
    );
  });
});
