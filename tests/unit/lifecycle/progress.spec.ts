import assert from "node:assert/strict";
import { Progress, progressText } from "../../../provider/lifecycle/progress.js";
import { FakeClock } from "../../support/fake-clock.js";

const variable = "PULUMI_IMAGE_SCAN_LOG_SECONDS";

describe("Progress", () => {
  const before = process.env[variable];
  afterEach(() => {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
  });

  /** The second and the text of each line of a scan of 100 s that is looked at each second. */
  async function linesOf(
    shareOf: (second: number) => { readonly percent: number; readonly scanned: number },
    { logSeconds = "", hasTerminal = false } = {},
  ): Promise<(readonly [second: number, text: string])[]> {
    process.env[variable] = logSeconds;
    const clock = new FakeClock();
    const begun = clock.now();
    const lines: (readonly [number, string])[] = [];
    const send = async (_: unknown, text: string) => {
      lines.push([(clock.now() - begun) / 1000, text]);
    };
    const progress = new Progress("urn", { clock, hasTerminal, send });
    for (let second = 0; second < 100; second++) {
      const { percent, scanned } = shareOf(second);
      const sighting = {
        ...({ state: "running", rawStatus: "SCANNING", percent } as const),
        ...{ counts: { total: 20, scanned }, secondsLeft: 100 - second },
      };
      await progress.show(progressText(sighting), progressText({ ...sighting, secondsLeft: 0 }));
      clock.pass(1000);
    }
    return lines;
  }

  const steadily = (second: number) => ({ percent: second, scanned: Math.floor(second / 5) });

  it("writes a line each N seconds while the percentage moves", async () => {
    const lines = await linesOf(steadily, { logSeconds: "5" });
    assert.deepEqual(
      lines.map(([second]) => second),
      Array.from({ length: 20 }, (_, at) => at * 5),
    );
    assert.equal(lines[1]?.[1], "5% 2m left, 1/20 images");
  });

  it("writes a line each 30 s by default", async () => {
    assert.deepEqual(
      (await linesOf(steadily)).map(([second]) => second),
      [0, 30, 60, 90],
    );
  });

  it("writes no second line if only the time left changes", async () => {
    const lines = await linesOf(() => ({ percent: 0, scanned: 0 }), { logSeconds: "5" });
    assert.deepEqual(lines, [[0, "0% 2m left, 0/20 images"]]);
  });

  it("writes an early change once the N seconds are over", async () => {
    const lines = await linesOf((second) => ({ percent: second < 2 ? 0 : 50, scanned: 0 }), { logSeconds: "5" });
    assert.deepEqual(
      lines.map(([second]) => second),
      [0, 5],
    );
  });

  it("counts a scanned image as a change when the percentage does not change", async () => {
    const lines = await linesOf((second) => ({ percent: 0, scanned: Math.floor(second / 40) }), { logSeconds: "5" });
    assert.deepEqual(
      lines.map(([second]) => second),
      [0, 40, 80],
    );
  });

  it("repaints a terminal's line after each change of the text", async () => {
    const lines = await linesOf(() => ({ percent: 0, scanned: 0 }), { hasTerminal: true });
    assert(lines.length > 50, `${lines.length} texts`);
  });
});
