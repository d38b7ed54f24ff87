import assert from "node:assert/strict";
import { readWholeList } from "../../../provider/transport/list.js";

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
const keyOf = (row: number) => String(row);

/** Reads the list as it is at each call. */
async function read(list: (call: number) => readonly number[], { size = 100, most = 10, total = true } = {}) {
  const offsets: number[] = [];
  const page = async (offset: number) => {
    const all = list(offsets.push(offset));
    return { rows: all.slice(offset, offset + size), total: total ? all.length : undefined };
  };
  const rows = await readWholeList({ page, size: 100, most, keyOf });
  return { rows: rows?.sort((a, b) => a - b), offsets };
}

describe("a list of many pages", () => {
  it("is read once if it does not change, with overlapping pages", async () => {
    assert.deepEqual(await read(() => numbers(250)), { rows: numbers(250), offsets: [0, 99, 198] });
    assert.deepEqual(await read(() => numbers(100)), { rows: numbers(100), offsets: [0] });
    assert.deepEqual(await read(() => []), { rows: [], offsets: [0] });
  });

  it("is read again if rows were added or moved meanwhile", async () => {
    const moved = [150, ...numbers(150), ...numbers(250).slice(151)];
    for (const [before, after] of [
      [numbers(250), [999, ...numbers(250)]],
      [numbers(250), moved],
    ] as const) {
      const { rows, offsets } = await read((call) => (call === 1 ? before : after));
      for (const row of after) assert(rows?.includes(row), `row ${row} was missed`);
      assert.equal(offsets.length > 3, true);
    }
  });

  it("is undefined if it changes in every reading", async () => {
    const turning = (call: number) => [...numbers(250).slice(call * 7), ...numbers(call * 7)];
    assert.equal((await read(turning)).rows, undefined);
  });

  it("is complete if it is stable, with another total or a repeated row", async () => {
    const page = (count: number) => async (offset: number) => ({
      rows: [...numbers(150), 7].slice(offset, offset + 100),
      total: count,
    });
    for (const total of [151, 152, 0]) {
      const rows = await readWholeList({ page: page(total), size: 100, most: 10, keyOf });
      assert.equal(rows?.length, 151, `of ${total}`);
    }
  });

  it("is undefined after one call if it is too long", async () => {
    assert.deepEqual(await read(() => numbers(2000)), { rows: undefined, offsets: [0] });
    assert.equal((await read(() => numbers(2000), { total: false })).rows, undefined);
  });

  it("is read to its end without a total, and with short pages", async () => {
    assert.deepEqual((await read(() => numbers(250), { total: false })).rows, numbers(250));
    assert.deepEqual((await read(() => numbers(250), { size: 30, most: 20 })).rows, numbers(250));
  });
});
