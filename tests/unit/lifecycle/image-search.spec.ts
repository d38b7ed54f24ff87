import assert from "node:assert/strict";
import { type ImageList, searchImages } from "../../../provider/lifecycle/image-search.js";
import { CloudError } from "../../../provider/transport/errors.js";

const list: ImageList<string> = {
  all: async () => ({ rows: ["b", "a"], total: 2 }),
  pageSize: 100,
  keyOf: (row) => row,
  nameOf: (row) => ({ registries: [], repository: row, tag: "", digests: [] }),
};

describe("a search in a list of images", () => {
  it("says that images may be missing where the list is longer than it reads, and gives those it has seen", async () => {
    const long = { ...list, all: async () => ({ rows: ["b", "a"], total: 50_001 }) };
    assert.deepEqual(await searchImages(long, {}, {}), { images: ["a", "b"], total: 2, isComplete: false });
  });

  it("says so as well where the list changes in each reading, and gives every image that it has seen", async () => {
    let reading = 0;
    const all = async () => ({ rows: [`image-${reading++}`, "a"], total: 3 });
    const found = await searchImages({ ...list, all }, {}, {});
    assert.equal(found.isComplete, false);
    assert(found.images.includes("a") && found.images.length === reading + 1, found.images.join(" "));
  });

  it("reads the whole list where the cloud refuses its own filter, and passes every other failure on", async () => {
    const failing = (kind: "rejected" | "auth") => async () => {
      throw new CloudError({ kind, message: "refused" });
    };
    const found = await searchImages({ ...list, narrowed: failing("rejected") }, { repository: "a" }, {});
    assert.deepEqual(found.images, ["a"]);
    await assert.rejects(searchImages({ ...list, narrowed: failing("auth") }, { repository: "a" }, {}), /refused/);
  });
});
