import assert from "node:assert/strict";
import { choosePause, type Estimates, Forecast } from "../../../provider/transport/poll.js";

interface Wait {
  readonly looks: number;
  readonly lagMs: number;
}

/** Waits for a scan of which the cloud tells something, and counts the looks. */
function wait(totalMs: number, told: (elapsedMs: number) => Estimates, random = () => 0.5): Wait {
  const forecast = new Forecast();
  let at = 0;
  let looks = 1;
  while (at < totalMs) {
    forecast.note(told(at), at);
    at += choosePause({ elapsedMs: at, leftMs: forecast.leftMs(at) }, random);
    looks++;
  }
  return { looks, lagMs: at - totalMs };
}

const minutes = 60_000;

describe("choosePause", () => {
  for (const [name, total] of [
    ["10 s", 10_000],
    ["10 min", 10 * minutes],
    ["6 h", 360 * minutes],
  ] as const) {
    it(`sees the end of a scan of ${name} soon, with few looks, by the time left`, () => {
      const { looks, lagMs } = wait(total, (at) => ({ secondsLeft: (total - at) / 1000 }));
      assert(lagMs <= 0.02 * total + 3_000, `lag of ${lagMs} ms`);
      assert(looks <= (total > 20 * minutes ? 80 : 15), `${looks} looks`);
    });

    it(`sees the end of a scan of ${name} soon, with few looks, by its percentage`, () => {
      const { lagMs } = wait(total, (at) => ({ percent: (100 * at) / total }));
      assert(lagMs <= 0.02 * total + 3_000, `lag of ${lagMs} ms`);
    });
  }

  const toldOf: Readonly<Record<string, (at: number, total: number) => Estimates>> = {
    "the seconds that are left": (at, total) => ({ secondsLeft: (total - at) / 1000 }),
    "whole seconds": (at, total) => ({ secondsLeft: Math.ceil((total - at) / 1000) }),
    "a percentage": (at, total) => ({ percent: Math.floor((100 * at) / total) }),
    "the share of two images that have ended": (at, total) => ({ percent: at < total / 2 ? 0 : 50 }),
    nothing: () => ({}),
    "that all is done": () => ({ percent: 100, secondsLeft: 0 }),
  };
  for (const [what, told] of Object.entries(toldOf)) {
    for (const seconds of [10, 100]) {
      it(`sees the end of a scan of ${seconds} s within 3 s if the cloud shows ${what}`, () => {
        const total = seconds * 1000;
        for (const random of [() => 0, () => 0.5, () => 1, Math.random]) {
          const { lagMs } = wait(total, (at) => told(at, total), random);
          assert(lagMs <= 3_000, `lag of ${lagMs} ms`);
        }
      });
    }
  }

  it("looks at most 61 times at a scan of 6 h with an estimate", () => {
    const total = 360 * minutes;
    for (const random of [() => 0.3, () => 0.5, () => 1]) {
      const { looks } = wait(total, (at) => ({ secondsLeft: (total - at) / 1000 }), random);
      assert(looks <= 61, `${looks} looks`);
    }
  });

  it("trusts a far too long estimate for at most the past wait, or a minute", () => {
    const stuck = () => ({ secondsLeft: 4_666 });
    for (const seconds of [10, 100, 600]) {
      const { lagMs } = wait(seconds * 1000, stuck, () => 1);
      assert(lagMs <= 1.1 * Math.max(minutes, seconds * 1000), `lag of ${lagMs} ms after ${seconds} s`);
    }
  });

  it("looks at least once a minute without an estimate", () => {
    assert(choosePause({ elapsedMs: 3_600_000 }, () => 1) <= 66_000);
  });
});

describe("Forecast", () => {
  it("does not treat an estimate of zero as the end", () => {
    const forecast = new Forecast();
    forecast.note({ secondsLeft: 0, percent: 100 }, 60_000);
    assert.equal(forecast.leftMs(60_000), undefined);
    assert(choosePause({ elapsedMs: 60_000 }, () => 0) >= 1_800);
  });

  it("counts an estimate from the look that saw it first", () => {
    const forecast = new Forecast();
    forecast.note({ secondsLeft: 120 }, 0);
    forecast.note({ secondsLeft: 120 }, 50_000);
    assert.equal(forecast.leftMs(50_000), 70_000);
    assert.equal(forecast.leftMs(120_000), undefined);
  });

  it("extrapolates only the progress since its first look", () => {
    const forecast = new Forecast();
    forecast.note({ percent: 50 }, 0);
    assert.equal(forecast.leftMs(0), undefined);
    forecast.note({ percent: 60 }, 10_000);
    assert.equal(forecast.leftMs(10_000), 40_000);
  });

  it("uses the earlier of two ends", () => {
    const forecast = new Forecast();
    forecast.note({ percent: 0, secondsLeft: 900 }, 0);
    forecast.note({ percent: 50, secondsLeft: 800 }, 10_000);
    assert.equal(forecast.leftMs(10_000), 10_000);
  });
});
