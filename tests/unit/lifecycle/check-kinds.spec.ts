import assert from "node:assert/strict";
import { scanTask } from "../../../provider/huawei/tasks/scan-task.js";
import { argumentRules } from "../../../provider/lifecycle/task-inputs.js";
import { registryScanSetting } from "../../../provider/tencent/settings/registry-scan-setting.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { registryScanTask } from "../../../provider/tencent/tasks/registry/registry-scan-task.js";
import { vulnerabilityScanTask } from "../../../provider/tencent/tasks/vulnerability/vulnerability-scan-task.js";
import { findFailures, type Inputs } from "../../../provider/validation/inputs.js";

type Case = readonly [inputs: object, property: string | undefined, reason?: RegExp];

const name = { instanceName: "demo", namespace: "shop", imageName: "web", imageTag: "1" };

const cases: Readonly<Record<string, { rules: Parameters<typeof findFailures>[1]; cases: readonly Case[] }>> = {
  "a scan of registry images": {
    rules: argumentRules(registryScanTask),
    cases: [
      [{ ids: ["1"] }, undefined],
      [{ all: false, ids: ["1256299843"], onlyScanLatest: false }, undefined],
      [{ images: [name], sync: true }, undefined],
      [{ images: ["registry.example:5000/shop/web:1", `shop/api@sha256:${"a".repeat(64)}`, name] }, undefined],
      [{ images: ["shop/web"] }, "images", /^\[0\] has neither a tag nor a digest, .* such as "shop\/web:latest"$/],
      [{ images: [name, "shop/Web:1"] }, "images", /^\[1\] has an upper-case letter/],
      [{ images: [7] }, "images", /^\[0\] is 7, not an object/],
      [{ mode: "oneClick", scanScope: 2, namespaces: ["a"], registryTypes: ["tcr"], isLatest: true }, undefined],
      [{}, "ids", /nothing else says what to scan: give ids, images or filters, or write all: true/],
      [{ mode: "oneClick", namespaces: ["a"] }, "ids", /write scanScope: 0 or 2/],
      [{ ids: [8741110, "1256299843"] }, undefined],
      [{ ids: [2 ** 53] }, "ids", /^\[0\] is a number that JavaScript rounds; write it as a string$/],
      [{ ids: [-1] }, "ids", /^\[0\] is -1, not an id such as "8741110"$/],
      [{ ids: [] }, "ids", /empty list/],
      [{ ids: ["1"], scanTypes: ["cve"] }, "scanTypes", /not one of "CVE", "VIRUS", "RISK"/],
      [{ ids: ["1"], images: [name] }, "ids", /alternatives/],
      [{ ids: ["1"], all: true }, "all", /contradicts/],
      [{ ids: ["1"], scanScope: 1 }, "scanScope", /only used with mode: "oneClick"/],
      [
        { mode: "oneClick", scanScope: 0, filters: [{ name: "a", values: ["b"] }] },
        "filters",
        /only used with mode: "ids"/,
      ],
      [{ mode: "oneClick", scanScope: 1 }, "scanScope", /needs ids or images/],
      [{ ids: ["1"], excludeImageIds: ["2"] }, "excludeImageIds", /together with filters/],
      [{ images: [{ ...name, imageTag: undefined }] }, "images", /^\[0\]\.imageTag is required$/],
      [{ images: [{ ...name, tag: "1" }] }, "images", /^\[0\]\.tag is not a known field/],
      [{ ids: ["1"], sync: ["x"] }, "sync", /^\[0\] is "x", not an id/],
      [{ id: ["1"] }, "id", /did you mean "ids"\?/],
      [{ ids: ["1"], sync: "yes" }, "sync", /use true, false, or a list of registry ids/],
      [{ ids: ["1"], account: "a b" }, "account", /letters, digits/],
      [{ ids: ["1"], triggers: [undefined] }, "triggers", /is undefined, not a string; is a variable not set\?/],
      [{ ids: ["1"], scanTyps: ["CVE"] }, "scanTyps", /did you mean "scanTypes"\?/],
      [{ ids: ["1"], adoptTaskId: "a" }, "adoptTaskId", /not an id/],
    ],
  },
  "a vulnerability scan": {
    rules: argumentRules(vulnerabilityScanTask),
    cases: [
      [{ localImageScanType: "ALL", registryImageScanType: "ALL" }, undefined],
      [{ localImageIds: ["sha256:a"], registryImageIds: ["1"] }, undefined],
      [{ rescanLocalTaskId: "36002", adoptTaskId: "36002,36003" }, undefined],
      [{}, "localImageScanType", /nothing else says what to scan/],
      [{ localImageScanType: "CLUSTER" }, "localClusterIds", /missing; CLUSTER needs it/],
      [{ registryImageScanType: "IMAGEIDS" }, "registryImageIds", /missing; IMAGEIDS needs it/],
      [{ localImageScanType: "ALL", localImageIds: ["sha256:a"] }, "localImageScanType", /contradicts localImageIds/],
      [{ registryImageScanType: "CLUSTER" }, "registryImageScanType", /not one of/],
      [{ rescanLocalTaskId: "0" }, "rescanLocalTaskId", /is 0, which is no id/],
      [
        { rescanLocalTaskId: "5", localImageScanType: "ALL" },
        "rescanLocalTaskId",
        /does not work with localImageScanType/,
      ],
      [{ localImageScanTyp: "ALL" }, "localImageScanTyp", /did you mean "localImageScanType"\?/],
      [
        { localImageIds: ["sha256:a"], excludeLocalImageIds: ["sha256:a"] },
        "excludeLocalImageIds",
        /names sha256:a, which/,
      ],
      [{ localImageIds: ["shop/web:1"] }, "localImageIds", /^\[0\] is "shop\/web:1", not the id of a local image/],
      [{ localImageScanType: "ALL", adoptTaskId: "0" }, "adoptTaskId", /"0,36003" for images of registries/],
    ],
  },
  "a scan of local images": {
    rules: argumentRules(localScanTask),
    cases: [
      [{ images: ["sha256:a", "shop/web:1"], scanVul: true }, undefined],
      [{ images: ["shop/web"], scanVul: true }, "images", /^\[0\] has neither a tag nor a digest/],
      [{ images: ["a".repeat(64)], scanVul: true }, "images", /^\[0\] is only an id or a digest/],
    ],
  },
  "a scan by HSS": {
    rules: argumentRules(scanTask),
    cases: [
      [{ images: ["demo/nginx:1.27", { id: 42 }] }, undefined],
      [{ images: ["demo/nginx:1.27", { id: 42 }, {}] }, "images", /^\[2\] has neither id nor imageName/],
      [{ isAll: true, scanScope: 2147483647, queryInfo: { imageType: "harbor" } }, undefined],
      [{ images: [{ id: "42" }], scanScope: ["all"] }, undefined],
      [{ globalImageType: "local", images: [{ imageName: "a", registryType: "Local" }] }, undefined],
      [{}, "images", /write isAll: true to scan every image/],
      [{ queryInfo: {} }, "queryInfo", /has no condition, so it would match every image/],
      [{ isAll: false }, "images", /nothing else says what to scan/],
      [{ isAll: true, images: [{ id: "42" }] }, "isAll", /would scan every image/],
      [{ isAll: true, scanScope: 0 }, "scanScope", /not a whole number, 1 to 2147483647; or a list/],
      [{ isAll: true, scanScope: ["virus"] }, "scanScope", /not one of "vulnerabilities", "baseline"/],
      [{ isAll: true, rateLimit: 1001 }, "rateLimit", /0 to 1000/],
      [{ isAll: true, globalImageType: "local_image" }, "globalImageType", /not one of "local", "registry"/],
      [{ images: [{ namespace: "a" }] }, "images", /^\[0\] has neither id nor imageName/],
      [{ images: [{ id: "1", registryType: "Local" }] }, "images", /globalImageType is "registry"/],
      [{ queryInfo: { podId: "x".repeat(65) } }, "queryInfo", /^\.podId is longer than 64/],
      [{ images: [{ id: 42 }] }, undefined],
      [{ images: [{ id: 4.2 }] }, "images", /^\[0\]\.id is 4\.2, not an id/],
    ],
  },
  "the schedule of registry images": {
    rules: registryScanSetting.inputs,
    cases: [
      [{ enable: true, scanTime: "18:10", scanPeriod: 1 }, undefined],
      [{ enable: true, scanTime: "18:10", scanPeriod: 1, scanTypes: [] }, "scanTypes", /is empty/],
      [{ enable: true, scanTime: "18:10", scanPeriod: 1, scanScope: 1 }, "ids", /scanScope: 1 needs/],
      [{ enable: true, scanTime: "18:10", scanPeriod: 1, ids: ["1"] }, "ids", /only used with scanScope: 1/],
      [{ enable: true, scanTime: "2020-12-28 15:53:26", scanPeriod: 1 }, "scanTime", /write "15:53"/],
      [{ enable: true, scanTime: "18:10", scanPeriod: 1, scanEndTime: "18:10" }, "scanEndTime", /no time to scan/],
    ],
  },
};

describe("the arguments of", () => {
  for (const [what, { rules, cases: each }] of Object.entries(cases)) {
    for (const [inputs, property, reason = /./] of each) {
      it(`${what}: ${JSON.stringify(inputs).slice(0, 100)} ${property === undefined ? "are accepted" : `are refused for ${property}`}`, () => {
        const failures = findFailures(inputs as Inputs, rules);
        if (property === undefined) return assert.deepEqual(failures, []);
        const failure = failures.find((one) => one.property === property);
        assert.match(failure?.reason ?? `nothing: ${JSON.stringify(failures)}`, reason);
      });
    }
  }
});
