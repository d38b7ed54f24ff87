import type { dynamic } from "@pulumi/pulumi";
import { PartialFailure } from "../../provider/lifecycle/partial-failure.js";
import { forgetAll } from "../../provider/lifecycle/run-memory.js";
import { settingProvider } from "../../provider/lifecycle/setting.js";
import type { SettingKind } from "../../provider/lifecycle/setting-kind.js";
import { pastOf } from "../../provider/lifecycle/submission-state.js";
import type { Snapshot, TaskIds, TaskKind } from "../../provider/lifecycle/task-kind.js";
import { scanSetting as huaweiScanSetting } from "../../provider/settings/huawei/scan-setting.js";
import { registryScanSetting } from "../../provider/settings/tencent/registry-scan-setting.js";
import { scanSetting } from "../../provider/settings/tencent/scan-setting.js";
import { scanTask } from "../../provider/tasks/huawei/scan-task.js";
import { localScanTask } from "../../provider/tasks/tencent/local-scan-task.js";
import { registryScanTask } from "../../provider/tasks/tencent/registry-scan-task.js";
import { vulnerabilityScanTask } from "../../provider/tasks/tencent/vulnerability-scan-task.js";
import { type Account, imageId } from "./account.js";
import { done, type Meet, type Subject } from "./fault-matrix.js";
import type { Vendor } from "./fault-rows.js";
import { TaskRun } from "./task-run.js";

type Outs = Record<string, unknown>;

/** So that an answer that never comes is given up soon. */
const http = { deadlineMs: 60, maxBytes: 1024 * 1024 };
const vendorOf = (token: string) => token.split(":")[0] as Vendor;
const clientOf = <Client>(account: Account, vendor: Vendor) =>
  (vendor === "tencent" ? account.client(http) : account.huaweiClient(http)) as Client;
const thresholds = { critical: 1_000, high: 1_000 };
/** An update that gives up after a few looks, and the next one, which waits for as long as it takes. */
const soon = { waitTimeoutSeconds: 200, thresholds };
const late = { waitTimeoutSeconds: 4_000, thresholds };

/** Meets nothing. */
const once: Meet = (first) => first();

/** A task: its baseline, its submission, its wait from the beginning or after the scan has ended, and its stop. */
function task<Client, Request extends object, Baseline extends Snapshot>(
  kind: TaskKind<Client, Request, Baseline>,
  request: Request,
  submits: string,
): Subject {
  const vendor = vendorOf(kind.token);
  const runOf = (account: Account) => new TaskRun(account, kind, clientOf<Client>(account, vendor), request);
  const submitted = async (account: Account) => {
    const snapshot = await runOf(account).snapshot();
    return { snapshot, task: await runOf(account).submit(snapshot) };
  };
  const ended = ({ status, verdict }: Outs) =>
    status === "SUCCEEDED" && verdict === "PASS" ? done : `${status}, ${verdict}`;
  const waited = async (account: Account, meet: Meet, { snapshot, task }: { snapshot: Outs; task: Outs }) =>
    ended(
      await meet(
        () => runOf(account).wait(snapshot, task, meet === once ? late : soon),
        () => runOf(account).wait(snapshot, task, late),
      ),
    );
  return {
    name: kind.token.replace(":", "."),
    vendor,
    steps: {
      "the baseline": {
        async live(account, meet) {
          const snapshot = await meet(() => runOf(account).snapshot());
          return waited(account, once, { snapshot, task: await runOf(account).submit(snapshot) });
        },
      },
      "the submission": {
        action: submits,
        async live(account, meet) {
          const snapshot = await runOf(account).snapshot();
          const task = await meet(
            () => runOf(account).submit(snapshot),
            () => runOf(account).submit({ ...snapshot, id: "from the state" }),
          );
          return waited(account, once, { snapshot, task });
        },
      },
      "the wait": {
        live: async (account, meet) => waited(account, meet, await submitted(account)),
      },
      "the end": {
        async live(account, meet) {
          const present = await submitted(account);
          account.clock.pass(600_000);
          return waited(account, meet, present);
        },
      },
      "the stop": {
        async live(account, meet) {
          const { task: state } = await submitted(account);
          forgetAll();
          const { submission } = runOf(account);
          await meet(async () => submission.delete?.(String(state["id"]), state));
          const driver = kind.driver(clientOf<Client>(account, vendor));
          const ids = (state["taskIds"] ?? state["ids"]) as TaskIds;
          return (await driver.isRunning(ids, pastOf(state as never))) ? "runs on" : done;
        },
      },
    },
  };
}

