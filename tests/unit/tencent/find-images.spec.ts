import assert from "node:assert/strict";
import type { ImageQuery } from "../../../provider/lifecycle/image-search.js";
import { findLocalImages } from "../../../provider/tencent/images/find-local-images.js";
import { findRegistryImages, type RegistryImageQuery } from "../../../provider/tencent/images/find-registry-images.js";
import { Account, imageId } from "../../support/account.js";

const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

describe("a search for images of Tencent Cloud", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open();
  });
  afterEach(() => account.close());

  const local = (query: ImageQuery) => findLocalImages(account.client(), query);
  const registry = (query: RegistryImageQuery) => findRegistryImages(account.client(), query);

  it("finds a local image by what its name says, with one call", async () => {
    assert.deepEqual(await local({ image: "shop/api:2.0.1" }), {
      images: [{ id: imageId("api"), imageName: "shop/api:2.0.1", scanStatus: "NOT_SCAN", isLicensed: true }],
      ids: [imageId("api")],
      total: 1,
      isComplete: true,
    });
    assert.deepEqual(account.calls(), ["DescribeAssetImageList"]);
    const names = async (query: ImageQuery) => (await local(query)).images.map(({ imageName }) => imageName);
    assert.deepEqual(await names({ name: "shop/*", tag: "2.*" }), ["shop/api:2.0.1", "shop/worker:2.0.1"]);
    assert.deepEqual(await names({ namespace: "shop", name: "web" }), ["shop/web:1.4.2"]);
    // The cloud's own filter compares parts of names.
    assert.deepEqual(await names({ name: "shop/w" }), []);
  });

  it("finds local images by a registry that is a part of their names, and those without a name not at all", async () => {
    account.emulator.tencent.local.add({ id: "sha256:1", name: "registry.example:5000/shop/api:2.0.1" });
    account.emulator.tencent.local.add({ id: "sha256:2", name: "<none>:<none>" });
    assert.deepEqual((await local({ image: "registry.example:5000/shop/api:2.0.1" })).ids, ["sha256:1"]);
    assert.deepEqual((await local({ image: "shop/api:2.0.1" })).ids, ["sha256:1", imageId("api")].sort());
    assert.equal((await local({ name: "*" })).total, 7);
    assert.deepEqual((await local({ tag: "<none>" })).ids, ["sha256:2"]);
  });

  it("finds an image of Docker Hub by each way to write its name, and none of another registry", async () => {
    const { local: world } = account.emulator.tencent;
    world.add({ id: "sha256:short", name: "nginx:1.27" });
    world.add({ id: "sha256:whole", name: "docker.io/library/nginx:1.27" });
    world.add({ id: "sha256:other", name: "registry.example/nginx:1.27" });
    const ofHub = ["sha256:short", "sha256:whole"];
    assert.deepEqual((await local({ image: "docker.io/library/nginx:1.27" })).ids, ofHub);
    assert.deepEqual((await local({ image: "docker.io/nginx:1.27" })).ids, ofHub);
    assert.deepEqual((await local({ image: "nginx:1.27" })).ids, ["sha256:other", ...ofHub]);
  });

  it("finds a local image by the digest that a registry has for it, and says what there is instead", async () => {
    const digest = digestOf("d");
    account.emulator.tencent.local.add({ id: digest, name: "shop/cart:1" });
    assert.deepEqual((await local({ image: `shop/cart@${digest}` })).ids, [digest]);
    assert.deepEqual((await local({ digest })).ids, [digest]);
    const other = await local({ image: `shop/cart@${digestOf("e")}` });
    assert.deepEqual([other.ids, other.total], [[], 0]);
    assert.equal(other.hint, `no image shop/cart@${digestOf("e")}; there is shop/cart:1 (another digest)`);
  });

  it("refuses to look for a digest among more images than it may ask about one by one", async () => {
    for (let at = 0; at < 101; at++) account.emulator.tencent.local.add({ id: `sha256:${at}`, name: `many/one:${at}` });
    await assert.rejects(
      local({ digest: digestOf("d"), name: "many/*" }),
      /among 100 local images, and 101 match .*; give name or tag/,
    );
    assert.equal(account.calls("DescribeAssetImageDetail").length, 0);
  });

  it("reads all pages, in the same order each time, and says where maxImages has cut", async () => {
    for (let at = 0; at < 250; at++)
      account.emulator.tencent.local.add({ id: `sha256:many${at}`, name: `many/one:${at}` });
    const all = await local({ name: "many/*" });
    assert.deepEqual([all.total, all.isComplete, new Set(all.ids).size], [250, true, 250]);
    const some = await local({ name: "many/*", maxImages: 3 });
    assert.deepEqual([some.total, some.isComplete, some.ids], [250, false, all.ids.slice(0, 3)]);
  });

  it("finds an image of a registry with all that tells it apart", async () => {
    const { images, ids } = await registry({ image: "demo.example/shop/web:1.4.2" });
    assert.deepEqual(images, [
      {
        id: "8741110",
        registryType: "tcr",
        instanceName: "demo",
        instanceId: "tcr-demo",
        imageRepoAddress: "demo.example/shop/web",
        imageDigest: `sha256:${"8741110".padStart(64, "0")}`,
        namespace: "shop",
        imageName: "web",
        imageTag: "1.4.2",
        isLatest: true,
        scanStatus: "NOT_SCAN",
        isLicensed: true,
      },
    ]);
    assert.deepEqual(ids, ["8741110"]);
    assert.deepEqual(account.calls(), ["DescribeAssetImageRegistryList"]);
  });

  it("finds images of registries by each part, and by several", async () => {
    const ids = async (query: RegistryImageQuery) => (await registry(query)).ids;
    assert.deepEqual(await ids({ name: "shop/web" }), ["8741112", "8741110"]);
    assert.deepEqual(await ids({ namespace: "shop", tag: "1.4.1" }), ["8741112"]);
    assert.deepEqual(await ids({ registryType: "harbor" }), ["8741113"]);
    assert.deepEqual(await ids({ registry: "harbor", name: "*" }), ["8741113"]);
    assert.deepEqual(await ids({ digest: `sha256:${"8741114".padStart(64, "0")}` }), ["8741114"]);
  });

  it("keeps an id that is larger than a number of JavaScript", async () => {
    const id = 9_007_199_254_740_993n;
    account.emulator.tencent.registry.add({ id, name: "large", tag: "1" });
    assert.deepEqual((await registry({ name: "shop/large" })).ids, ["9007199254740993"]);
  });

  it("reads the whole list where the cloud's filter gives nothing, and then names what comes close", async () => {
    account.emulator.tencent.registry.add({ id: 5, namespace: "", name: "odd/web", tag: "1" });
    assert.deepEqual((await registry({ name: "odd/web" })).ids, ["5"]);
    assert.equal(account.calls().length, 2);
    const { images, hint } = await registry({ image: "shop/api:2.0.2" });
    assert.deepEqual(images, []);
    assert.equal(hint, "no image shop/api:2.0.2; there is shop/api:2.0.1 (another tag)");
  });

  for (const [query, reason] of [
    [{ tags: "1" }, /^tags is not an argument of it; did you mean "tag"\?$/],
    [{ image: "shop/api:1", tag: "1" }, /^image and tag are alternatives; give one of them$/],
    [{ image: "shop/API" }, /^image has an upper-case letter/],
    [{ digest: "sha256:12" }, /^digest is not "sha256:" and 64 digits/],
    [{ name: "" }, /^name is "", which is empty/],
    [{ maxImages: 0 }, /^maxImages is 0, not a whole number, 1 to 10000$/],
  ] as const) {
    it(`refuses arguments, and says why, without a call: ${JSON.stringify(query)}`, async () => {
      await assert.rejects(registry(query as RegistryImageQuery), ({ message }: Error) => reason.test(message));
      assert.deepEqual(account.calls(), []);
    });
  }
});
