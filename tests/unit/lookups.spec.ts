import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { huawei, tencent } from "../../provider/index.js";
import { Account, imageId } from "../support/account.js";

async function mock(preview = false): Promise<void> {
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({
    id: preview ? "" : `${name}-id`,
    state: inputs as object,
  });
  await pulumi.runtime.setMocks({ call: () => ({}), newResource }, "app", "dev", preview);
}

class Build extends pulumi.CustomResource {
  constructor(name: string) {
    super("test:index:Build", name, {});
  }
}

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail("it succeeded"),
    (failure: unknown) => failure,
  );
  assert(pulumi.RunError.isInstance(error), String(error));
  return error.message;
}

describe("a lookup in a program", () => {
  let account: Account;
  /** Its config is that of an account of its own, so that no client of another test is at hand. */
  let name: string;
  beforeEach(async () => {
    account = await Account.open(1, Date.now);
    name = account.name;
    await mock();
    const { tencent: cloud, huawei: hss } = account.emulator.address;
    pulumi.runtime.setAllConfig(
      {
        [`tencentcloud-${name}:endpoint`]: cloud.endpoint,
        [`tencentcloud-${name}:secretId`]: cloud.secretId,
        [`tencentcloud-${name}:secretKey`]: cloud.secretKey,
        [`huaweicloud-${name}:endpoint`]: hss.endpoint,
        [`huaweicloud-${name}:accessKey`]: hss.accessKey,
        [`huaweicloud-${name}:secretKey`]: hss.secretKey,
        [`huaweicloud-${name}:projectId`]: hss.projectId,
      },
      [`tencentcloud-${name}:secretKey`, `huaweicloud-${name}:secretKey`],
    );
  });
  afterEach(async () => {
    pulumi.runtime.setAllConfig({});
    await account.close();
  });

  it("gives a promise, or an output, with the credentials of the account that it names", async () => {
    const found = await tencent.getLocalImages({ account: name, image: "shop/web:1.4.2" });
    assert.deepEqual(found.ids, [imageId("web")]);
    const registry = tencent.getRegistryImagesOutput({ account: name, name: pulumi.output("shop/api") });
    assert.deepEqual((await value(registry)).ids, ["1256299843"]);
    const local = tencent.getLocalImagesOutput({ account: name, name: pulumi.secret("shop/api") });
    assert.deepEqual((await value(local)).ids, [imageId("api")]);
    assert.equal(await pulumi.isSecret(local), true);
    const { images } = await huawei.getImages({ account: name, name: "shop/web" });
    assert.deepEqual(images[0]?.id, "44");
    assert.deepEqual((await value(huawei.getImagesOutput({ account: name, name: "shop/web" }))).images, images);
  });

  it("makes no call in a preview while an argument, or a resource that it depends on, is not known", async () => {
    await mock(true);
    const build = new Build("build");
    const lookups = [
      tencent.getLocalImagesOutput({ account: name, name: build.id }),
      tencent.getLocalImagesOutput({ account: name, name: "shop/web" }, { dependsOn: build }),
      huawei.getImagesOutput({ account: name, name: "shop/web" }, { dependsOn: [build] }),
    ];
    const known = lookups.map((lookup) => (lookup as unknown as { isKnown: Promise<boolean> }).isKnown);
    assert.deepEqual(await Promise.all(known), [false, false, false]);
    assert.deepEqual(account.calls(), []);
  });

  it("waits for the resource that it depends on, and then looks", async () => {
    const found = tencent.getLocalImagesOutput({ account: name, name: "shop/web" }, { dependsOn: new Build("build") });
    assert.deepEqual((await value(found)).ids, [imageId("web")]);
  });

  it("fails with one line that names it and the cause, without a secret", async () => {
    const wrong = "sk-that-nobody-may-see-0123456789";
    pulumi.runtime.setAllConfig({ ...pulumi.runtime.allConfig(), [`tencentcloud-${name}:secretKey`]: wrong }, [
      `tencentcloud-${name}:secretKey`,
    ]);
    const message = await failureOf(tencent.getLocalImages({ account: name, name: "shop/web" }));
    assert.match(message, /^tencent\.getLocalImages: DescribeAssetImageList: [^\n]*request id [^\n]* \[IS-AUTH\]$/);
    assert(!message.includes(wrong));
    assert.match(
      await failureOf(huawei.getImages({ account: "nowhere", name: "shop/web" })),
      /^huawei\.getImages: Huawei Cloud cannot be used: [^\n]* \[IS-CONFIG\]$/,
    );
  });

  it("refuses a secret that is in the config in clear text, as the resources do", async () => {
    pulumi.runtime.setAllConfig({ ...pulumi.runtime.allConfig() }, []);
    const message = await failureOf(tencent.getLocalImages({ account: name, name: "shop/web" }));
    assert.match(message, /secretKey is set in clear text\. Set it as a secret/);
    assert.deepEqual(account.calls(), []);
  });

  it("refuses an account that the guard does not allow", async () => {
    pulumi.runtime.setAllConfig(
      { ...pulumi.runtime.allConfig(), [`tencentcloud-${name}:allowedAccountIds`]: "999999999999" },
      [`tencentcloud-${name}:secretKey`],
    );
    const message = await failureOf(tencent.getLocalImages({ account: name, name: "shop/web" }));
    assert.match(message, /allows only 999999999999; nothing was sent[^\n]*\[IS-CONFIG\]$/);
    assert.deepEqual(account.calls("DescribeAssetImageList"), []);
  });

  it("refuses arguments that say nothing, are misspelt, or are outputs", async () => {
    const refused = [
      [{ account: name }, /^tencent\.getLocalImages: nothing says which images to find; write name: "\*" to find all$/],
      [{ account: name, tag: undefined }, /nothing says which images to find/],
      [{ account: name, tag: null }, /tag is null, not a string/],
      [{ account: name, tags: "1" }, /tags is not an argument of it; did you mean "tag"\?/],
      [{ account: name, name: pulumi.output("web") }, /an argument is an output; use tencent\.getLocalImagesOutput/],
    ] as const;
    for (const [args, reason] of refused)
      assert.match(await failureOf(tencent.getLocalImages(args as unknown as { name: string })), reason);
    assert.deepEqual(account.calls(), []);
  });

  it("loads the clients with the first lookup alone", () => {
    const entry = JSON.stringify(resolve(__dirname, "../../provider/index.js"));
    const code = `require(${entry}); console.log(Object.keys(require.cache).some((file) => /[\\\\/]undici[\\\\/]/.test(file)))`;
    const { stdout } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
    assert.equal(stdout, "false\n");
  });
});
