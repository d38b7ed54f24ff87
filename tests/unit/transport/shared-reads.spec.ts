import assert from "node:assert/strict";
import { SharedReads } from "../../../provider/transport/shared-reads.js";

describe("SharedReads", () => {
  const never = () => assert.fail("asked once more");

  it("shares one answer among equal waiting reads, never an older one", async () => {
    const reads = new SharedReads();
    let begin: () => void = () => undefined;
    const turn = () => new Promise<void>((resolve) => (begin = resolve));
    let answers = 0;
    const first = reads.read("a", turn, async () => ++answers);
    const second = reads.read("a", never, never);
    const other = reads.read(
      "b",
      async () => undefined,
      async () => "other",
    );
    begin();
    assert.deepEqual(await Promise.all([first, second, other]), [1, 1, "other"]);
    // The first question has been asked: its answer would be older than this one.
    assert.equal(
      await reads.read(
        "a",
        () => undefined,
        async () => ++answers,
      ),
      2,
    );
  });

  it("makes each call at once if nobody waits", async () => {
    const reads = new SharedReads();
    let answers = 0;
    const ask = async () => ++answers;
    const both = [reads.read("a", () => undefined, ask), reads.read("a", () => undefined, ask)];
    assert.deepEqual(await Promise.all(both), [1, 2]);
  });

  it("reports a failure to all callers, and forgets it", async () => {
    const reads = new SharedReads();
    const failing = reads.read(
      "a",
      async () => undefined,
      () => Promise.reject(new Error("refused")),
    );
    const sharing = reads.read("a", never, never);
    await assert.rejects(failing, /refused/);
    await assert.rejects(sharing, /refused/);
    assert.equal(
      await reads.read(
        "a",
        async () => undefined,
        async () => "good",
      ),
      "good",
    );
  });
});
