import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Account } from "../support/account.js";
import { Stack } from "../support/stack.js";

const fixtures = resolve(__dirname, "../../../tests/fixtures/states");
const programOf = (version: string) => readFileSync(join(fixtures, `${version}.js`), "utf8");

describe("the state", () => {
  let account: Account;
  let stack: Stack;
  beforeEach(async () => {
    account = await Account.open(0, Date.now);
  });
  afterEach(async () => {
    await stack.remove();
    await account.close();
  });

  const versions = readdirSync(fixtures).filter((name) => name.endsWith(".json"));
  for (const version of versions.map((name) => name.replace(/\.json$/, ""))) {
    it(`of release ${version} works with up, refresh and destroy, without a new scan`, async () => {
      stack = await Stack.create(account.emulator, programOf(version));
      await stack.succeed("stack", "import", "--file", join(fixtures, `${version}.json`));
      const before = await stack.outputs();
      const deployment = await stack.deployment();
      assert.match(await stack.up(), /unchanged/);
      assert.deepEqual(await stack.outputs(), before);
      await stack.succeed("refresh", "--yes", "--skip-preview");
      await stack.up();
      await stack.succeed("destroy", "--yes", "--skip-preview");
      assert.deepEqual(account.submissions(), []);
      // Asked to stop are those alone whose end nobody has waited for: this cloud does not know them.
      const steps = deployment.resources.map(({ type }) => type);
      const unwaited =
        steps.filter((type) => /Send$/.test(type)).length - steps.filter((type) => /[a-z]Scan$/.test(type)).length;
      assert(account.calls().filter((action) => action.includes("Stop")).length <= unwaited);
      for (const { inputs } of deployment.resources) {
        const text = String(inputs?.["__provider"] ?? "");
        assert(text.length <= 100, text);
      }
    });
  }

  it("contains no secret, and only a short provider text for each resource", async () => {
    const { tencent, huawei } = account.emulator.address;
    stack = await Stack.create(account.emulator, programOf("0.1.0-every-kind"), { env: {} });
    const secrets = {
      "tencentcloud:secretId": tencent.secretId,
      "tencentcloud:secretKey": tencent.secretKey,
      "huaweicloud:accessKey": huawei.accessKey,
      "huaweicloud:secretKey": huawei.secretKey,
    };
    for (const [key, value] of Object.entries(secrets)) await stack.succeed("config", "set", "--secret", key, value);
    const log = await stack.up("--logtostderr", "-v=9");
    // Newer engines write all config in clear into their own log at this level, for every provider.
    const shown = log
      .split("\n")
      .filter((line) => !line.includes(".Configure().inputs"))
      .join("\n");
    const exported = await stack.exported();
    for (const [where, text] of Object.entries({ exported, shown })) {
      for (const { secretKey } of [tencent, huawei]) assert(!text.includes(secretKey), `${where} holds a secret key`);
    }
    for (const key of Object.values(secrets)) assert(!exported.includes(key));
    const texts = (await stack.deployment()).resources.flatMap(
      ({ inputs }) => inputs?.["__provider"] ?? [],
    ) as string[];
    assert.equal(texts.length, 15);
    for (const text of texts) assert(text.length <= 100, text);
  });

  it("never contains a secret key that the config has in clear text", async () => {
    stack = await Stack.create(account.emulator, programOf("0.1.0"), { env: {} });
    await stack.succeed("config", "set", "--plaintext", "tencentcloud:secretKey", "in-clear-text");
    const output = await stack.upFails();
    assert.match(output, /tencentcloud:secretKey is set in clear text. Set it as a secret: pulumi config set --secret/);
    assert.doesNotMatch(output, /\n\s+at /);
    assert(!(await stack.exported()).includes("in-clear-text"));
  });
});
