import assert from "node:assert/strict";
import { forgetAll } from "../../../../provider/lifecycle/run-memory.js";
import type { TencentClient } from "../../../../provider/tencent/api/client.js";
import { createAssetImageRegistryScanTask } from "../../../../provider/tencent/api/registry-images.js";
import { registryScanTask } from "../../../../provider/tencent/tasks/registry/registry-scan-task.js";
import type { RegistryScanRequest } from "../../../../provider/tencent/tasks/registry/request.js";
import type { Shape } from "../../../../provider/transport/shape.js";
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

    it("succeeds if each image has a new result of each scan type", async () => {
      const { status, counts, rawStatus } = await scan().run();
      assert.deepEqual([status, rawStatus, counts], ["SUCCEEDED", "SCANNED", { total: 2, scanned: 2, succeeded: 2 }]);
      for (const { request } of sent("DescribeAssetImageRegistryScanStatusOneKey")) {
        assert.deepEqual(Object.keys(request), [site === "cn" ? "TaskID" : "Id"]);
      }
    });

    it("accepts ids as numbers, and scans a repeated image once", async () => {
      const run = scan({ ids: [Number(web), web, Number(api)], scanTypes: [...all] });
      const { status, counts } = await run.run({ thresholds: { critical: 9 } });
      assert.deepEqual([status, counts], ["SUCCEEDED", { total: 2, scanned: 2, succeeded: 2 }]);
      assert.deepEqual(sent("CreateAssetImageRegistryScanTask")[0]?.request["Id"], [web, api].sort().map(Number));
    });

    it("publishes the task's id, and works without one", async () => {
      assert.equal((await scan().submit(await scan().readBaseline()))["taskId"], "13");
      account.clock.pass(61_000);
      account.emulator.preset("registry-create-no-taskid");
      const idless = scan({ ids: [web], scanTypes: ["CVE"] });
      const reading = await idless.readBaseline();
      const submitted = await idless.submit(reading);
      assert.equal("taskId" in submitted, false);
      assert.deepEqual(submitted["task"], {});
      assert.equal((await idless.wait(reading, submitted))["status"], "SUCCEEDED");
    });

    it("sends the fields of each of the two actions by the API's names", async () => {
      await scan({ ids: [web], scanTypes: ["CVE"], timeout: 86_400 }).submit(await scan().readBaseline());
      assert.deepEqual(sent("CreateAssetImageRegistryScanTask")[0]?.request, {
        Id: [8_741_110],
        ScanType: ["CVE"],
        Timeout: 86_400,
      });
      account.clock.pass(61_000);
      const oneClick = scan({ mode: "oneClick", scanScope: 0, namespaces: ["tools"], registryTypes: ["harbor"] });
      await oneClick.submit(await oneClick.readBaseline());
      assert.deepEqual(sent("CreateAssetImageRegistryScanTaskOneKey")[0]?.request, {
        ScanScope: 0,
        Namespace: ["tools"],
        RegistryType: ["harbor"],
      });
    });

    it("is PARTIAL if a requested scan type failed, even under SCANNED", async () => {
      account.emulator.preset("registry-partial", web);
      const { status, rawStatus, reason } = await scan({ ids: [web], scanTypes: [...all] }).run();
      assert.deepEqual([status, rawStatus], ["PARTIAL", "SCANNED"]);
      assert.match(
        String(reason),
        /8741110 shop\/web:1\.4\.2 \(SCANNED, CVE SCANNED, RISK SCANNED, VIRUS SCAN_ERR.*ConnFailed/,
      );
    });

    it("succeeds without scan types that were not requested, with any remarks", async () => {
      account.emulator.preset("registry-subset");
      assert.equal((await scan({ ids: [web], scanTypes: ["CVE", "RISK"] }).run())["status"], "SUCCEEDED");
      assert.equal((await scan({ ids: [api], scanTypes: ["CVE", "VIRUS"] }).run())["status"], "PARTIAL");
    });

    it("is TIMED_OUT with Schedule 100 and nothing scanned, as documented", async () => {
      account.emulator.preset("registry-timeout");
      const { status, counts } = await scan({ ids: [web], scanTypes: ["CVE"] }).run();
      assert.deepEqual([status, (counts as { succeeded: number }).succeeded], ["TIMED_OUT", 0]);
    });

    for (const [end, status] of [
      ["Timeout", "TIMED_OUT"],
      ["Cancel", "CANCELED"],
      ["Error", "FAILED"],
    ] as const) {
      it(`is ${status} after the end ${end} before any image`, async () => {
        world().nextEnd = end;
        assert.equal((await scan({ ids: [web], scanTypes: ["CVE"] }).run())["status"], status);
      });
    }

    it("does not succeed by older results", async () => {
      await scan().run();
      const stale = scan();
      const reading = await stale.readBaseline();
      // The cloud accepts the request, and does nothing.
      const submitted = { submitted: { submission: "s", origin: "submitted", task: {} } };
      const { status, reason } = await stale.wait(reading, submitted);
      assert.equal(status, "FAILED");
      assert.match(String(reason), /not scanned: 1256299843 .*; 8741110 /);
    });

    it("names the missing licence of an image that was not scanned", async () => {
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

    it(`with images that only the cloud knows, has an end ${site === "cn" ? "from its task" : "of UNKNOWN"}`, async () => {
      const { status } = await scan({ mode: "oneClick", scanScope: 2, scanTypes: ["CVE"] }).run();
      assert.equal(status, site === "cn" ? "SUCCEEDED" : "UNKNOWN");
    });

    it("waits for an earlier scan of the same images", async () => {
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110] });
      const later = scan();
      assert.equal((await later.submit(await later.readBaseline()))["origin"], "submitted");
      assert.equal(world().tasks.size, 2);
    });

    for (const over of [false, true]) {
      it(`finds the scan of a run that was killed before its answer${over ? ", with the scan over" : ""}`, async () => {
        const killed = scan();
        const reading = await killed.readEarlierBaseline();
        await createAssetImageRegistryScanTask(account.client(), {
          Id: [8_741_110, 1_256_299_843],
          ScanType: [...all],
        });
        if (over) account.clock.pass(61_000);
        const submitted = await killed.submit(reading);
        assert.deepEqual([submitted["origin"], submitted["task"], world().tasks.size], ["found", {}, 1]);
        assert.equal((await killed.wait(reading, submitted))["status"], "SUCCEEDED");
      });
    }

    it("submits after a run killed before the request, despite scans of other images", async () => {
      const killed = scan({ ids: [web], scanTypes: ["CVE"] });
      const reading = await killed.readEarlierBaseline();
      await createAssetImageRegistryScanTask(account.client(), { Id: [1_256_299_843], ScanType: ["CVE"] });
      assert.equal((await killed.submit(reading))["origin"], "submitted");
    });

    it("submits nothing if only some of its images have been scanned since", async () => {
      const killed = scan();
      const reading = await killed.readEarlierBaseline();
      await createAssetImageRegistryScanTask(account.client(), { Id: [1_256_299_843], ScanType: [...all] });
      await assert.rejects(killed.submit(reading), /not known whether this scan was started before: 1 of its 2 images/);
      assert.equal(world().tasks.size, 1);
    });

    it("updates the list of images first, and submits nothing if that fails", async () => {
      world().pushed.push({ id: 99, namespace: "new", name: "pushed", tag: "1" });
      const name = { instanceName: "demo", namespace: "new", imageName: "pushed", imageTag: "1" };
      const synced = scan({ images: [name], scanTypes: ["CVE"], sync: true });
      world().nextSyncError = "registry unreachable";
      await assert.rejects(
        synced.submit(await synced.readBaseline()),
        /nothing was submitted: the list of the registry's images could not be updated: registry unreachable/,
      );
      assert.equal(world().tasks.size, 0);
      assert.equal((await synced.run())["status"], "SUCCEEDED");
    });

    it("does not count another scan's images if only the cloud knows its own", async () => {
      world().nextEnd = "Error";
      const unnamed = scan({ mode: "oneClick", scanScope: 2, scanTypes: ["CVE"] });
      const reading = await unnamed.readBaseline();
      const submitted = await unnamed.submit(reading);
      account.clock.pass(61_000);
      await createAssetImageRegistryScanTask(account.client(), { Id: [1_256_299_843, 8_741_112], ScanType: ["CVE"] });
      account.clock.pass(61_000);
      assert.equal((await unnamed.wait(reading, submitted))["status"], "UNKNOWN");
    });

    it("submits nothing after a killed run whose scan failed without a result", async () => {
      account.emulator.preset("registry-timeout");
      const killed = scan({ ids: [web], scanTypes: ["CVE"] });
      const reading = await killed.readEarlierBaseline();
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110], ScanType: ["CVE"] });
      account.clock.pass(61_000);
      const submitted = await killed.submit(reading);
      assert.deepEqual([submitted["origin"], world().tasks.size], ["found", 1]);
      assert.equal((await killed.wait(reading, submitted))["status"], "TIMED_OUT");
    });

    it("does not adopt a scan of another type", async () => {
      const killed = scan({ ids: [web], scanTypes: ["VIRUS"] });
      const reading = await killed.readEarlierBaseline();
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110], ScanType: ["CVE"] });
      account.clock.pass(61_000);
      assert.equal((await killed.submit(reading))["origin"], "submitted");
    });

    it("does not adopt a scan that ran before its baseline", async () => {
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110], ScanType: ["CVE"] });
      const killed = scan({ ids: [web], scanTypes: ["CVE"] });
      const reading = await killed.readEarlierBaseline();
      await assert.rejects(killed.submit(reading), /not known whether this scan was started before/);
      assert.equal(world().tasks.size, 1);
    });

    it("does not count the result of an earlier scan that it waited for", async () => {
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110], ScanType: ["CVE"] });
      const later = scan({ ids: [web], scanTypes: ["CVE"] });
      const reading = await later.readBaseline();
      const submitted = await later.submit(reading);
      // The cloud takes a moment to begin, and shows the earlier result until then.
      const [image] = [world().images.get(web)];
      assert(image !== undefined);
      image.status = "SCANNED";
      image.types.CVE = "SCANNED";
      for (const task of world().tasks.values()) Object.assign(task, { settled: true });
      const { status } = await later.wait(reading, submitted);
      assert.equal(status, "FAILED");
    });

    it("is not stopped while another task of the run scans the same images", async () => {
      const old = scan({ ids: [web], scanTypes: ["CVE"] });
      const state = await old.submit(await old.readBaseline());
      account.clock.pass(61_000);
      const replacement = scan({ ids: [web], scanTypes: ["CVE"] });
      await replacement.submit(await replacement.readBaseline());
      await old.submission.delete?.("13", state);
      assert.equal(world().tasks.get(14)?.end, "Success");
    });

    it("is not stopped after its end, when another scan of its images runs", async () => {
      account.emulator.preset("registry-create-no-taskid");
      const over = scan({ ids: [web], scanTypes: ["CVE"] });
      const state = await over.submit(await over.readBaseline());
      account.clock.pass(61_000);
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110], ScanType: ["CVE"] });
      account.clock.pass(61_000);
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110], ScanType: ["CVE"] });
      forgetAll();
      await over.submission.delete?.("x", state);
      assert.deepEqual(sent("ModifyAssetImageRegistryScanStop"), []);
    });

    it(`adopts an ended scan, ${site === "cn" ? "with its results" : "with unknown results"}`, async () => {
      await createAssetImageRegistryScanTask(account.client(), { Id: [8_741_110], ScanType: ["CVE"] });
      account.clock.pass(61_000);
      const adopting = scan({ ids: [web], scanTypes: ["CVE"] });
      const reading = await adopting.readBaseline();
      const submitted = await adopting.submit(reading, { adoptTaskId: "13" });
      assert.deepEqual([submitted["origin"], world().tasks.size], ["adopted", 1]);
      assert.equal((await adopting.wait(reading, submitted))["status"], site === "cn" ? "SUCCEEDED" : "UNKNOWN");
    });

    it("applies a one-click scan's other filters to named images", async () => {
      const narrowed = scan({ mode: "oneClick", ids: [web, "8741112"], isLatest: true, scanTypes: ["CVE"] });
      const { status, counts } = await narrowed.run();
      assert.deepEqual([status, (counts as { total: number }).total], ["SUCCEEDED", 1]);
    });

    it("is FAILED if no image matches", async () => {
      const nothing = scan({ filters: [{ name: "Namespace", values: ["nowhere"] }], scanTypes: ["CVE"] });
      const { status, reason } = await nothing.run();
      assert.deepEqual([status, reason], ["FAILED", "no image matched"]);
    });

    it("names the images that come close where the cloud knows no image of that name", async () => {
      const names = { instanceName: "demo", namespace: "shop", imageName: "web", imageTag: "1.4.3" };
      const misnamed = scan({ images: [names], scanTypes: ["CVE"] });
      const near =
        /\(code ResourceNotFound, request id [^)]*\); no image demo\/shop\/web:1\.4\.3; there is shop\/web:1\.4\.1 \(another tag\)/;
      await assert.rejects(misnamed.submit(await misnamed.readBaseline()), near);
      assert.equal(world().tasks.size, 0);
    });

    it("is refused with the cloud's own words where the list that could explain it cannot be read", async () => {
      const names = { instanceName: "demo", namespace: "shop", imageName: "web", imageTag: "1.4.3" };
      const fault = { fault: "error", code: "UnauthorizedOperation", executed: true, times: 9 } as const;
      account.emulator.faults.plan({ ...fault, action: "DescribeAssetImageRegistryList" });
      const driver = registryScanTask.driver(account.client());
      const submitted = driver.submit({ images: [names], scanTypes: ["CVE"] }, {});
      await assert.rejects(submitted, /\(code ResourceNotFound, request id [^)]*\)$/);
      assert.equal(sent("DescribeAssetImageRegistryList").length, 1);
    });

    it("is stopped when it is deleted, by the one way that the site has", async () => {
      const doomed = scan({ ids: [web], scanTypes: ["CVE"] });
      const state = await doomed.submit(await doomed.readBaseline());
      forgetAll();
      await doomed.submission.delete?.("13", state);
      const [stop] = sent("ModifyAssetImageRegistryScanStop");
      assert.deepEqual(stop?.request, site === "cn" ? { TaskID: 13 } : { Id: [8_741_110] });
      assert.equal(world().tasks.get(13)?.end, "Cancel");
    });

    it("reads answers whose other fields are all null, and lists that need a second call", async () => {
      account.emulator.preset("null-fields");
      account.emulator.preset("list-slow");
      assert.equal((await scan().run())["status"], "SUCCEEDED");
    });

    it("keeps ids exact beyond the range of JavaScript numbers", async () => {
      const id = "9007199254740993";
      world().add({ id: BigInt(id) });
      assert.equal((await scan({ ids: [id], scanTypes: ["CVE"] }).run())["status"], "SUCCEEDED");
    });
  });
}

