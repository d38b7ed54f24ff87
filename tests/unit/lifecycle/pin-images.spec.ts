import assert from "node:assert/strict";
import { scanTask } from "../../../provider/huawei/tasks/scan-task.js";
import { forgetAll } from "../../../provider/lifecycle/run-memory.js";
import type { TaskKind } from "../../../provider/lifecycle/task-kind.js";
import { localScanTask } from "../../../provider/tencent/tasks/local/local-scan-task.js";
import { registryScanTask } from "../../../provider/tencent/tasks/registry/registry-scan-task.js";
import { Account, imageId } from "../../support/account.js";
import { hssImage } from "../../support/hss-image.js";
import { TaskRun } from "../../support/task-run.js";

const digestOf = (id: number) => `sha256:${String(id).padStart(64, "0")}`;

describe("an image that is written as text", () => {
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const run = (kind: TaskKind, request: object) =>
    new TaskRun(account, kind, kind.token.startsWith("huawei") ? account.huaweiClient() : account.client(), request);
  const local = (...images: string[]) => run(localScanTask, { images, scanVul: true });
  const registry = (images: readonly unknown[], more: object = {}) =>
    run(registryScanTask, { images, scanTypes: ["CVE"], ...more });
  const hss = (...images: readonly unknown[]) => run(scanTask, { images, scanScope: ["vulnerabilities"] });
  /** Fields of the first request of this action. */
  const sent = (action: string, names: readonly string[]) => {
    const { tencent, huawei } = account.emulator;
    const [call] = [...tencent.calls, ...huawei.calls].filter((one) => one.action === action);
    const request = call?.request as { readonly body?: object };
    const fields = (request.body ?? request) as Record<string, unknown>;
    return names.map((name) => fields[name]);
  };

  it("is sent as the id of the local image", async () => {
    const { status } = await local("shop/web:1.4.2", imageId("api")).run();
    assert.equal(status, "SUCCEEDED");
    const ids = [imageId("web"), imageId("api")].sort();
    assert.deepEqual(sent("CreateAssetImageScanTask", ["Images", "ScanScope"]), [ids, 1]);
  });

  it("is sent as the asset id of the registry image, and so are the names beside it", async () => {
    const names = { instanceName: "demo", namespace: "shop", imageName: "api", imageTag: "2.0.1" };
    const { status } = await registry(["demo.example/shop/web:1.4.2", names]).run();
    assert.equal(status, "SUCCEEDED");
    const [ids, images] = sent("CreateAssetImageRegistryScanTask", ["Id", "Images"]);
    assert.deepEqual([new Set(ids as number[]), images], [new Set([8_741_110, 1_256_299_843]), undefined]);
  });

  it("is sent to HSS with all fields of its row, and so is an image with few fields", async () => {
    const { status } = await hss("demo/nginx:1.27", { id: 43 }, { imageName: "web", imageVersion: "1.4.2" }).run();
    assert.equal(status, "SUCCEEDED");
    const [images] = sent("CreateManualImageScanTask", ["image_info"]) as [{ id: number }[]];
    const wanted = [42, 43, 44].map((id) => hssImage(account, id));
    assert.deepEqual(
      images.sort((a, b) => a.id - b.id),
      wanted,
    );
  });

  it("names an image on a host of HSS", async () => {
    const request = { images: ["worker:2.0.1"], globalImageType: "local", scanScope: ["vulnerabilities"] };
    assert.equal((await run(scanTask, request).run())["status"], "SUCCEEDED");
  });

  it("is looked up after the list is up to date, which is done once", async () => {
    account.emulator.tencent.registry.pushed.push({ id: 77, namespace: "new", name: "pushed", tag: "1" });
    const { status } = await registry(["demo.example/new/pushed:1"], { sync: true }).run();
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual(sent("CreateAssetImageRegistryScanTask", ["Id"]), [[77]]);
    assert.equal(account.calls("SyncAssetImageRegistryAsset").length, 1);
  });

  it("makes no lookup if only ids and complete images are written", async () => {
    await local(imageId("web")).readBaseline();
    await registry(
      [{ instanceName: "demo", namespace: "shop", imageName: "api", imageTag: "2.0.1" }],
      {},
    ).readBaseline();
    assert.deepEqual(account.calls("DescribeAssetImageList").length, 1, "only the reading of the account");
    const { pinned } = (await hss("demo/nginx:1.27").readBaseline()) as { pinned: { images: [object] } };
    const lists = account.calls("ListRegistryImages").length;
    assert.equal("pinned" in (await hss(pinned.images[0]).readBaseline()), false);
    assert.equal(account.calls("ListRegistryImages").length, lists);
  });

  it("keeps its image after a kill, even if the tag has moved: the scan is found, and none is started", async () => {
    const scan = local("shop/web:1.4.2");
    const killed = await scan.readEarlierBaseline();
    const { taskId } = await scan.submit(killed);
    const { images } = account.emulator.tencent.local;
    Object.assign(images.get(imageId("web")) ?? {}, { name: "shop/web:old" });
    account.emulator.tencent.local.add({ id: "sha256:moved", name: "shop/web:1.4.2" });
    forgetAll();
    const found = await local("shop/web:1.4.2").submit(killed);
    assert.deepEqual([found["origin"], found["taskId"], account.submissions().length], ["found", taskId, 1]);
    const outs = { ...scan.request, fingerprint: "f", reading: killed };
    assert.deepEqual(await scan.baseline.diff?.("id", outs, { ...scan.request }), { changes: false });
  });

  it("means the newest image of the repository if the tag was on an older one too", async () => {
    const moved = { name: "web", tag: "1.4.2" };
    account.emulator.tencent.registry.add({ id: 90, ...moved, latest: true });
    Object.assign(account.emulator.tencent.registry.images.get("8741110") ?? {}, { latest: false });
    await registry(["shop/web:1.4.2"]).run();
    assert.deepEqual(sent("CreateAssetImageRegistryScanTask", ["Id"]), [[90]]);
  });

  for (const [what, make, says] of [
    [
      "no local image",
      () => local("shop/api:2.0.2"),
      "no image shop/api:2.0.2; there is shop/api:2.0.1 (another tag). Correct it, or wait until the cloud lists it",
    ],
    [
      "no image of that registry",
      () => registry(["other.example/shop/web:1.4.2"]),
      "no image other.example/shop/web:1.4.2; there is shop/web:1.4.2 (another registry), " +
        "shop/web:1.4.1 (another registry, another tag). Correct it, or wait until the cloud lists it",
    ],
    [
      "no image of HSS",
      () => hss("demo/nginy:1.27"),
      "no image demo/nginy:1.27; there is demo/nginx:1.27 (another name). Correct it, or wait until the cloud lists it",
    ],
    [
      "no image of HSS, by its fields",
      () => hss({ id: 42, imageVersion: "1.28" }),
      'no image {"id":"42","imageVersion":"1.28"}; there is SWR demo/nginx:1.27 (id 42, ' +
        `sha256:${"42".padStart(64, "1")}) (another imageVersion). Correct it, or wait until the cloud lists it`,
    ],
    [
      "two images",
      () => {
        account.emulator.tencent.registry.add({
          id: 91,
          name: "web",
          tag: "1.4.2",
          instanceName: "b",
          instanceId: "b",
        });
        return registry(["shop/web:1.4.2"]);
      },
      `shop/web:1.4.2 matches 2 images: demo shop/web:1.4.2 (id 8741110, ${digestOf(8_741_110)}), ` +
        `b shop/web:1.4.2 (id 91, ${digestOf(91)}). Write the registry or the digest too`,
    ],
  ] as const) {
    it(`is refused if it names ${what}, and no scan is started`, async () => {
      await assert.rejects(make().readBaseline(), {
        message: `nothing was submitted: images: ${says} [IS-IMAGE]`,
      });
      assert.deepEqual(account.submissions(), []);
    });
  }

  it("is refused if its image is also excluded", async () => {
    const request = { images: ["shop/web:1.4.2"], excludeImageIds: [imageId("web")], scanVul: true };
    await assert.rejects(
      run(localScanTask, request).readBaseline(),
      /nothing was submitted: the images are found, and excludeImageIds names sha256:fed6.* is also in images \[IS-IMAGE\]/,
    );
  });

  it("keeps the cloud's own error if the list cannot be read", async () => {
    account.emulator.faults.plan({ action: "DescribeAssetImageList", fault: "error", code: "UnauthorizedOperation" });
    await assert.rejects(
      local("shop/web:1.4.2").readBaseline(),
      /^CloudError: DescribeAssetImageList: .* grant it this action in CAM/,
    );
  });
});
