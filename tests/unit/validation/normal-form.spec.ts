import assert from "node:assert/strict";
import { scanSetting as huaweiScanSetting } from "../../../provider/huawei/settings/scan-setting.js";
import { scanTask } from "../../../provider/huawei/tasks/scan-task.js";
import { registryScanSetting } from "../../../provider/tencent/settings/registry-scan-setting.js";
import { scanSetting } from "../../../provider/tencent/settings/scan-setting.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { registryScanTask } from "../../../provider/tencent/tasks/registry/registry-scan-task.js";
import { vulnerabilityScanTask } from "../../../provider/tencent/tasks/vulnerability/vulnerability-scan-task.js";
import { findFailures, type InputRules, type Inputs } from "../../../provider/validation/inputs.js";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const digest = `sha256:${"ab".repeat(32)}`;
const capital = `sha256:${"AB".repeat(32)}`;
const web = { instanceName: "i", namespace: "n", imageName: "web", imageTag: "1" };

/** Requests that are the same, whoever wrote them. */
const same: Readonly<Record<string, readonly [rules: InputRules, one: Inputs, other: Inputs]>> = {
  "images in another order, and twice": [
    localScanTask.inputs,
    { images: ["b", "a", "b"], scanVul: true },
    { scanVul: true, images: ["a", "b"] },
  ],
  "a digest in capital letters": [localScanTask.inputs, { images: [capital, digest] }, { images: [digest] }],
  "an image of Docker Hub as text": [
    localScanTask.inputs,
    { images: ["docker.io/library/nginx:1.27", digest] },
    { images: [digest, "docker.io/nginx:1.27"] },
  ],
  "images as texts and by names": [
    registryScanTask.inputs,
    { images: [{ ...web, force: false }, "n/web:1", "n/web:1"] },
    { images: ["n/web:1", web] },
  ],
  "filters and their values in another order": [
    localScanTask.inputs,
    {
      filters: [
        { name: "b", values: ["2", "1"] },
        { values: ["x"], name: "a" },
      ],
    },
    {
      filters: [
        { name: "a", values: ["x", "x"] },
        { name: "b", values: ["1", "2"] },
      ],
    },
  ],
  "what is absent, in each way to say so": [
    localScanTask.inputs,
    { all: true, timeout: undefined },
    { all: true, filters: null },
  ],
  "ids as numbers, as texts, and with zeros in front": [
    registryScanTask.inputs,
    { ids: [8_741_110, "8741110", "08741110"] },
    { ids: ["8741110"] },
  ],
  "an image with its default written out": [
    registryScanTask.inputs,
    { images: [{ ...web, force: false }, web] },
    { images: [web] },
  ],
  "scan types in another order": [
    registryScanTask.inputs,
    { scanTypes: ["VIRUS", "CVE", "CVE"] },
    { scanTypes: ["CVE", "VIRUS"] },
  ],
  "registries to bring up to date": [registryScanTask.inputs, { sync: [7, "7"] }, { sync: ["7"] }],
  "an id alone": [vulnerabilityScanTask.inputs, { rescanLocalTaskId: 36_002 }, { rescanLocalTaskId: "36002" }],
  "excluded images": [
    vulnerabilityScanTask.inputs,
    { excludeRegistryImageIds: [7, "6"], excludeLocalImageIds: [capital] },
    { excludeLocalImageIds: [digest], excludeRegistryImageIds: ["6", "7", 6] },
  ],
  "images by numbers and by texts": [
    scanTask.inputs,
    {
      images: [
        { id: 42, imageDigest: capital },
        { id: "42", imageDigest: digest },
      ],
    },
    { images: [{ imageDigest: digest, id: "42" }] },
  ],
  "numbers of a query": [scanTask.inputs, { queryInfo: { imageSize: 5 } }, { queryInfo: { imageSize: "5" } }],
  "kinds of risk that all covers": [scanTask.inputs, { scanScope: ["all", "baseline"] }, { scanScope: ["all"] }],
  "times with and without seconds": [
    scanSetting.inputs,
    { scanTime: "01:00:00", scanEndTime: "05:00" },
    { scanTime: "01:00", scanEndTime: "05:00:00" },
  ],
  "an image of a schedule": [registryScanSetting.inputs, { images: [{ ...web, force: false }] }, { images: [web] }],
  "registries of a schedule": [
    huaweiScanSetting.inputs,
    { registries: [{ registryId: "b" }, { registryId: "a" }, { registryId: "b" }] },
    { registries: [{ registryId: "a" }, { registryId: "b" }] },
  ],
};

describe("the normal form", () => {
  for (const [what, [rules, one, other]] of Object.entries(same)) {
    it(`is the same for ${what}`, () => {
      assert.equal(JSON.stringify(rules.normalize(one)), JSON.stringify(rules.normalize(other)));
      assert.deepEqual(rules.normalize(rules.normalize(one)), rules.normalize(one));
    });
  }

  it("differs for different requests", () => {
    const of = (request: Inputs) => JSON.stringify(registryScanTask.inputs.normalize(request));
    assert.notEqual(of({ images: [web] }), of({ images: [{ ...web, force: true }] }));
    assert.notEqual(of({ images: [web] }), of({ images: [{ ...web, imageTag: "2" }] }));
    assert.notEqual(of({ ids: ["1"] }), of({ ids: ["10"] }));
  });

  it("leaves out properties that are not fields of the request", () => {
    assert.deepEqual(localScanTask.inputs.normalize({ all: true, triggers: ["1"], failOn: "task" }), { all: true });
  });

  it("does not change wrong or unknown values", () => {
    const odd = { ids: ["x", "1"], images: unknown, scanTypes: [unknown, "CVE"], filters: "all" };
    assert.deepEqual(registryScanTask.inputs.normalize(odd), { ...odd, ids: ["1", "x"] });
  });

  it("is the sent form, and the form that detects changes", () => {
    for (const [kind, one, other] of [
      [registryScanTask, { ids: [2, 1, "1"] }, { ids: ["1", "2"] }],
      [registryScanTask, { ids: ["1"] }, { ids: ["1"], mode: "ids" }],
      [localScanTask, { images: [capital], scanVul: true }, { images: [digest], scanVul: true, scanRisk: false }],
      [scanTask, { images: [{ id: 42 }] }, { images: [{ id: "42" }, { id: "042" }], isAll: false }],
    ] as const) {
      const sent = (request: object) => JSON.stringify(kind.createPayload(request as never));
      assert.equal(sent(one), sent(other));
    }
    assert.deepEqual(registryScanTask.createPayload({ ids: ["9223372036854775807", 1] }), {
      mode: "ids",
      body: { Id: [1, 9_223_372_036_854_775_807n] },
    });
  });
});

describe("an image that is named twice in different words", () => {
  const failures = (rules: InputRules, inputs: Inputs) =>
    findFailures(inputs, rules).map((one) => Object.values(one).join(" "));
  const words = "images [1] and [0] name the same in two ways; leave one of them out";

  it("is refused, because its findings would count twice", () => {
    const images = [web, { ...web, imageDigest: digest }];
    assert.deepEqual(failures(registryScanTask.inputs, { images }), [words]);
    assert.deepEqual(failures(scanTask.inputs, { images: [{ id: "42" }, { id: 42, imageName: "nginx" }] }), []);
  });

  it("is not an image of another digest, or one repeated in the same words", () => {
    const images = [
      { ...web, imageDigest: digest },
      { ...web, imageDigest: `sha256:${"cd".repeat(32)}` },
      { ...web, imageDigest: digest },
    ];
    assert.deepEqual(failures(registryScanTask.inputs, { images }), []);
  });
});
