import assert from "node:assert/strict";
import { Limiter } from "../../../provider/transport/limiter.js";
import { FakeClock } from "../../support/fake-clock.js";

describe("Limiter", () => {
  it("starts no more calls in any window than allowed", async () => {
    const clock = new FakeClock(0);
    const limiter = new Limiter(clock);
    const starts: number[] = [];
    for (let call = 0; call < 100; call++) {
      await limiter.waitForTurn("key", { calls: 19, perMs: 1_050 });
      starts.push(clock.now());
    }
    for (const [index, start] of starts.entries()) {
      const later = starts[index + 19];
      if (later !== undefined)
        assert(later - start >= 1_050, `call ${index + 19} starts ${later - start} ms after call ${index}`);
    }
  });

  it("starts the first calls at once", async () => {
    const clock = new FakeClock(0);
    const limiter = new Limiter(clock);
    for (let call = 0; call < 19; call++) await limiter.waitForTurn("key", { calls: 19, perMs: 1_050 });
    assert.equal(clock.now(), 0);
  });

  it("counts each key on its own", async () => {
    const clock = new FakeClock(0);
    const limiter = new Limiter(clock);
    for (const key of ["a", "b", "c"]) await limiter.waitForTurn(key, { calls: 1, perMs: 1_000 });
    assert.equal(clock.now(), 0);
  });
});
