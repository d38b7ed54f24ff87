import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { huawei, tencent } from "../../provider/index.js";
import { fingerprint } from "../../provider/lifecycle/fingerprint.js";
import { localScanTask } from "../../provider/tencent/tasks/local/local-scan-task.js";
import type { LocalScanRequest } from "../../provider/tencent/tasks/local/request.js";
import { canonical } from "../../provider/validation/canonical.js";

const baseline = "pulumi-nodejs:dynamic:LocalRead";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

let registered: Registered[] = [];

async function mock(): Promise<void> {
  registered = [];
  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs: inputs as Record<string, unknown> });
        const [, word, step = ""] = /:(Local|Registry)(Read|Send|Scan)$/.exec(type) ?? [];
        const task = word === "Local" ? { taskId: "41033" } : {};
        const outs = {
          Read: { reading: { id: "b" }, fingerprint: "f" },
          Send: { submitted: { submission: "s", baselineId: "b", task, submittedAt: "now" } },
          Scan: { waitedFor: "s", status: "SUCCEEDED", counts: { total: 1 } },
        }[step];
        return { id: `${name}-id`, state: { ...(inputs as object), ...outs } };
      },
    },
    "app",
    "dev",
  );
}

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

const setting = { enable: true, scanTime: "01:00", scanPeriod: 1, scanVul: true, scanVirus: true, scanRisk: true };
const request = { images: ["sha256:b", "sha256:a"], scanVul: true };
const inputsOf = (type: string) => registered.find((one) => one.type === type)?.inputs ?? {};

