import assert from "node:assert/strict";
import type { RegistryScanRequest } from "../../../../provider/tasks/tencent/registry-scan-request.js";
import { registryScanTask } from "../../../../provider/tasks/tencent/registry-scan-task.js";
import { createAssetImageRegistryScanTask } from "../../../../provider/tencent/registry-images.js";
import { Account } from "../../../support/account.js";
import { TaskRun } from "../../../support/task-run.js";

const web = "8741110";
const api = "1256299843";
const all = ["CVE", "VIRUS", "RISK"] as const;

for (const site of ["cn", "intl"] as const) {
  describe(`a scan of registry images, on the ${site === "cn" ? "domestic" : "international"} site`, () => {
    let account: Account;
    beforeEach(async () => {
      account = await Account.open(60, undefined, site);
    });
    afterEach(() => account.close());

    const scan = (request: RegistryScanRequest = { ids: [web, api], scanTypes: [...all] }) =>
      new TaskRun(account, registryScanTask, account.client(), request);
    const world = () => account.emulator.tencent.registry;
    const sent = (action: string) => account.emulator.tencent.calls.filter((call) => call.action === action);

    it("is a success when each image has a new result of each scan type", async () => {
      const { status, counts, rawStatus } = await scan().run();
      assert.deepEqual([status, rawStatus, counts], ["SUCCEEDED", "SCANNED", { total: 2, scanned: 2, succeeded: 2 }]);
      for (const { request } of sent("DescribeAssetImageRegistryScanStatusOneKey")) {
        assert.deepEqual(Object.keys(request), [site === "cn" ? "TaskID" : "Id"]);
      }
    });

    it("publishes the task's id, and does without where the answer has none", async () => {
      assert.equal((await scan().submit(await scan().snapshot()))["taskId"], "13");
      account.clock.pass(61_000);
      account.emulator.preset("registry-create-no-taskid");
      const idless = scan({ ids: [web], scanTypes: ["CVE"] });
      const snapshot = await idless.snapshot();
      const submitted = await idless.submit(snapshot);
      assert.equal("taskId" in submitted, false);
      assert.deepEqual(submitted["taskIds"], {});
      assert.equal((await idless.wait(snapshot, submitted))["status"], "SUCCEEDED");
    });

    it("sends the fields of each of the two actions by the API's names", async () => {
      await scan({ ids: [web], scanTypes: ["CVE"], timeout: 86_400 }).submit(await scan().snapshot());
      assert.deepEqual(sent("CreateAssetImageRegistryScanTask")[0]?.request, {
        Id: [8_741_110],
        ScanType: ["CVE"],
        Timeout: 86_400,
      });
      account.clock.pass(61_000);
      const oneClick = scan({ mode: "oneClick", scanScope: 0, namespaces: ["tools"], registryTypes: ["harbor"] });
      await oneClick.submit(await oneClick.snapshot());
      assert.deepEqual(sent("CreateAssetImageRegistryScanTaskOneKey")[0]?.request, {
        ScanScope: 0,
        Namespace: ["tools"],
        RegistryType: ["harbor"],
      });
    });

    it("is PARTIAL when a scan type that was asked for has failed, although the cloud calls it SCANNED", async () => {
      account.emulator.preset("registry-partial", web);
      const { status, rawStatus, reason } = await scan({ ids: [web], scanTypes: [...all] }).run();
      assert.deepEqual([status, rawStatus], ["PARTIAL", "SCANNED"]);
      assert.match(String(reason), /8741110 shop\/web:1\.4\.2 \(SCANNED, CVE SCANNED, VIRUS SCAN_ERR.*ConnFailed/);
    });

    it("is a success when a scan type that was not asked for is left out, whatever the remarks", async () => {
      account.emulator.preset("registry-subset");
      assert.equal((await scan({ ids: [web], scanTypes: ["CVE", "RISK"] }).run())["status"], "SUCCEEDED");
      assert.equal((await scan({ ids: [api], scanTypes: ["CVE", "VIRUS"] }).run())["status"], "PARTIAL");
    });

    it("is TIMED_OUT at the documented oddity: Schedule 100, with nothing scanned", async () => {
      account.emulator.preset("registry-timeout");
      const { status, counts } = await scan({ ids: [web], scanTypes: ["CVE"] }).run();
      assert.deepEqual([status, (counts as { succeeded: number }).succeeded], ["TIMED_OUT", 0]);
    });

    for (const [end, status] of [
      ["Timeout", "TIMED_OUT"],
      ["Cancel", "CANCELED"],
      ["Error", "FAILED"],
    ] as const) {
      it(`takes a scan that ends with ${end} before any image for ${status}`, async () => {
        world().nextEnd = end;
        assert.equal((await scan({ ids: [web], scanTypes: ["CVE"] }).run())["status"], status);
      });
    }

    it("is not a success because of results that are older than it", async () => {
      await scan().run();
      const stale = scan();
      const snapshot = await stale.snapshot();
      // The cloud accepts the request, and does nothing.
      const submitted = { submission: "s", origin: "submitted", taskIds: {} };
      const { status, reason } = await stale.wait(snapshot, submitted);
      assert.equal(status, "FAILED");
      assert.match(String(reason), /not scanned: 8741110/);
    });

    it("names the licence where an image without one was not scanned", async () => {
      const mixed = scan({ ids: [web, "8741114"], scanTypes: ["CVE"] });
      const { status, reason } = await mixed.run();
      assert.equal(status, "PARTIAL");
      assert.match(String(reason), /8741114 legacy\/mail:7 \(NOT_SCAN, CVE NOT_SCAN, no scan licence\)/);
    });

    it("scans images by their names, by filters, by scope, and all of them", async () => {
      const name = { instanceName: "demo", namespace: "shop", imageName: "web", imageTag: "1.4.2" };
      const namespace = { name: "Namespace", values: ["tools"] };
      for (const [request, total] of [
        [{ images: [name] }, 1],
        [{ filters: [namespace] }, 1],
        [{ mode: "oneClick", scanScope: 0, namespaces: ["shop"], isLatest: true }, 2],
      ] as const) {
        const { status, counts } = await scan({ ...request, scanTypes: ["CVE"] }).run();
        assert.deepEqual([status, (counts as { total: number }).total], ["SUCCEEDED", total], JSON.stringify(request));
      }
      const { status, counts, reason } = await scan({ all: true, scanTypes: ["CVE"] }).run();
      assert.deepEqual([status, (counts as { total: number }).total], ["SUCCEEDED", 4]);
      assert.match(String(reason), /1 matching images have no scan licence, and were left out/);
    });

    it(`tells the end of a scan whose images only the cloud knows ${site === "cn" ? "by its task" : "to be unknown"}`, async () => {
      const { status } = await scan({ mode: "oneClick", scanScope: 2, scanTypes: ["CVE"] }).run();
      assert.equal(status, site === "cn" ? "SUCCEEDED" : "UNKNOWN");
    });

    it("waits for an earlier scan of the same images", async () => {
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110] });
      const later = scan();
      assert.equal((await later.submit(await later.snapshot()))["origin"], "submitted");
      assert.equal(world().tasks.size, 2);
    });

    for (const over of [false, true]) {
      it(`finds the scan of a run that was killed before its answer${over ? ", with the scan over" : ""}`, async () => {
        const killed = scan();
        const snapshot = await killed.earlierSnapshot();
        await createAssetImageRegistryScanTask(account.client(), {
          Id: [8_741_110, 1_256_299_843],
          ScanType: [...all],
        });
        if (over) account.clock.pass(61_000);
        const submitted = await killed.submit(snapshot);
        assert.deepEqual([submitted["origin"], submitted["taskIds"], world().tasks.size], ["found", {}, 1]);
        assert.equal((await killed.wait(snapshot, submitted))["status"], "SUCCEEDED");
      });
    }

    it("submits after a run that was killed before the request, also when others have scanned other images", async () => {
      const killed = scan({ ids: [web], scanTypes: ["CVE"] });
      const snapshot = await killed.earlierSnapshot();
      await createAssetImageRegistryScanTask(account.client(), { Id: [1_256_299_843], ScanType: ["CVE"] });
      assert.equal((await killed.submit(snapshot))["origin"], "submitted");
    });

    it("submits nothing when only a part of its images has been scanned since", async () => {
      const killed = scan();
      const snapshot = await killed.earlierSnapshot();
      await createAssetImageRegistryScanTask(account.client(), { Id: [1_256_299_843], ScanType: [...all] });
      await assert.rejects(
        killed.submit(snapshot),
        /not known whether this scan was started before: 1 of its 2 images/,
      );
      assert.equal(world().tasks.size, 1);
    });

    it("brings images up to date before the scan, and submits nothing when that fails", async () => {
      world().pushed.push({ id: 99, namespace: "new", name: "pushed", tag: "1" });
      const name = { instanceName: "demo", namespace: "new", imageName: "pushed", imageTag: "1" };
      const synced = scan({ images: [name], scanTypes: ["CVE"], sync: true });
      world().nextSyncError = "registry unreachable";
      await assert.rejects(
        synced.submit(await synced.snapshot()),
        /nothing was submitted: the registry's images could not be brought up to date: registry unreachable/,
      );
      assert.equal(world().tasks.size, 0);
      assert.equal((await synced.run())["status"], "SUCCEEDED");
    });

    it("is stopped when it is deleted, by the one way that the site has", async () => {
      const doomed = scan({ ids: [web], scanTypes: ["CVE"] });
      const state = await doomed.submit(await doomed.snapshot());
      await doomed.submission.delete?.("13", { ...state, account: "another run" });
      const [stop] = sent("ModifyAssetImageRegistryScanStop");
      assert.deepEqual(stop?.request, site === "cn" ? { TaskID: 13 } : { Id: [8_741_110] });
      assert.equal(world().tasks.get(13)?.end, "Cancel");
    });

    it("reads answers whose other fields are all null, and lists that need a second call", async () => {
      account.emulator.preset("null-fields");
      account.emulator.preset("list-slow");
      assert.equal((await scan().run())["status"], "SUCCEEDED");
    });

    it("keeps ids exact that a JavaScript number does not hold", async () => {
      const id = "9007199254740993";
      world().add({ id: BigInt(id) });
      assert.equal((await scan({ ids: [id], scanTypes: ["CVE"] }).run())["status"], "SUCCEEDED");
    });
  });
}

describe("a scan of registry images with the settings of the other site", () => {
  it("falls back to the images where the site does not know the TaskID", async () => {
    const account = await Account.open(60, undefined, "intl");
    const client = account.client();
    Object.defineProperty(client, "site", { value: "cn" });
    const run = new TaskRun(account, registryScanTask, client, { ids: [web], scanTypes: ["CVE"] });
    assert.equal((await run.run())["status"], "SUCCEEDED");
    await account.close();
  });
});
