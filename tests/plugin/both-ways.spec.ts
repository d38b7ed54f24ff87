import assert from "node:assert/strict";
import { applyPins, type BaselineOfTask, type Pins } from "../../provider/lifecycle/task-inputs.js";
import { gateType, pluginTaskType, type TaskStep, taskType } from "../../provider/model/resource-types.js";
import { Account } from "../support/account.js";
import { settingExamples, taskExamples } from "../support/examples.js";
import { Plugin, processes } from "../support/plugin.js";

type Properties = Record<string, unknown>;
type Way = keyof typeof processes;
type Step = ReturnType<Served["of"]>;

const secret = (value: string) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });

/** A provider's process of one kind, with an emulated account of its own. */
class Served {
  readonly account: Account;
  readonly #way: Way;
  readonly #process: Plugin;

  private constructor(way: Way, account: Account, process: Plugin) {
    this.#way = way;
    this.account = account;
    this.#process = process;
  }

  static async start(way: Way): Promise<Served> {
    const account = await Account.open(1, Date.now);
    const { tencent, huawei } = account.emulator.address;
    const settings = {
      tencentcloud: { endpoint: tencent.endpoint, secretId: tencent.secretId, secretKey: tencent.secretKey },
      huaweicloud: {
        endpoint: huawei.endpoint,
        iamEndpoint: huawei.iamEndpoint,
        region: huawei.region,
        accessKey: huawei.accessKey,
        secretKey: huawei.secretKey,
      },
    };
    const flat = Object.entries(settings).flatMap(([namespace, keys]) =>
      Object.entries(keys).map(([key, value]) => [`${namespace}:${key}`, value] as const),
    );
    const nested = Object.entries(settings).map(([name, keys]) => [name, secret(JSON.stringify(keys))] as const);
    const config = Object.fromEntries<unknown>(way === "plugin" ? nested : flat);
    return new Served(way, account, await Plugin.start(config, processes[way]));
  }

  /** The process, for the resource with this type and this text of a dynamic provider. Kinds can run at the same time. */
  of(type: string, run: string) {
    const own =
      this.#way === "plugin" ? {} : { __provider: `exports.handler=()=>require("pulumi-image-scan/run")("${run}")` };
    const without = ({ __provider: _, ...outs }: Properties) => outs;
    const process = () => {
      this.#process.urn = `urn:pulumi:dev::app::${type}::one`;
      return this.#process;
    };
    return {
      check: async (inputs: Properties) => without((await process().check({ ...inputs, ...own })).inputs),
      async create(inputs: Properties) {
        const { id, outs } = await process().create({ ...inputs, ...own });
        return { id, outs: without(outs) };
      },
      diff: (id: string, olds: Properties, news: Properties) =>
        process().diff(id, { ...olds, ...own }, { ...news, ...own }),
      update: async (id: string, olds: Properties, news: Properties) =>
        without(await process().update(id, { ...olds, ...own }, { ...news, ...own })),
      read: async (id: string, state: Properties) => without((await process().read(id, { ...state, ...own })).outs),
      delete: (id: string, state: Properties) => process().delete(id, { ...state, ...own }),
    };
  }

  step(token: string, step: TaskStep) {
    const type = this.#way === "plugin" ? pluginTaskType(token, step) : taskType(token, step);
    return this.of(type, `${token}/${step}`);
  }

  /** A gate on one task, created and compared. */
  async gate(task: Properties, thresholds: Properties) {
    const inputs: Properties =
      this.#way === "plugin"
        ? { tasks: [task], thresholds, maxAge: "24h" }
        : { tasks: [{ ...task, thresholds }], maxAgeSeconds: 86_400, line: "urn:pulumi:dev::app::gate::one" };
    const gate = this.of(this.#way === "plugin" ? "image-scan:index:ScanGate" : gateType, "image-scan:ScanGate");
    const { outs } = await gate.create(inputs);
    return { outs, diff: await gate.diff("id", outs, inputs) };
  }

  /** The calls that the account has got, each once and sorted: their order and their repetitions depend on the time. */
  calls(): unknown[] {
    const { tencent, huawei } = this.account.emulator;
    const all = [...tencent.calls, ...huawei.calls].map(({ action, request }) => comparable({ action, request }));
    return [...new Set(all.map((one) => JSON.stringify(one)))].sort();
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    await this.account.close();
  }
}

/** A value without what is another one in each run: times, and ids that this package makes. */
function comparable(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, member: unknown) => (typeof member === "bigint" ? `${member}` : member));
  return JSON.parse(
    text
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "id")
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?/g, "time")
      .replace(/\b1[789]\d{11}\b/g, "0"),
  );
}

async function runTask(served: Served, token: string, request: Properties) {
  const [baseline, submission, wait] = (["baseline", "submission", "wait"] as const).map((one) =>
    served.step(token, one),
  ) as [Step, Step, Step];
  const inputs = await baseline.check({ ...request, triggers: ["1"] });
  const first = await baseline.create(inputs);
  const replaced = await baseline.diff(first.id, first.outs, { ...inputs, triggers: ["2"] });
  const { fingerprint } = first.outs;
  const { pinned, ...reading } = first.outs["reading"] as BaselineOfTask["reading"] & { readonly pinned?: Pins };
  const pinnedRequest = applyPins(request, pinned);
  const sent = await submission.create({ baseline: { request: pinnedRequest, fingerprint, reading, triggers: ["1"] } });
  const task = { request: pinnedRequest, reading, fingerprint, ...(sent.outs["submitted"] as object) };
  const waiting = { submitted: task, thresholds: { high: 0 } };
  const waited = await wait.create(waiting);
  const rejudged = await wait.update(waited.id, waited.outs, { ...waiting, thresholds: { high: 99 } });
  const read = await submission.read(sent.id, sent.outs);
  await wait.delete(waited.id, waited.outs);
  await submission.delete(sent.id, sent.outs);
  const gate = await served.gate({ name: "one", kind: token, submitted: task }, { high: 0 });
  return { inputs, first, replaced, sent, waited, rejudged, read, gate };
}

async function runSetting(served: Served, token: string, { declared, other }: { declared: object; other: object }) {
  const setting = served.of(`image-scan:${token}`, token);
  const inputs = await setting.check({ ...declared });
  const { id, outs } = await setting.create(inputs);
  const changed = await setting.check({ ...declared, ...other });
  const diff = await setting.diff(id, outs, changed);
  const replaced = await setting.diff(id, outs, { ...changed, account: "prod" });
  const updated = await setting.update(id, outs, changed);
  const read = await setting.read(id, updated);
  await setting.delete(id, updated);
  return { inputs, id, outs, changed, diff, replaced, updated, read };
}

describe("the plugin and the dynamic provider", () => {
  it("make the same calls, and give the same outputs", async () => {
    const run = async (way: Way) => {
      const served = await Served.start(way);
      try {
        const tasks = taskExamples.map(({ kind, request }) => runTask(served, kind.token, request as Properties));
        const settings = settingExamples.map(({ kind, ...values }) => runSetting(served, kind.token, values));
        const results = await Promise.all([...tasks, ...settings]);
        return { results: comparable(results), calls: served.calls() };
      } finally {
        await served.stop();
      }
    };
    const [plugin, dynamic] = await Promise.all([run("plugin"), run("dynamic")]);
    assert(plugin.calls.length > 20);
    assert.match(JSON.stringify(plugin.results), /"status":"SUCCEEDED".*"verdict":"FAIL".*"scanGate"/);
    assert.deepEqual(plugin.results, dynamic.results);
    assert.deepEqual(plugin.calls, dynamic.calls);
  });
});
