import assert from "node:assert/strict";
import { taskKind } from "../../provider/kinds.js";
import type { TaskKind } from "../../provider/lifecycle/task-kind.js";
import { describeScans } from "../../provider/resources/scan-preview.js";
import { selectProperties } from "../../provider/validation/inputs.js";

const title = 'tencent:LocalScanTask "release"';

describe("describeScans", () => {
  it("says nothing if no scan starts", () => {
    assert.equal(describeScans([]), undefined);
    assert.equal(describeScans([{ title, images: "1 image", hasBaseline: true, hasSubmission: true }]), undefined);
    // --target does not name the task, or its submission.
    assert.equal(describeScans([{ title, images: "1 image" }]), undefined);
    assert.equal(describeScans([{ title, images: "1 image", hasBaseline: true }]), undefined);
  });

  it("counts the scans, and gives the cause of each first", () => {
    const text = describeScans([
      { title, images: "1 image", cause: "new" },
      { title: 'huawei:ScanTask "other"', images: "2 images", hasBaseline: true, hasSubmission: true },
      { title: 'tencent:RegistryScanTask "nightly"', cause: "triggers changed" },
    ]);
    assert.deepEqual(text?.split("\n"), [
      "This update starts 2 scans:",
      '- new: tencent:LocalScanTask "release", 1 image',
      '- triggers changed: tencent:RegistryScanTask "nightly", images not known yet',
    ]);
  });

  it("counts apart what only the update can decide", () => {
    const unsure = { title, images: "1 image", cause: "images not known yet" };
    const unsent = { title, images: "1 image", hasBaseline: true, isReached: true };
    assert.match(describeScans([unsure]) ?? "", /^This update starts perhaps 1 scan:\n- images not known yet: /);
    assert.match(describeScans([unsent]) ?? "", /^This update starts perhaps 1 scan:\n- unless an earlier update /);
    const all = describeScans([unsure, unsent, { title, images: "1 image", cause: "new" }]);
    assert.match(all ?? "", /^This update starts 1 scan, and perhaps 2 more:\n/);
  });

  it("names the scans that an earlier update started, and for which the update only waits", () => {
    const sent = {
      title,
      hasBaseline: true,
      isReached: true,
      hasSubmission: true,
      hasSameSubmission: true,
      isAwaited: true,
    };
    assert.equal(describeScans([{ ...sent, hasWait: true }]), undefined);
    assert.equal(
      describeScans([{ title: 'huawei:ScanTask "other"', images: "2 images", cause: "new", isAwaited: true }, sent]),
      [
        "This update starts 1 scan:",
        '- new: huawei:ScanTask "other", 2 images',
        "This update waits for 1 scan that an earlier update started:",
        '- tencent:LocalScanTask "release"',
      ].join("\n"),
    );
  });

  it("cuts a long list, and says how many it leaves out", () => {
    const lines = describeScans(Array.from({ length: 100 }, () => ({ title, images: "1 image", cause: "new" })));
    assert.match(lines ?? "", /^This update starts 100 scans:\n(- new: .*\n){10}- and 90 more$/);
  });
});

describe("describeImages", () => {
  const describeRequest = (kind: TaskKind, request: object) =>
    kind.describeImages(selectProperties<object>(kind.inputs, request));

  for (const [token, request, words] of [
    ["tencent:LocalScanTask", { images: ["sha256:a", "sha256:b", "sha256:a"] }, "2 images"],
    ["tencent:LocalScanTask", { clusterIds: ["cls-1"] }, "the images of 1 cluster"],
    ["tencent:LocalScanTask", { filters: [{ name: "ImageName", values: ["web"] }] }, "the images that match filters"],
    ["tencent:LocalScanTask", { scanScope: 2 }, "the recommended images"],
    ["tencent:LocalScanTask", { scanScope: 0 }, "all licensed images"],
    ["tencent:RegistryScanTask", { ids: [8741110] }, "1 image"],
    ["tencent:RegistryScanTask", { all: true }, "all images"],
    ["tencent:RegistryScanTask", { mode: "oneClick", scanScope: 2 }, "the recommended images"],
    [
      "tencent:RegistryScanTask",
      { filters: [{ name: "ImageName", values: ["web"] }] },
      "the images that match filters",
    ],
    [
      "tencent:VulnerabilityScanTask",
      { localImageIds: ["sha256:a"], registryImageScanType: "NOT_SCAN" },
      "1 local image and registry images never scanned",
    ],
    ["tencent:VulnerabilityScanTask", { localImageScanType: "ALL" }, "all local images"],
    ["tencent:VulnerabilityScanTask", { localClusterIds: ["a", "b"] }, "the images of 2 clusters"],
    ["tencent:VulnerabilityScanTask", { rescanRegistryTaskId: "7" }, "the registry images of task 7"],
    ["huawei:ScanTask", { images: [{ id: "42" }] }, "1 image"],
    ["huawei:ScanTask", { queryInfo: { namespace: "demo" } }, "the images that match queryInfo"],
    ["huawei:ScanTask", { isAll: true }, "all images"],
    ["huawei:ScanTask", { isAll: true, queryInfo: { imageType: "harbor" } }, "all images of harbor"],
  ] as const) {
    it(`says "${words}" for a ${token} of ${JSON.stringify(request)}`, () => {
      assert.equal(describeRequest(taskKind(token), request), words);
    });
  }
});
