import assert from "node:assert/strict";
import { argumentRules } from "../../../provider/lifecycle/task-inputs.js";
import { scanSetting } from "../../../provider/tencent/settings/scan-setting.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { canonical } from "../../../provider/validation/canonical.js";
import { findFailures, type Inputs } from "../../../provider/validation/inputs.js";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const setting = { enable: true, scanTime: "01:00", scanPeriod: 1, scanVul: true, scanVirus: true, scanRisk: true };
const task = { images: ["sha256:a"], scanVul: true };

const settingFailures = (inputs: object) => findFailures({ ...setting, ...inputs } as Inputs, scanSetting.inputs);
const taskFailures = (inputs: object) => findFailures(inputs as Inputs, argumentRules(localScanTask));
const properties = (failures: readonly { property: string }[]) => failures.map(({ property }) => property);

describe("failuresOf", () => {
  it("accepts a correct setting and a correct task", () => {
    assert.deepEqual(settingFailures({ scanEndTime: "05:00" }), []);
    assert.deepEqual(taskFailures(task), []);
    assert.deepEqual(taskFailures({ scanScope: 0, scanVirus: true, triggers: ["1"], waitTimeoutSeconds: 60 }), []);
  });

  it("reports each bad property with its own reason", () => {
    const failures = settingFailures({ scanTime: "25:00", scanPeriod: 0, enable: "yes", scanScope: 7 });
    assert.deepEqual(properties(failures).sort(), ["enable", "scanPeriod", "scanScope", "scanTime"]);
    assert.equal(new Set(failures.map(({ reason }) => reason)).size, 4);
  });

  it("gives a hint for the vendor's old example", () => {
    const [failure] = settingFailures({ scanTime: "2020-12-28 15:53:26" });
    assert.match(failure?.reason ?? "", /write "15:53"/);
  });

  it("names missing and misspelt properties", () => {
    const { scanTime: _, ...rest } = setting;
    assert.deepEqual(findFailures(rest, scanSetting.inputs), [{ property: "scanTime", reason: "is required" }]);
    assert.match(taskFailures({ ...task, Images: [] })[0]?.reason ?? "", /did you mean "images"/);
  });

  it("accepts values that are not known yet", () => {
    assert.deepEqual(settingFailures({ scanTime: unknown, images: [unknown], scanScope: unknown }), []);
    assert.deepEqual(taskFailures({ images: unknown, scanVul: unknown }), []);
    assert.deepEqual(properties(taskFailures({ images: unknown, timeout: -1 })), ["timeout"]);
  });

  for (const [what, inputs, property] of [
    ["scope 1 without images", { scanScope: 1 }, "images"],
    ["scope 3 without clusters", { scanScope: 3 }, "clusterIds"],
    ["images without scope 1", { images: ["sha256:a"] }, "images"],
    ["clusters without scope 3", { clusterIds: ["cls-1"], scanScope: 2 }, "clusterIds"],
    [
      "an image that is asked for and left out",
      { scanScope: 1, images: ["sha256:a"], excludeImages: ["sha256:a"] },
      "excludeImages",
    ],
    ["a window of no length", { scanEndTime: "01:00:00" }, "scanEndTime"],
    ["an enabled schedule that looks for nothing", { scanVul: false, scanVirus: false, scanRisk: false }, "scanVul"],
  ] as const) {
    it(`refuses a setting with ${what}`, () => assert.deepEqual(properties(settingFailures(inputs)), [property]));
  }

  for (const [what, inputs, property] of [
    ["nothing that says what to scan", { scanVul: true }, "images"],
    ["an empty list of images", { images: [], scanVul: true }, "images"],
    ["nothing to look for", { images: ["sha256:a"] }, "scanVul"],
    ["images and another scope", { ...task, scanScope: 0 }, "scanScope"],
    ["images and filters", { ...task, filters: [{ name: "ImageName", values: ["web"] }] }, "images"],
    ["all and images", { ...task, all: true }, "all"],
    ["scope 3 without clusters", { scanVul: true, scanScope: 3 }, "scanScope"],
    [
      "a filter of the API's own spelling",
      { scanVul: true, filters: [{ Name: "ImageName", Values: ["web"] }] },
      "filters",
    ],
    ["control characters in an id", { images: ["sha256:a\r\nX-Header: 1"], scanVul: true }, "images"],
    ["a failOn that does not exist", { ...task, failOn: "always" }, "failOn"],
    ["no time to wait", { ...task, waitTimeoutSeconds: 0 }, "waitTimeoutSeconds"],
  ] as const) {
    it(`refuses a task with ${what}`, () => assert.deepEqual(properties(taskFailures(inputs)), [property]));
  }

  it("refuses names that only JavaScript's Object has", () => {
    const failures = taskFailures({ ...task, ...(JSON.parse('{"constructor":1,"toString":2}') as object) });
    assert.deepEqual(properties(failures), ["constructor", "toString"]);
  });
});

describe("canonical", () => {
  it("ignores order, duplicates and absent members", () => {
    const a = { ids: ["b", "a", "b"], filters: [{ name: "n", values: ["2", "1"] }], gone: undefined };
    const b = { filters: [{ values: ["1", "2"], name: "n" }], ids: ["a", "b"] };
    assert.equal(JSON.stringify(canonical(a)), JSON.stringify(canonical(b)));
  });
});
