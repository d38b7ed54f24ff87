import assert from "node:assert/strict";
import { CloudError, type ErrorKind } from "../../../provider/transport/errors.js";
import { type Effect, retry } from "../../../provider/transport/retry.js";
import { FakeClock } from "../../support/fake-clock.js";

async function attemptsAt(effect: Effect, kind: ErrorKind): Promise<number> {
  let attempts = 0;
  const fails = async () => {
    attempts++;
    throw new CloudError({ kind, message: "fails" });
  };
  await assert.rejects(retry(effect, fails, { clock: new FakeClock() }), { kind });
  return attempts;
}

describe("retries", () => {
  const never: ErrorKind[] = ["config", "auth", "clock", "busy", "quota", "missing", "rejected"];
  for (const effect of ["read", "overwrite", "submit"] as const) {
    it(`does not repeat a ${effect} that the cloud refuses`, async () => {
      for (const kind of never) assert.equal(await attemptsAt(effect, kind), 1, kind);
    });

    it(`repeats a ${effect} that was throttled, or never arrived`, async () => {
      assert.equal(await attemptsAt(effect, "throttled"), 12);
      assert.equal(await attemptsAt(effect, "unavailable"), 4);
    });
  }

  it("repeats a read and an overwrite after a lost answer, and never a submit", async () => {
    assert.equal(await attemptsAt("read", "ambiguous"), 4);
    assert.equal(await attemptsAt("overwrite", "ambiguous"), 4);
    assert.equal(await attemptsAt("submit", "ambiguous"), 1);
    assert.equal(await attemptsAt("submit", "protocol"), 1);
  });

  it("draws each pause from the whole width of a growing backoff", async () => {
    const clock = new FakeClock();
    const fails = () => Promise.reject(new CloudError({ kind: "throttled", message: "slow down" }));
    await assert.rejects(retry("read", fails, { clock, random: () => 1 }));
    assert.deepEqual(clock.slept.slice(0, 7), [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
    const least = new FakeClock();
    await assert.rejects(retry("read", fails, { clock: least, random: () => 0 }));
    assert(least.slept.every((ms) => ms === 0));
  });

  it("adds each pause to the server's requested one, up to a minute", async () => {
    const sleptFor = async (retryAfterMs: number, random: number) => {
      const clock = new FakeClock();
      const fails = () => Promise.reject(new CloudError({ kind: "throttled", message: "slow down", retryAfterMs }));
      await assert.rejects(retry("submit", fails, { clock, random: () => random }));
      return clock.slept.slice(0, 3);
    };
    assert.deepEqual(await sleptFor(5_000, 0), [5_000, 5_000, 5_000]);
    assert.deepEqual(await sleptFor(5_000, 1), [6_000, 7_000, 9_000]);
    assert.deepEqual(await sleptFor(3_600_000, 0), [60_000, 60_000, 60_000]);
  });

  it("does not repeat other errors than the cloud's", async () => {
    let attempts = 0;
    await assert.rejects(
      retry("read", async () => {
        attempts++;
        throw new TypeError("a defect");
      }),
      TypeError,
    );
    assert.equal(attempts, 1);
  });
});
