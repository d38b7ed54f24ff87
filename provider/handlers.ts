import type { dynamic } from "@pulumi/pulumi";
import { Accounts } from "./clouds.js";
import { chooseCode, codedMessage } from "./coded-message.js";
import type { ConfigReader } from "./credentials/source.js";
import { settingKind, taskKind } from "./kinds.js";
import { tell } from "./lifecycle/engine.js";
import { PartialFailure } from "./lifecycle/partial-failure.js";
import { isSoleProcess, type MayChange } from "./lifecycle/sole-process.js";
import { CodedError } from "./model/error-codes.js";
import type { TaskStep } from "./model/resource-types.js";
import { CloudError, isCloudError } from "./transport/errors.js";
import { Limiter } from "./transport/limiter.js";
import { formatFailure } from "./validation/inputs.js";

// What the engine asks of each resource, in the process of the dynamic provider and in that of the plugin.

let config: ConfigReader = () => undefined;
const limiter = new Limiter();
const warn = (text: string) => void tell(undefined, text, "warning");
const vendors = new Map<string, Accounts>();

/** Sets where the settings of all accounts are read. Calls before it find none. */
export function useConfig(reader: ConfigReader): void {
  config = reader;
}

/** The accounts of the vendor of a token. */
export function findAccounts(token: string): Accounts {
  const [vendor = ""] = token.split(":");
  const accounts = vendors.get(vendor) ?? new Accounts(vendor, () => config, { limiter, warn });
  vendors.set(vendor, accounts);
  return accounts;
}

/** Whether this process may change accounts of the vendor of a token. */
function mayChange(token: string): MayChange {
  return (account) => isSoleProcess(findAccounts(token).caller(account));
}

/** Resources that belong to no cloud. */
const common: Readonly<Record<string, () => dynamic.ResourceProvider>> = {
  "image-scan:ScanGate": () => {
    const { gateProvider } = require("./lifecycle/gate.js") as typeof import("./lifecycle/gate.js");
    const clientOf = (token: string, account: string | undefined) => findAccounts(token).client(account);
    return gateProvider({ kindOf: taskKind, clientOf });
  },
  "image-scan:ScanGatePass": () =>
    (require("./lifecycle/gate-pass.js") as typeof import("./lifecycle/gate-pass.js")).passProvider(),
};

/** Each step of a task, by the part of its name after the token. */
const steps: Readonly<Record<TaskStep, (token: string) => dynamic.ResourceProvider>> = {
  baseline: (token) =>
    (require("./lifecycle/baseline.js") as typeof import("./lifecycle/baseline.js")).baselineProvider(
      taskKind(token),
      findAccounts(token).client,
    ),
  submission: (token) =>
    (
      require("./lifecycle/submission/submission.js") as typeof import("./lifecycle/submission/submission.js")
    ).submissionProvider(taskKind(token), findAccounts(token).client, { mayChange: mayChange(token) }),
  wait: (token) =>
    (require("./lifecycle/wait.js") as typeof import("./lifecycle/wait.js")).waitProvider(
      taskKind(token),
      findAccounts(token).client,
    ),
};

function loadProvider(name: string): dynamic.ResourceProvider {
  const shared = Object.hasOwn(common, name) ? common[name] : undefined;
  if (shared !== undefined) return shared();
  const [token = "", step] = name.split("/") as [string, TaskStep?];
  if (step !== undefined) return steps[step](token);
  const { settingProvider } = require("./lifecycle/setting.js") as typeof import("./lifecycle/setting.js");
  const { client, key } = findAccounts(token);
  return settingProvider(settingKind(token), client, key, { mayChange: mayChange(token) });
}

/** The handlers of the resource with this name, loaded at their first use. */
export function handlers(name: string): dynamic.ResourceProvider {
  let loaded: dynamic.ResourceProvider | undefined;
  const get = () => {
    loaded ??= loadProvider(name);
    return loaded;
  };
  return {
    check: async (olds, news) => atBorder(async () => withPaths((await get().check?.(olds, news)) ?? { inputs: news })),
    diff: async (id, olds, news) => atBorder(async () => get().diff?.(id, olds, news) ?? {}),
    create: async (inputs) => atBorder(async () => get().create(inputs)),
    read: async (id, props) => atBorder(() => withoutProgram(async () => get().read?.(id, props) ?? { id, props })),
    update: async (id, olds, news) => atBorder(async () => get().update?.(id, olds, news) ?? { outs: olds }),
    delete: async (id, props) => atBorder(() => withoutProgram(async () => get().delete?.(id, props))),
  };
}

/**
 * Prepares results and errors for the SDK. The SDK cannot carry `undefined`, and prints the stack of some errors: our
 * errors are for a reader, who has no use for a stack.
 */
async function atBorder<T>(work: () => Promise<T>): Promise<T> {
  try {
    return withoutUndefined(await work());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof CloudError) error.message = codedMessage(error);
    error.stack = error.name;
    throw error instanceof PartialFailure
      ? Object.assign(error, { properties: withoutUndefined(error.properties) })
      : error;
  }
}

/**
 * Removes the property from each failure, because the engine would print its value, which is often empty, long or secret.
 * The reason begins with the path of the field instead, as a program writes it: `images[0].imageTag is 5, not a string`.
 */
function withPaths({ inputs, failures = [] }: dynamic.CheckResult): dynamic.CheckResult {
  const pathed = failures.map((failure) => ({ property: "", reason: formatFailure(failure) }));
  return { inputs, failures: pathed };
}

/** Refresh and destroy run no program. They use the config in the state. */
async function withoutProgram<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isCloudError(error, "auth", "config")) throw error;
    const hint = "Refresh and destroy use the config of the last update; with --run-program they use the current one";
    const message = `${error.message}. Have credentials or settings changed since the last update? ${hint}`;
    throw new CodedError(chooseCode(error.kind), message, { cause: error });
  }
}

function withoutUndefined<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
