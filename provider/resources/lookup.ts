import * as pulumi from "@pulumi/pulumi";
import type { Accounts } from "../clouds.js";
import { codedMessage } from "../coded-message.js";
import { type FoundImages, type ImageQuery, listDoubts, requireSelector } from "../lifecycle/image-search.js";
import { describeError, isCloudError } from "../transport/errors.js";
import { Limiter } from "../transport/limiter.js";
import { refuseConfigMistakes } from "./config-mistakes.js";
import { type InputsOf, isPlain } from "./inputs-of.js";

// Lookups run in the program's process, in each preview and each update, with the accounts of the resources.

/** Options of a lookup that gives a promise. */
export interface LookupOptions {
  /**
   * The resource on whose line warnings of the lookup are shown.
   * @default the stack
   */
  readonly parent?: pulumi.Resource;
}

/** Options of a lookup that gives an output. */
export interface LookupOutputOptions extends LookupOptions {
  /** Resources to wait for. The lookup runs after they are created. It does not run in a preview that creates them. */
  readonly dependsOn?: pulumi.CustomResource | readonly pulumi.CustomResource[];
}

/** How a kind of lookup is made. */
export interface Lookup<Client, Query, Found> {
  /** As it is called in a program: `tencent.getLocalImages`. */
  readonly name: string;
  readonly find: (client: Client, query: Query) => Promise<Found>;
}

const limiter = new Limiter();
/** The accounts of each run of a program: one process may run several, with other config. */
const runs = new WeakMap<object, Map<string, Accounts>>();
const withoutStack = {};

function getAccounts(vendor: string): Accounts {
  const run = pulumi.runtime.getStackResource() ?? withoutStack;
  const vendors = runs.get(run) ?? new Map<string, Accounts>();
  runs.set(run, vendors);
  const accounts = vendors.get(vendor) ?? openAccounts(vendor);
  vendors.set(vendor, accounts);
  return accounts;
}

function openAccounts(vendor: string): Accounts {
  // Loaded here, so that a program without lookups does not load the clients.
  const clouds = require("../clouds.js") as typeof import("../clouds.js");
  const warn = (text: string) => void pulumi.log.warn(text);
  return new clouds.Accounts(vendor, () => (key) => pulumi.runtime.getConfig(key), { limiter, warn });
}

/** Makes a lookup. Each failure is an error of one line, without a stack. */
export async function lookUp<Client, Query extends ImageQuery, Found extends FoundImages<unknown>>(
  { name, find }: Lookup<Client, Query, Found>,
  query: Query,
  { parent }: LookupOptions = {},
): Promise<Found> {
  const [vendor = ""] = name.split(".");
  try {
    if (!isPlain(query)) throw new Error(`an argument is an output; use ${name}Output`);
    requireSelector(query);
    refuseConfigMistakes(`${vendor}:${name}`, query.account);
    const found = await find(getAccounts(vendor).client(query.account) as Client, query);
    for (const doubt of listDoubts(found)) void pulumi.log.warn(`${name}: ${doubt}`, parent);
    return found;
  } catch (error) {
    const message = isCloudError(error) ? codedMessage(error) : describeError(error);
    throw new pulumi.RunError(`${name}: ${message}`);
  }
}

/** The same, once the arguments and the resources it depends on are known. */
export function lookUpOutput<Client, Query extends ImageQuery, Found extends FoundImages<unknown>>(
  lookup: Lookup<Client, Query, Found>,
  query: InputsOf<Query>,
  { dependsOn = [], ...options }: LookupOutputOptions = {},
): pulumi.Output<Found> {
  const before = [dependsOn].flat().map(({ id }) => id);
  const given = pulumi.all([query as pulumi.Input<Query>, pulumi.all(before)]);
  return given.apply(([known]) => lookUp(lookup, known as Query, options)) as pulumi.Output<Found>;
}
