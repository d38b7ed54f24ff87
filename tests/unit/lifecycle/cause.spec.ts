import assert from "node:assert/strict";
import type { dynamic } from "@pulumi/pulumi";
import { baselineProvider } from "../../../provider/lifecycle/baseline.js";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const request = { images: ["sha256:a", "sha256:b"], scanVul: true, triggers: ["1"] };

type Inputs = Record<string, unknown>;

describe("the cause of a baseline", () => {
  let provider: dynamic.ResourceProvider;
  beforeEach(() => {
    forgetAll();
    provider = baselineProvider(localScanTask, () => undefined);
  });

  const check = async (olds: Inputs, news: Inputs): Promise<Inputs> =>
    (await provider.check?.(olds, { ...news, __provider: "text" }))?.inputs ?? {};
  const first = () => check({}, request);
  /** As the engine asks for a replacement: with the old inputs, and then without them. */
  const replace = async (olds: Inputs, news: Inputs) => {
    await check(olds, news);
    return (await check({}, news))["__cause"];
  };

  it("is new for the first one", async () => {
    assert.equal((await first())["__cause"], "new");
  });

  it("stays while nothing changes, so that the state is not written again", async () => {
    const inputs = await first();
    const other = { ...request, images: ["sha256:b", "sha256:a"], scanVirus: false };
    assert.equal((await check(inputs, other))["__cause"], "new");
    const { __cause: _, ...ofAnEarlierRelease } = inputs;
    assert.deepEqual(await check(ofAnEarlierRelease, request), { ...ofAnEarlierRelease, __cause: undefined });
  });

  for (const [change, cause] of [
    [{ triggers: ["2"] }, "triggers changed"],
    [{ images: ["sha256:a"] }, "images changed"],
    [{ images: ["sha256:a"], triggers: undefined, account: "prod" }, "account and triggers and images changed"],
    [{ images: unknown }, "images not known yet"],
    [{ images: ["sha256:a", unknown], triggers: ["2"] }, "triggers changed"],
    [{}, "replaced by an option"],
  ] as const) {
    it(`is "${cause}" for a replacement with ${JSON.stringify(change)}`, async () => {
      assert.equal(await replace(await first(), { ...request, ...change }), cause);
    });
  }
});
