import assert from "node:assert/strict";
import { Exclusive } from "../../../provider/transport/exclusive.js";

describe("Exclusive", () => {
  it("runs work of one key in order, and other keys in parallel", async () => {
    const exclusive = new Exclusive();
    const seen: string[] = [];
    const work = (key: string, name: string, fails = false) =>
      exclusive.run(key, async () => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const failing = assert.rejects(work("a", "one", true), /one/);
    await Promise.all([failing, work("a", "two"), work("b", "other")]);
    assert.deepEqual(
      seen.filter((line) => !line.startsWith("other")),
      ["one begins", "one ends", "two begins", "two ends"],
    );
    assert(seen.indexOf("other begins") < seen.indexOf("one ends"));
  });
});
