import assert from "node:assert/strict";
import { scanTask } from "../../../provider/huawei/tasks/scan-task.js";
import type { huawei, tencent } from "../../../provider/index.js";
import { argumentRules } from "../../../provider/lifecycle/task-inputs.js";
import { registryScanTask } from "../../../provider/tencent/tasks/registry/registry-scan-task.js";
import { findFailures, type Inputs } from "../../../provider/validation/inputs.js";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const rules = argumentRules(registryScanTask);
const failures = (inputs: object) =>
  findFailures(inputs as Inputs, rules).map(({ property, reason }) => `${property}: ${reason}`);

describe("a fault in a nested value", () => {
  it("is reported with its path, as a program writes it", () => {
    assert.deepEqual(
      failures({
        ids: ["1", "x"],
        images: [{ instanceName: "i", namespace: "n", imageName: "m", imageTag: "" }],
        filters: [{ name: "a", values: ["b", 7] }],
        thresholds: { high: 0, exceptions: [{ id: "CVE-1", reason: "r", expires: "x" }] },
        triggers: ["1", 2],
      }),
      [
        'ids: [1] is "x", not an id such as "8741110"',
        'images: [0].imageTag is "", which is empty, or begins or ends with a blank',
        "filters: [0].values[1] is 7, not a string",
        'thresholds: .exceptions[0].expires is "x", not a day such as 2026-12-31',
        "triggers: [1] is not a string",
      ],
    );
  });

  it("is reported beside unknown values, which are skipped at any depth", () => {
    assert.deepEqual(
      failures({
        ids: [unknown, "x"],
        filters: [
          { name: unknown, values: [unknown] },
          { name: "a", values: unknown, exactMatch: 1 },
        ],
        thresholds: { high: unknown, exceptions: [{ id: unknown, reason: "r", expires: "x" }] },
        scanTypes: unknown,
      }),
      [
        'ids: [1] is "x", not an id such as "8741110"',
        "filters: [1].exactMatch is 1, not true or false",
        'thresholds: .exceptions[0].expires is "x", not a day such as 2026-12-31',
      ],
    );
    assert.deepEqual(failures({ ids: [unknown], thresholds: { high: unknown } }), []);
  });

  it("has a readable path for any name", () => {
    const [failure] = findFailures({ isAll: true, queryInfo: { "a b": 1 } }, scanTask.inputs);
    assert.equal(failure?.reason, '["a b"] is not a known field');
  });
});

describe("the types of requests", () => {
  it("allow exactly the values that the checks allow", () => {
    const cycles: readonly huawei.ScanSettingValues["scanCycle"][] = [3, 7, 14];
    // @ts-expect-error
    const wrongCycle: huawei.ScanSettingValues["scanCycle"] = 1;
    const ids: NonNullable<tencent.RegistryScanRequest["ids"]> = [8_741_110, "9007199254740993"];
    // @ts-expect-error
    const wrongScope: tencent.LocalScanRequest["scanScope"] = 4;
    // @ts-expect-error
    const wrongWindow: Pick<tencent.ScanSettingValues, "scanTime"> = {};
    assert.deepEqual([cycles.length, ids.length, wrongCycle, wrongScope, wrongWindow], [3, 2, 1, 4, {}]);
  });
});
