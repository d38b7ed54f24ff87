import type { dynamic } from "@pulumi/pulumi";
import { PartialFailure } from "../../provider/lifecycle/partial-failure.js";
import { forgetAll } from "../../provider/lifecycle/run-memory.js";
import { settingProvider } from "../../provider/lifecycle/setting.js";
import type { SettingKind } from "../../provider/lifecycle/setting-kind.js";
import type { TaskKind } from "../../provider/lifecycle/task-kind.js";
import type { Account } from "./account.js";
import { clientFor, settingExamples, taskExamples } from "./examples.js";
import { done, type Meet, type Subject } from "./fault-matrix.js";
import type { Vendor } from "./fault-rows.js";
import { TaskRun } from "./task-run.js";

type Outs = Record<string, unknown>;

const vendorOf = (token: string) => token.split(":")[0] as Vendor;
const thresholds = { critical: 1_000, high: 1_000 };
/** An update that gives up after a few looks, and the next one, which waits for as long as it takes. */
const soon = { waitTimeoutSeconds: 160, thresholds };
const late = { waitTimeoutSeconds: 4_000, thresholds };

/** Meets nothing. */
const once: Meet = (first) => first();

function scansOf({ emulator: { tencent, huawei } }: Account) {
  const { local, registry, vulnerability } = tencent;
  return [...local.tasks.values(), ...registry.tasks.values(), ...vulnerability.scans, ...huawei.world.tasks];
}

/** A task: its baseline, its submission, its wait from the beginning or after the scan has ended, and its stop. */
function task(kind: TaskKind, request: object, submits: string): Subject {
  const vendor = vendorOf(kind.token);
  const runOf = (account: Account) => new TaskRun(account, kind, clientFor(account, kind), request);
  const submitted = async (account: Account) => {
    const reading = await runOf(account).readBaseline();
    return { reading, task: await runOf(account).submit(reading) };
  };
  const ended = ({ status, verdict }: Outs) =>
    status === "SUCCEEDED" && verdict === "PASS" ? done : `${status}, ${verdict}`;
  const waited = async (account: Account, meet: Meet, { reading, task }: { reading: Outs; task: Outs }) =>
    ended(
      await meet(
        () => runOf(account).wait(reading, task, meet === once ? late : soon),
        () => runOf(account).wait(reading, task, late),
      ),
    );
  return {
    name: kind.token.replace(":", "."),
    vendor,
    steps: {
      "the baseline": {
        async live(account, meet) {
          const reading = await meet(() => runOf(account).readBaseline());
          return waited(account, once, { reading, task: await runOf(account).submit(reading) });
        },
      },
      "the submission": {
        action: submits,
        async live(account, meet) {
          const reading = await runOf(account).readBaseline();
          const task = await meet(
            () => runOf(account).submit(reading),
            () => runOf(account).submit({ ...reading, id: "from the state" }),
          );
          return waited(account, once, { reading, task });
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
          account.clock.pass(1_000);
          account.emulator.tencent.advance(account.clock.now());
          account.emulator.huawei.world.advance(account.clock.now());
          return scansOf(account).every(({ settled }) => settled) ? done : "runs on";
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
      () => clientFor(account, kind) as Client,
      () => account.name,
      { clock: account.clock },
    );
  const create = async (account: Account): Promise<Outs> => (await providerOf(account).create(declared)).outs as Outs;
  const update = async (account: Account, state: unknown, values: object): Promise<Outs> =>
    (await providerOf(account).update?.("id", state, values))?.outs as Outs;
  /** Whether the cloud has exactly these values. */
  const standing = async (account: Account, values: object) => {
    const present = await kind.driver(clientFor(account, kind) as Client, {}).read();
    const [a, b] = [kind.normal(values as Partial<Values>), kind.normal(present?.values ?? {})] as [Outs, Outs];
    const differing = Object.keys(values).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
    return differing.length === 0 ? done : `differs in ${differing.join(", ")}`;
  };
  const before = { ...declared, ...other };
  const prepared = async (account: Account) => {
    await kind.driver(clientFor(account, kind) as Client, {}).write(before);
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
          return kept ? standing(account, declared) : "written; the previous schedule is lost";
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

export const tasks: readonly Subject[] = taskExamples.map(({ kind, request, submits }) => task(kind, request, submits));
export const settings: readonly Subject[] = settingExamples.map(({ kind, declared, other }) =>
  setting(kind, declared, other),
);
