import assert from "node:assert/strict";
import { HuaweiClient } from "../../../../provider/huawei/api/client.js";
import { createManualImageScanTask } from "../../../../provider/huawei/api/image-scans.js";
import type { ScanRequest } from "../../../../provider/huawei/tasks/request.js";
import { scanTask } from "../../../../provider/huawei/tasks/scan-task.js";
import { allTasks, fits } from "../../../../provider/huawei/tasks/task-list.js";
import { forgetAll } from "../../../../provider/lifecycle/run-memory.js";
import { Limiter } from "../../../../provider/transport/limiter.js";
import type { Shape } from "../../../../provider/transport/shape.js";
import { Account } from "../../../support/account.js";
import { hssImage } from "../../../support/hss-image.js";
import { flattened, TaskRun } from "../../../support/task-run.js";

const nginx = { id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" };
const api = { id: "43", namespace: "shop", imageName: "api", imageVersion: "2.0.1" };

describe("a scan by HSS", () => {
  let account: Account;
  beforeEach(async () => {
    forgetAll();
    account = await Account.open(60);
  });
  afterEach(() => account.close());

  const scan = (request: ScanRequest = { images: [nginx], scanScope: ["vulnerabilities"] }) =>
    new TaskRun(account, scanTask, account.huaweiClient(), request);
  const world = () => account.emulator.huawei.world;
  const posts = () => account.emulator.huawei.calls.filter(({ action }) => action === "CreateManualImageScanTask");
  /** A request that somebody sends, and whose answer nobody reads. */
  const post = (body: object = { is_all: false, scan_scope: 0xf0000, image_info: [hssImage(account, 42)] }) =>
    createManualImageScanTask(account.huaweiClient(), {}, "registry", body);

  it("finds its task without an id in the answer, and succeeds if all images were scanned", async () => {
    const run = scan();
    const reading = await run.readBaseline();
    const submitted = await run.submit(reading);
    assert.deepEqual(
      [submitted["taskId"], submitted["origin"], submitted["unresolved"]],
      [world().tasks[0]?.id, "submitted", ""],
    );
    const { status, counts, rawStatus } = await run.wait(reading, submitted);
    assert.deepEqual(
      [status, rawStatus, counts],
      ["SUCCEEDED", "100", { total: 1, scanned: 1, succeeded: 1, risky: 1 }],
    );
  });

  it("sends every field of the page by its name", async () => {
    const run = scan({
      projectId: account.emulator.huawei.projectId,
      enterpriseProjectId: "all_granted_eps",
      globalImageType: "registry",
      region: "cn-north-4",
      scanScope: ["all"],
      rateLimit: 100,
      isAll: true,
      queryInfo: { imageType: "harbor", hasVul: false, imageSize: "9007199254740993" },
    });
    await run.submit(await run.readBaseline());
    assert.deepEqual(posts()[0]?.request, {
      query: { enterprise_project_id: "all_granted_eps", global_image_type: "registry" },
      body: {
        scan_scope: 0x7fffffff,
        rate_limit: 100,
        is_all: true,
        query_info: { image_type: "harbor", has_vul: false, image_size: 9007199254740993n },
      },
    });
    const lists = account.emulator.huawei.calls.filter(({ action }) => action === "ListImageScanTask");
    for (const { request } of lists) {
      assert.equal((request.query as Record<string, string>)["enterprise_project_id"], "all_granted_eps");
    }
  });

  for (const [preset, status, raw] of [
    ["hss-terminated", "CANCELED", "-1"],
    ["hss-timeout", "TIMED_OUT", "-2"],
    ["hss-abnormal", "FAILED", "-3"],
    ["hss-failed-images", "FAILED", "100"],
  ] as const) {
    it(`is ${status} with task_status ${raw} (${preset})`, async () => {
      account.emulator.preset(preset);
      const outcome = await scan().run();
      assert.deepEqual([outcome["status"], outcome["rawStatus"]], [status, raw]);
    });
  }

  it("is PARTIAL with 100 and a failed image, and names the image", async () => {
    account.emulator.preset("hss-failed-images", "shop/api:2.0.1");
    const { status, reason } = await scan({ images: [nginx, api] }).run();
    assert.equal(status, "PARTIAL");
    assert.match(String(reason), /not scanned: shop\/api:2\.0\.1 \(download_failed\)/);
  });

  it("is FAILED if no image matched", async () => {
    const nothing = scan({ isAll: true, queryInfo: { imageType: "jfrog" } });
    const { status, reason } = await nothing.run();
    assert.equal(status, "FAILED");
    assert.match(String(reason), /no image matched/);
  });

  it("names the images that come close where none matched by its name", async () => {
    const { status, reason } = await scan({
      queryInfo: { namespace: "shop", imageName: "api", imageVersion: "2" },
    }).run();
    const hint = "no image shop/api:2; there is shop/api:2.0.1 (another tag)";
    assert.deepEqual([status, reason], ["FAILED", `no image matched, so nothing was scanned; ${hint}`]);
  });

  for (const preset of [
    "hss-create-204",
    "hss-create-json",
    "hss-create-text",
    "hss-null-fields",
    "hss-late",
  ] as const) {
    it(`gives the right result with ${preset}`, async () => {
      account.emulator.preset(preset);
      assert.equal((await scan().run())["status"], "SUCCEEDED");
      assert.equal(posts().length, 1);
    });
  }

  it("sends the request once after a lost answer, and finds the task", async () => {
    account.emulator.preset("hss-drop");
    const run = scan();
    const { origin } = await run.submit(await run.readBaseline());
    assert.deepEqual([origin, world().tasks.length], ["found", 1]);
  });

  it("finds the task of a run that was killed after the request", async () => {
    for (const request of [undefined, { isAll: true, scanScope: 0x7fffffff }]) {
      const killed = scan(request);
      const reading = await killed.readEarlierBaseline();
      await post(request === undefined ? undefined : { is_all: true, scan_scope: 0x7fffffff });
      const before = posts().length;
      const submitted = await killed.submit(reading);
      assert.deepEqual([submitted["origin"], posts().length], ["found", before]);
      account.clock.pass(61_000);
    }
  });

  it("continues with other requests a minute after a lost request", async () => {
    account.emulator.faults.plan({ action: "CreateManualImageScanTask", fault: "reset" });
    const [lost, other] = [scan(), scan({ images: [api], scanScope: ["vulnerabilities"] })];
    await assert.rejects(
      lost.submit(await lost.readBaseline()),
      /no task of this request has appeared, and it was not sent/,
    );
    assert.equal((await other.submit(await other.readBaseline()))["origin"], "submitted");
    assert.equal(world().tasks.length, 1);
  });

  it("finds the task of a killed run even if it is listed late", async () => {
    account.emulator.preset("hss-late");
    const killed = scan();
    const reading = await killed.readEarlierBaseline();
    await post();
    const { origin } = await killed.submit(reading);
    assert.deepEqual([origin, world().tasks.length], ["found", 1]);
  });

  it("uses the enterprise project of the baseline after settings change", async () => {
    const { endpoint, accessKey, secretKey, projectId } = account.emulator.address.huawei;
    const url = new URL(endpoint);
    const auth = { by: "keys", accessKey, secretKey } as const;
    const clientFor = (enterpriseProjectId?: string) =>
      new HuaweiClient(
        { endpoint: url, iamEndpoint: url, projectId, enterpriseProjectId, auth },
        new Limiter(account.clock),
        account.clock,
      );
    const killed = new TaskRun(account, scanTask, clientFor(), { isAll: true, scanScope: ["all"] });
    const reading = await killed.readEarlierBaseline();
    await post({ is_all: true, scan_scope: 0x7fffffff });
    const later = new TaskRun(account, scanTask, clientFor("another"), { isAll: true, scanScope: ["all"] });
    const state = await later.submit(reading);
    assert.equal(state["origin"], "found");
    forgetAll();
    await later.submission.delete?.("x", state);
    assert.equal(world().tasks[0]?.end, "Cancel");
  });

  it("submits after a run that was killed before the request", async () => {
    const killed = scan();
    const reading = await killed.readEarlierBaseline();
    assert.equal((await killed.submit(reading))["origin"], "submitted");
  });

  it("submits beside somebody else's scan of another size", async () => {
    const killed = scan({ images: [api], scanScope: ["vulnerabilities"] });
    const reading = await killed.readEarlierBaseline();
    await post({ is_all: false, scan_scope: 0xf0000, image_info: [42, 44].map((id) => hssImage(account, id)) });
    const foreign = world().tasks[0]?.id;
    const { origin, taskId } = await killed.submit(reading);
    assert.equal(origin, "submitted");
    assert.notEqual(taskId, foreign);
  });

  it("submits nothing after a new scan of the same size elsewhere, and names it", async () => {
    const killed = scan({ images: [api], scanScope: ["vulnerabilities"] });
    const reading = await killed.readEarlierBaseline();
    await post();
    await assert.rejects(
      killed.submit(reading),
      /not known whether.*the images of this request do not show which scan was for them/s,
    );
    assert.equal(posts().length, 1);
  });

  it("distinguishes the tasks of simultaneous requests with the same scope", async () => {
    account.emulator.preset("hss-late");
    const images = [nginx, api, { id: "44", namespace: "shop", imageName: "web", imageVersion: "1.4.2" }];
    const runs = images.map((image) => scan({ images: [image], scanScope: ["vulnerabilities"] }));
    const readings = await Promise.all(runs.map((run) => run.readBaseline()));
    const submitted = await Promise.all(runs.map((run, at) => run.submit(readings[at] ?? {})));
    for (const [at, { taskId }] of submitted.entries()) {
      const task = world().tasks.find(({ id }) => id === taskId);
      assert.deepEqual(
        task?.images.map(({ id }) => String(id)),
        [images[at]?.id],
      );
    }
  });

  it("takes its own task, not one that somebody else starts after a shared reading", async () => {
    const client = account.huaweiClient();
    const ofApi: ScanRequest = { images: [api], scanScope: ["vulnerabilities"] };
    await new TaskRun(account, scanTask, client, ofApi).readBaseline();
    const lists = account.calls("ListImageScanTask").length;
    const run = new TaskRun(account, scanTask, client, { images: [nginx], scanScope: ["vulnerabilities"] });
    const reading = await run.readBaseline();
    assert.equal(account.calls("ListImageScanTask").length, lists, "the reading was not shared");
    await post();
    const foreign = world().tasks[0]?.id;
    // The other one must end first, because nothing else shows which of two equal tasks is which.
    account.clock.pass(120_000);
    const { taskId, origin } = await run.submit(reading);
    assert.equal(origin, "submitted");
    assert.notEqual(taskId, foreign);
    assert.equal(posts().length, 2);
  });

  it("finds its task although somebody else's appears between two pages", async () => {
    for (let times = 0; times < 230; times++) {
      await post();
      account.clock.pass(120_000);
    }
    account.emulator.preset("hss-shifting");
    assert.equal((await scan().run())["status"], "SUCCEEDED");
  });

  it("reads the whole list with any paging of the server", async () => {
    const rows = Array.from({ length: 300 }, (_, at) => ({ task_id: `t${at}`, task_type: "manual", begin_time: 0 }));
    for (const [size, total_num] of [
      [10, 300],
      [200, null],
    ] as const) {
      const call = async ({ query, answer }: { query: { offset: number }; answer: Shape<object> }) => ({
        response: answer({ total_num, data_list: rows.slice(query.offset, query.offset + size) }, ""),
        serverTime: 0,
      });
      const { tasks } = await allTasks({ call } as unknown as HuaweiClient, {}, "registry");
      assert.equal(tasks.length, 300);
    }
    assert.equal(fits({ task_type: "cycle" }, {}), false);
  });

  for (const [what, row, images, expected] of [
    ["fewer images than were asked for", { total_num: 1, success_num: 1, failed_num: 0 }, 3, "PARTIAL"],
    ["no image, and no total", { success_num: 0, failed_num: 0 }, 1, "FAILED"],
    ["no numbers at all", {}, 1, "UNKNOWN"],
    ["an image of three that failed", { total_num: 3, success_num: 2, failed_num: 1 }, 3, "PARTIAL"],
    ["only that none failed", { total_num: 2, failed_num: 0 }, 2, "SUCCEEDED"],
  ] as const) {
    it(`is ${expected} with 100 and ${what}`, async () => {
      const task = { task_id: "t", task_status: 100, ...row };
      const client = { call: async () => ({ response: { total_num: 1, data_list: [task] }, serverTime: 0 }) };
      const request = { images: Array.from({ length: images }, (_, at) => ({ id: String(at) })) };
      const run = new TaskRun(account, scanTask, client as unknown as HuaweiClient, request);
      const submitted = { submitted: { submission: "s", origin: "submitted", task: { taskId: "t" }, unresolved: "" } };
      const fence = { serverTime: 0, before: "", place: {} };
      assert.equal((await run.wait(fence, submitted))["status"], expected);
    });
  }

  describe("with an unknown task", () => {
    it("warns on delete that scans may still run", async () => {
      account.emulator.preset("hss-two-tasks");
      const run = scan();
      const state = await run.submit(await run.readBaseline());
      forgetAll();
      await run.submission.delete?.("x", state);
      assert.equal(account.calls("StopImageScanTask").length, 0);
      assert.match(String(state["unresolved"]), /2 scans with the same scope have been created since/);
    });

    it("names the candidates, and never calls it a success", async () => {
      account.emulator.preset("hss-two-tasks");
      const run = scan();
      const reading = await run.readBaseline();
      const submitted = await run.submit(reading);
      const [first, second] = world().tasks;
      assert.equal("taskId" in submitted, false);
      assert.match(
        String(submitted["unresolved"]),
        new RegExp(`${first?.id}, ${second?.id}|${second?.id}, ${first?.id}`),
      );
      const { status, reason } = await run.wait(reading, submitted);
      assert.equal(status, "UNKNOWN");
      assert.match(String(reason), /Take the right one over with adoptTaskId/);
      assert.equal(posts().length, 1);
    });

    it("looks again in the next update, sends nothing, and waits for the found task", async () => {
      account.emulator.preset("hss-no-task");
      const run = scan();
      const reading = await run.readBaseline();
      const submitted = await run.submit(reading);
      assert.match(String(submitted["unresolved"]), /no matching task has appeared/);
      const inputs = run.submissionInputs(reading);
      const olds = submitted;
      assert.deepEqual(await run.submission.diff?.("id", olds, inputs), { changes: true });
      account.emulator.presets.clear();
      await post();
      const updated = flattened((await run.submission.update?.("id", olds, inputs))?.outs ?? {});
      assert.deepEqual([updated["taskId"], updated["unresolved"]], [world().tasks[0]?.id, ""]);
      assert.notEqual(updated["submission"], submitted["submission"]);
    });

    it("sends no other request that could be confused with it", async () => {
      account.emulator.preset("hss-no-task");
      const [one, other] = [scan(), scan()];
      const reading = await one.readBaseline();
      await one.submit(reading);
      await assert.rejects(
        other.submit(await other.readBaseline()),
        /nothing was submitted: another scan with the same scope/,
      );
      assert.equal(posts().length, 1);
    });
  });

  it("is stopped on delete, in the same project and enterprise project", async () => {
    const doomed = scan({ images: [nginx], enterpriseProjectId: "0" });
    const state = await doomed.submit(await doomed.readBaseline());
    forgetAll();
    await doomed.submission.delete?.("x", state);
    const stop = account.emulator.huawei.calls.find(({ action }) => action === "StopImageScanTask");
    assert.deepEqual(stop?.request.query, { enterprise_project_id: "0" });
    assert.equal(world().tasks[0]?.end, "Cancel");
  });

  it("has a baseline of less than a kilobyte beside a hundred equal scans", async () => {
    for (let times = 0; times < 100; times++) {
      await post();
      account.clock.pass(61_000);
    }
    assert(JSON.stringify(await scan().readBaseline()).length < 1000);
  });
});