describe("a scan of registry images, at a server with other behaviour", () => {
  let account: Account;
  beforeEach(async () => {
    account = await Account.open();
  });
  afterEach(() => account.close());

  interface Row {
    readonly Id: number;
    readonly ScanStatus: string;
    readonly CveStatus: string;
    readonly ScanTime: string;
  }

  /** A server that heeds neither filter nor order, and does not tell how many rows there are. */
  function client(rows: () => readonly Row[], overall: () => object, site: "intl" | "cn" = "intl"): TencentClient {
    const call = async (action: string, _effect: string, request: { Offset?: number }, shape: Shape<object>) => {
      const { Offset = 0 } = request;
      const List = rows().slice(Offset, Offset + 100);
      const response = action === "DescribeAssetImageRegistryList" ? { TotalCount: null, List } : overall();
      return { response: shape(response, ""), serverTime: account.clock.now(), requestId: "r" };
    };
    return { site, call } as unknown as TencentClient;
  }
  const row = (Id: number, ScanTime: string, status: string): Row => ({
    Id,
    ScanTime,
    ScanStatus: status,
    CveStatus: status,
  });
  const submitted = { submitted: { submission: "s", origin: "submitted", task: {} } };
  const run = (server: TencentClient, request: RegistryScanRequest) =>
    new TaskRun(account, registryScanTask, server, { scanTypes: ["CVE"], ...request });

  it("reads all pages of a list without a total", async () => {
    let scanned = false;
    const rows = () =>
      Array.from({ length: 250 }, (_, id) =>
        row(
          id,
          scanned && id < 100 ? "2026-11-22T19:00:00+08:00" : "",
          scanned ? (id < 100 ? "SCANNED" : "SCAN_ERR") : "NOT_SCAN",
        ),
      );
    const all = run(
      client(rows, () => ({ Status: "SCANNED" })),
      { all: true },
    );
    const reading = await all.readBaseline();
    scanned = true;
    const { status, counts } = await all.wait(reading, submitted);
    assert.deepEqual([status, counts], ["PARTIAL", { total: 250, succeeded: 100 }]);
  });

  it("is correct with a list that is sorted by chance", async () => {
    const rows = () => [
      ...Array.from({ length: 100 }, (_, id) => row(id, "", "NOT_SCAN")),
      row(500, "2026-11-01T00:00:00+08:00", "SCANNED"),
    ];
    const stale = run(
      client(rows, () => ({ Status: "SCANNED" })),
      { filters: [{ name: "ScanStatus", values: ["x"] }] },
    );
    assert.equal((await stale.readBaseline())["newestScanTime"], "2026-11-01T00:00:00+08:00");
  });

  for (const words of [
    ["scanned", "SCANNED"],
    ["SCANNED", "scanned"],
  ] as const) {
    it(`understands ${words.join(" and ")}`, async () => {
      let time = "2026-11-01T00:00:00+08:00";
      const rows = () => [row(7, time, words[0])];
      const one = run(
        client(rows, () => ({ Status: words[1] })),
        { ids: ["7"] },
      );
      const reading = await one.readBaseline();
      time = "2026-11-22T19:00:00+08:00";
      assert.equal((await one.wait(reading, submitted))["status"], "SUCCEEDED");
    });
  }

  it("waits for a queued scan with any word for it", async () => {
    for (const word of ["SCANNING", "QUEUED", "scanning"]) {
      const begun = account.clock.now();
      const isDone = () => account.clock.now() - begun > 600_000;
      const time = new Date(begun + 600_000).toISOString();
      const rows = () => [isDone() ? row(7, time, "SCANNED") : row(7, "", "NOT_SCAN")];
      const one = run(
        client(rows, () => ({ Status: isDone() ? "SCANNED" : word })),
        { ids: ["7"] },
      );
      assert.equal((await one.wait(await one.readBaseline(), submitted))["status"], "SUCCEEDED", word);
    }
  });
});

describe("a scan of registry images with the settings of the other site", () => {
  it("uses the images if the site does not know the TaskID", async () => {
    const account = await Account.open(60, undefined, "intl");
    const client = account.client();
    Object.defineProperty(client, "site", { value: "cn" });
    const run = new TaskRun(account, registryScanTask, client, { ids: [web], scanTypes: ["CVE"] });
    assert.equal((await run.run())["status"], "SUCCEEDED");
    await account.close();
  });
});
