import "./core/node-version.js";

import type { dynamic } from "@pulumi/pulumi";
import { Accounts } from "./clouds.js";
import type { ConfigReader } from "./config/source.js";
import { isCloudError } from "./core/errors.js";
import { Limiter } from "./core/limiter.js";
import { endWithEngine, tell } from "./lifecycle/engine.js";
import { PartialFailure } from "./lifecycle/partial-failure.js";
import type { SettingKind } from "./lifecycle/setting-kind.js";
import type { Snapshot, TaskKind } from "./lifecycle/task-kind.js";

// The entry of the provider's process. The state holds, as the provider of each resource, a text that
// requires this module and names the resource; so state and code are of the installed version, and
// the names are a contract with every state ever written.

type AnyTaskKind = TaskKind<unknown, unknown, Snapshot>;
type AnySettingKind = SettingKind<unknown, object>;
type Step = "baseline" | "submission" | "wait";

let config: ConfigReader = () => undefined;
const limiter = new Limiter();
const warn = (text: string) => void tell(undefined, text, "warning");
const vendors = new Map<string, Accounts>();

function accountsOf(token: string): Accounts {
  const [vendor = ""] = token.split(":");
  const accounts = vendors.get(vendor) ?? new Accounts(vendor, () => config, { limiter, warn });
  vendors.set(vendor, accounts);
  return accounts;
}

/** The module of a kind: `tencent:LocalScanTask` lives in tasks/tencent/local-scan-task. */
async function load<Kind>(folder: "tasks" | "settings", token: string): Promise<Kind> {
  const [vendor, name] = /^([a-z]+):([A-Z][A-Za-z]+)$/.exec(token)?.slice(1) ?? [];
  if (vendor === undefined || name === undefined) throw new Error(`"${token}" is not the name of a resource`);
  const file = name.replace(/(?<=[a-z])[A-Z]/g, "-$&").toLowerCase();
  const exports = (await import(`./${folder}/${vendor}/${file}.js`)) as Record<string, Kind>;
  const kind = exports[`${name.slice(0, 1).toLowerCase()}${name.slice(1)}`];
  if (kind === undefined) throw new Error(`this version of pulumi-image-scan has no ${token}`);
  return kind;
}

/** Resources that belong to no cloud. */
const common: Readonly<Record<string, () => Promise<dynamic.ResourceProvider>>> = {
  "image-scan:ScanGate": async () => {
    const { gateProvider } = await import("./lifecycle/gate.js");
    const clientOf = (token: string, account: string | undefined) => accountsOf(token).client(account);
    return gateProvider({ kindOf: (token) => load("tasks", token), clientOf });
  },
  "image-scan:ScanGatePass": async () => (await import("./lifecycle/gate-pass.js")).passProvider(),
};

async function providerOf(name: string): Promise<dynamic.ResourceProvider> {
  const shared = Object.hasOwn(common, name) ? common[name] : undefined;
  if (shared !== undefined) return shared();
  const [token = "", step] = name.split("/") as [string, Step?];
  const { client, key } = accountsOf(token);
  if (step === undefined) {
    const { settingProvider } = await import("./lifecycle/setting.js");
    return settingProvider(await load<AnySettingKind>("settings", token), client, key);
  }
  const kind = await load<AnyTaskKind>("tasks", token);
  if (step === "baseline") return (await import("./lifecycle/baseline.js")).baselineProvider(kind, client);
  if (step === "submission") return (await import("./lifecycle/submission.js")).submissionProvider(kind, client);
  return (await import("./lifecycle/wait.js")).waitProvider(kind, client);
}

/** The provider of the resource with this name, loaded at its first use. */
function provider(name: string): dynamic.ResourceProvider {
  endWithEngine();
  let loaded: Promise<dynamic.ResourceProvider> | undefined;
  const get = () => {
    loaded ??= providerOf(name);
    return loaded;
  };
  return {
    // Set before the first await: the SDK does not make a second call wait for this one.
    async configure(request) {
      config = (key) => request.config.get(key);
    },
    check: async (olds, news) => atBorder(async () => (await get()).check?.(olds, news) ?? { inputs: news }),
    diff: async (id, olds, news) => atBorder(async () => (await get()).diff?.(id, olds, news) ?? {}),
    create: async (inputs) => atBorder(async () => (await get()).create(inputs)),
    read: async (id, props) =>
      atBorder(() => withoutProgram(async () => (await get()).read?.(id, props) ?? { id, props })),
    update: async (id, olds, news) => atBorder(async () => (await get()).update?.(id, olds, news) ?? { outs: olds }),
    delete: async (id, props) => atBorder(() => withoutProgram(async () => (await get()).delete?.(id, props))),
  };
}

/**
 * What every handler needs at the border to the SDK, which cannot carry `undefined`, and prints the stacks
 * of some failures: ours are messages for a reader, who has no use for a stack.
 */
async function atBorder<T>(work: () => Promise<T>): Promise<T> {
  try {
    return withoutUndefined(await work());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    error.stack = error.name;
    throw error instanceof PartialFailure
      ? Object.assign(error, { properties: withoutUndefined(error.properties) })
      : error;
  }
}

/** Refresh and destroy run no program, and so with the config that the state has kept. */
async function withoutProgram<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isCloudError(error, "auth", "config")) throw error;
    const hint = "refresh and destroy use the config of the last update; with --run-program they use the present one";
    throw new Error(`${error.message}. Credentials or settings that have changed since? ${hint}`, { cause: error });
  }
}

function withoutUndefined<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}

export = provider;
