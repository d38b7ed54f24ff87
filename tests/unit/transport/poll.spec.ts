import assert from "node:assert/strict";
import { choosePause, type Outlook } from "../../../provider/transport/poll.js";

/** Waits for a scan of which the cloud tells something, and counts the looks. */
function wait(
  totalMs: number,
  told: (elapsedMs: number) => Omit<Outlook, "elapsedMs">,
): { looks: number; lagMs: number } {
  let at = 0;
  let looks = 1;
  while (at < totalMs) {
    at += choosePause({ elapsedMs: at, ...told(at) }, () => 0.5);
    looks++;
  }
  return { looks, lagMs: at - totalMs };
}

describe("choosePause", () => {
  const minutes = 60_000;
  for (const [name, total] of [
    ["10 s", 10_000],
    ["10 min", 10 * minutes],
    ["6 h", 360 * minutes],
  ] as const) {
    it(`sees the end of a scan of ${name} soon after it, with few looks, when the cloud tells what is left`, () => {
      const { looks, lagMs } = wait(total, (at) => ({ secondsLeft: (total - at) / 1000 }));
      assert(lagMs <= 0.02 * total + 3_000, `lag of ${lagMs} ms`);
      assert(looks <= (total > 20 * minutes ? 80 : 15), `${looks} looks`);
    });

    it(`does as well for a scan of ${name} by its percentage`, () => {
      const { lagMs } = wait(total, (at) => ({ percent: (100 * at) / total }));
      assert(lagMs <= 0.02 * total + 3_000, `lag of ${lagMs} ms`);
    });
  }

  it("looks at least once a minute when the cloud tells nothing", () => {
    assert(choosePause({ elapsedMs: 3_600_000 }, () => 1) <= 66_000);
  });

  it("does not take an estimate of zero for the end", () => {
    assert(choosePause({ elapsedMs: 60_000, secondsLeft: 0 }, () => 0) >= 1_800);
  });
});
