import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { requireScanGate } from "../../provider/index.js";
import { refuseDigests } from "../../provider/lifecycle/gate-pass.js";
import { findDigests } from "../../provider/model/named-digests.js";

const scanned = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;
const gate = {
  ...{ schema: 1, verdict: "PASS", reason: "within the thresholds", taskIds: ["1"], counts: {}, inputsHash: "0" },
  ...{ subject: { total: 1, digests: [scanned] }, finishedAt: new Date(Date.now() - 60_000).toISOString() },
};

describe("a value behind a gate", () => {
  it("its digests are found once each, in texts, lists and objects, in any letter case", () => {
    const value = { image: `r.example/app@${scanned}`, sidecars: [[`x@${other.toUpperCase().replace("SHA", "sha")}`]] };
    assert.deepEqual(findDigests([value, value]), [scanned, other]);
    assert.deepEqual(findDigests([`${scanned}0`, "sha256:abc", 7, null, undefined]), []);
  });

  it("may name only scanned digests, with or without a required digest", () => {
    assert.equal(refuseDigests(gate, {}, [scanned]), undefined);
    assert.equal(refuseDigests(gate, { digest: scanned }, [scanned]), undefined);
    assert.match(refuseDigests(gate, {}, [other]) ?? "", /names a digest: .*b{64} is not one of .*a{64}/);
    assert.match(refuseDigests(gate, { digest: scanned }, [other]) ?? "", /names sha256:b{64}, .* is for sha256:a{64}/);
    assert.match(refuseDigests(undefined, {}, [scanned]) ?? "", /what was scanned is not known/);
  });

  it("is refused by name if the gate's list omits its digest", () => {
    const cut = { ...gate, subject: { ...gate.subject, digestsOmitted: 700 } };
    assert.match(refuseDigests(cut, {}, [other]) ?? "", /does not know whether .* leaves out 700 images/);
  });

  it("is not returned by a pass for another image, even with the digest waived", async () => {
    await pulumi.runtime.setMocks(
      {
        call: () => ({}),
        newResource: ({ type, inputs }) => {
          const isStack = type === "pulumi:pulumi:StackReference";
          return {
            id: "1",
            state: isStack ? { ...inputs, outputs: { scanGate: gate } } : { ...inputs, admitted: true },
          };
        },
      },
      "app",
      "dev",
    );
    const failureOf = async (options: object, value: string) => {
      const pass = requireScanGate(new pulumi.StackReference("acme/scans/prod"), { maxAge: "1h", ...options });
      const used = pass.require(value) as unknown as { promise(): Promise<string> };
      return used.promise().catch((error: Error) => error.message);
    };
    const image = (digest: string) => `r.example/app@${digest}`;
    assert.equal(await failureOf({ digest: scanned, name: "right" }, image(scanned)), image(scanned));
    assert.match(
      await failureOf({ digest: scanned, name: "wrong" }, image(other)),
      /ScanGatePass "wrong": .*names sha256:b/,
    );
    assert.match(
      await failureOf({ waive: ["digest"], name: "waived" }, image(other)),
      /"waived": .*is not one of the 1/,
    );
  });
});
