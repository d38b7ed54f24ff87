import assert from "node:assert/strict";
import { Refreshing } from "../../../provider/transport/refreshing.js";

describe("Renewed", () => {
  it("issues one value for simultaneous callers, and the next before its end", async () => {
    let issued = 0;
    const keys = new Refreshing("role", async (now) => ({ value: ++issued, endsAt: now + 7_200_000 }));
    assert.deepEqual(await Promise.all([keys.get(0), keys.get(0)]), [1, 1]);
    assert.equal(await keys.get(7_200_000 - 601_000), 1);
    assert.equal(await keys.get(7_200_000 - 599_000), 2);
  });

  it("uses a short life for three quarters of it", async () => {
    let issued = 0;
    const keys = new Refreshing("role", async (now) => ({ value: ++issued, endsAt: now + 1_000 }));
    assert.deepEqual([await keys.get(0), await keys.get(700), await keys.get(800)], [1, 1, 2]);
  });

  it("keeps a valid value after a failed renewal, and tries again", async () => {
    const answers = [async () => 1, () => Promise.reject(new Error("away")), async () => 2];
    const keys = new Refreshing("role", async (now) => ({
      value: await (answers.shift() ?? (async () => 3))(),
      endsAt: now + 120_000 + 1,
    }));
    assert.equal(await keys.get(0), 1);
    assert.equal(await keys.get(91_000), 1);
    // Not with each call that comes meanwhile.
    assert.equal(await keys.get(119_000), 1);
    assert.equal(await keys.get(120_001), 2);
  });

  it("fails without a value, and tries again the next time", async () => {
    const answers = [() => Promise.reject(new Error("away")), async () => 1];
    const keys = new Refreshing("role", async (now) => ({
      value: await (answers.shift() ?? (async () => 2))(),
      endsAt: now + 4_000,
    }));
    await assert.rejects(keys.get(0), /away/);
    assert.equal(await keys.get(0), 1);
  });

  it("forgets a refused value once", async () => {
    let issued = 0;
    const keys = new Refreshing("role", async (now) => ({ value: { number: ++issued }, endsAt: now + 7_200_000 }));
    const first = await keys.get(0);
    await keys.invalidate(first);
    const second = await keys.get(0);
    await keys.invalidate(first);
    assert.deepEqual([second.number, (await keys.get(0)).number], [2, 2]);
  });
});