describe("the resources", () => {
  beforeEach(mock);

  it("look like dynamic resources of the SDK, with a short provider text", async () => {
    const provider: pulumi.dynamic.ResourceProvider = { create: async () => ({ id: "1" }) };
    class OfTheSdk extends pulumi.dynamic.Resource {
      constructor() {
        super(provider, "reference", {}, undefined, undefined, "LocalSetting");
      }
    }
    await value(new OfTheSdk().urn);
    await value(new tencent.ScanSetting("nightly", setting, {}).urn);
    const [sdk, ours] = registered;
    assert.equal(ours?.type, sdk?.type);
    const [theirText, ourText] = [String(sdk?.inputs["__provider"]), String(ours?.inputs["__provider"])];
    for (const text of [theirText, ourText]) assert.match(text, /^exports\.handler ?=/);
    assert(ourText.length <= 100, `${ourText.length} characters`);
  });

  it("allow one setting for each account in a program", () => {
    new tencent.ScanSetting("one", { ...setting, account: "refused" });
    assert.throws(
      () => new tencent.ScanSetting("two", { ...setting, account: "refused" }),
      /"one" declares this setting already/,
    );
    new tencent.ScanSetting("three", { ...setting, account: "other" });
  });

  it("refuse a secret key in clear text in the config, and name it", () => {
    pulumi.runtime.setConfig("tencentcloud-clear:secretKey", "in-clear");
    assert.throws(
      () => new tencent.ScanSetting("clear", { ...setting, account: "clear" }),
      (error: Error) => {
        assert.match(error.message, /pulumi config set --secret tencentcloud-clear:secretKey/);
        assert.doesNotMatch(error.message, /in-clear/);
        return true;
      },
    );
  });

  it("refuse a clear-text key of the default account too", () => {
    const before = { ...pulumi.runtime.allConfig() };
    pulumi.runtime.setConfig("tencentcloud:secretKey", "in-clear");
    assert.throws(
      () => new tencent.ScanSetting("default", { ...setting, account: "assuming" }),
      /pulumi config set --secret tencentcloud:secretKey/,
    );
    pulumi.runtime.setAllConfig(before);
  });

  for (const name of ["secretKey", "securityToken", "authToken", "userPassword"]) {
    it(`refuse a ${name} of Huawei Cloud in clear text in the config`, () => {
      pulumi.runtime.setConfig(`huaweicloud-${name}:${name}`, "in-clear");
      const args = { enabled: true, scanCycle: 7 as const, scanScope: 1, registries: [], account: name };
      assert.throws(
        () => new huawei.ScanSetting("clear", args),
        new RegExp(`pulumi config set --secret huaweicloud-${name}:${name} VALUE`),
      );
    });
  }

  it("have an undefined task id if the cloud returns none", async () => {
    const task = new tencent.RegistryScanTask("images", { ids: ["8741110"], scanTypes: ["CVE"] });
    assert.equal(await value(task.taskId), undefined);
    assert.deepEqual(inputsOf("pulumi-nodejs:dynamic:RegistryRead")["ids"], ["8741110"]);
  });

  it("allow a setting for each enterprise project of Huawei Cloud, and refuse a second one", () => {
    const policy = { enabled: true, scanCycle: 7 as const, scanScope: 1, registries: [], account: "eps" };
    new huawei.ScanSetting("one", { ...policy, enterpriseProjectId: "1" });
    new huawei.ScanSetting("two", { ...policy, enterpriseProjectId: "2" });
    assert.throws(
      () => new huawei.ScanSetting("three", { ...policy, enterpriseProjectId: "1" }),
      /give it another account or projectId or enterpriseProjectId/,
    );
  });

  it("declare a task as three resources of its own name, the last of which is the object", async () => {
    const task = new tencent.LocalScanTask("release", { ...request, triggers: ["1"], failOn: "task" });
    assert.equal(await value(task.status), "SUCCEEDED");
    assert.equal(await value(task.taskId), "41033");
    assert.deepEqual(
      registered.map(({ type, name }) => [type, name]),
      [
        ["pulumi-nodejs:dynamic:LocalRead", "release"],
        ["pulumi-nodejs:dynamic:LocalSend", "release"],
        ["pulumi-nodejs:dynamic:LocalScan", "release"],
      ],
    );
    assert.equal(await value(task.urn), "urn:pulumi:dev::app::pulumi-nodejs:dynamic:LocalScan::release");
    for (const { inputs } of registered) assert(String(inputs["__provider"] ?? "").length <= 100);
  });

  it("leave missing arguments to the provider's check", async () => {
    new tencent.LocalScanTask("bare", undefined as unknown as { scanVul: boolean });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const problems = inputsOf("pulumi-nodejs:dynamic:LocalRead")["problems"] as {
      property: string;
    }[];
    assert.deepEqual(
      problems.map(({ property }) => property),
      ["scanVul", "images"],
    );
  });

  it("declare no wait and no results with wait: false", async () => {
    const task = new tencent.LocalScanTask("release", { ...request, wait: false });
    assert.equal(await value(task.taskId), "41033");
    assert.equal(registered.length, 2);
    assert.equal(await value(task.status), undefined);
  });

  it("start a scan only for changed request fields or triggers", async () => {
    const fingerprintOf = async (args: tencent.LocalScanTask extends never ? never : object) => {
      await mock();
      const task = new tencent.LocalScanTask("release", { ...request, ...args });
      await value(task.taskId);
      const {
        account: _,
        triggers,
        __provider,
        ...inputs
      } = inputsOf(baseline) as Record<string, unknown> & {
        triggers?: readonly string[];
      };
      return fingerprint(localScanTask, { request: canonical(inputs) as LocalScanRequest, triggers });
    };
    const plain = await fingerprintOf({});
    const irrelevant = {
      wait: false,
      waitTimeoutSeconds: 5,
      failOn: "task",
      onDelete: "leave",
      adoptTaskId: "7",
      triggers: [],
    };
    assert.equal(await fingerprintOf(irrelevant), plain);
    assert.equal(await fingerprintOf({ images: ["sha256:a", "sha256:b", "sha256:a"] }), plain);
    const writtenOut = { scanVirus: false, scanRisk: false, scanScope: 1, isOneClickScanningTask: true };
    assert.equal(await fingerprintOf(writtenOut), plain);
    const different = [
      { images: ["sha256:a"] },
      { scanRisk: true },
      { timeout: 60 },
      { triggers: ["1"] },
      { triggers: ["2"] },
    ];
    const fingerprints = await different.reduce(
      async (all, args) => [...(await all), await fingerprintOf(args)],
      Promise.resolve<unknown[]>([]),
    );
    assert.equal(new Set([plain, ...fingerprints]).size, different.length + 1);
  });

  it("publish UNKNOWN if the wait has seen the end of another task", async () => {
    await pulumi.runtime.setMocks({
      call: () => ({}),
      newResource: ({ name, inputs }) => ({
        id: name,
        state: {
          ...(inputs as object),
          submitted: { submission: "this", baselineId: "b", task: { taskId: "2" } },
          waitedFor: "other",
          fingerprint: "f",
          reading: { id: "b" },
          status: "SUCCEEDED",
        },
      }),
    });
    const task = new tencent.LocalScanTask("release", request);
    assert.equal(await value(task.status), "UNKNOWN");
    assert.match((await value(task.reason)) ?? "", /without --target/);
  });

  it("refuse a misspelt guard", () => {
    const scans = (key: string, account: string) => {
      pulumi.runtime.setAllConfig({ [`tencentcloud-${account}:${key}`]: "100012345678" });
      return () => new tencent.LocalScanTask("release", { ...request, account });
    };
    assert.throws(
      scans("allowedAccountId", "misspelt"),
      /tencentcloud-misspelt:allowedAccountId is not a setting of this package; did you mean tencentcloud-misspelt:allowedAccountIds\?/,
    );
    // A guard of the other vendor.
    assert.throws(scans("allowedDomainIds", "huawei"), /did you mean tencentcloud-huawei:allowedAccountIds\?/);
    assert.doesNotThrow(scans("allowedAccountIds", "right"));
    // The vendor's own provider reads it.
    assert.doesNotThrow(scans("forbiddenAccountIds", "vendor"));
    // Other providers have namespaces of the same name.
    assert.doesNotThrow(scans("assumeRole", "others"));
    pulumi.runtime.setAllConfig({});
  });
});