/** A schedule over one that stood there before: its create, refresh, update and delete. */
function setting<Client, Values extends object>(
  kind: SettingKind<Client, Values>,
  declared: Values,
  other: Partial<Values>,
): Subject {
  const vendor = vendorOf(kind.token);
  const providerOf = (account: Account): dynamic.ResourceProvider =>
    settingProvider(
      kind,
      () => clientOf<Client>(account, vendor),
      () => account.name,
      account.clock,
    );
  const create = async (account: Account): Promise<Outs> => (await providerOf(account).create(declared)).outs as Outs;
  const update = async (account: Account, state: unknown, values: object): Promise<Outs> =>
    (await providerOf(account).update?.("id", state, values))?.outs as Outs;
  /** Whether the cloud has exactly these values. */
  const standing = async (account: Account, values: object) => {
    const present = await kind.driver(clientOf<Client>(account, vendor), {}).read();
    const [a, b] = [kind.normal(values as Partial<Values>), kind.normal(present?.values ?? {})] as [Outs, Outs];
    const differing = Object.keys(values).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
    return differing.length === 0 ? done : `differs in ${differing.join(", ")}`;
  };
  const before = { ...declared, ...other };
  const prepared = async (account: Account) => {
    await kind.driver(clientOf<Client>(account, vendor), {}).write(before);
    forgetAll();
  };
  return {
    name: kind.token.replace(":", "."),
    vendor,
    steps: {
      "the create": {
        async live(account, meet) {
          await prepared(account);
          const state = await meet(
            () => create(account),
            // After a failed create the engine has what it was told of it, and updates.
            (error) =>
              error instanceof PartialFailure ? update(account, error.properties, declared) : create(account),
          );
          const previous = JSON.stringify(kind.normal((state["previous"] ?? {}) as Partial<Values>));
          const kept = previous.includes(JSON.stringify(Object.values(kind.normal(other))[0]));
          return kept ? standing(account, declared) : "written; what stood there is not kept";
        },
      },
      "the refresh": {
        async live(account, meet) {
          await prepared(account);
          const state = await create(account);
          await meet(async () => providerOf(account).read?.("id", state));
          return standing(account, declared);
        },
      },
      "the update": {
        async live(account, meet) {
          await prepared(account);
          const state = await create(account);
          await meet(() => update(account, state, { ...declared, ...other }));
          return standing(account, { ...declared, ...other });
        },
      },
      "the delete": {
        async live(account, meet) {
          await prepared(account);
          const state = await create(account);
          forgetAll();
          await meet(async () => providerOf(account).delete?.("id", state));
          return standing(account, before);
        },
      },
    },
  };
}

const schedule = { enable: true, scanTime: "01:00", scanPeriod: 1 };

export const localScan = task(
  localScanTask,
  { images: [imageId("web"), imageId("api")], scanVul: true },
  "CreateAssetImageScanTask",
);

export const registryScan = task(
  registryScanTask,
  { ids: ["8741110", "8741112"], scanTypes: ["CVE"] },
  "CreateAssetImageRegistryScanTask",
);

export const vulnerabilityScan = task(
  vulnerabilityScanTask,
  { localImageIds: [imageId("web")], registryImageIds: ["8741110"] },
  "CreateVulScanTask",
);

export const huaweiScan = task(
  scanTask,
  {
    images: [{ id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" }],
    scanScope: ["vulnerabilities"],
  },
  "CreateManualImageScanTask",
);

export const settings: readonly Subject[] = [
  setting(
    scanSetting,
    { ...schedule, scanEndTime: "05:00", scanVul: true, scanVirus: true, scanRisk: true },
    { scanTime: "22:30", scanEndTime: "23:30" },
  ),
  setting(registryScanSetting, { ...schedule, scanTypes: ["CVE"] }, { scanTime: "22:30" }),
  setting(
    huaweiScanSetting,
    { enabled: true, scanCycle: 7, scanScope: ["all"], registries: [{ registryId: "registry-1" }] },
    { scanCycle: 14 },
  ),
];
