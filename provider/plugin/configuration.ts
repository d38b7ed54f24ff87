import { configKeys } from "../credentials/config-keys.js";
import type { ConfigReader } from "../credentials/source.js";
import { accountName } from "../lifecycle/task-inputs.js";
import { pluginPackage } from "../model/resource-types.js";
import type { Failure } from "../validation/inputs.js";
import { meant } from "../validation/nearest.js";
import { isUnknown } from "../validation/unknown.js";
import { type Properties, unwrap, wrap } from "./values.js";

// The plugin's config. An engine gives a plugin only the keys of its own namespace, so the keys of an account are
// members of one key: `image-scan:tencentcloud` has those of `tencentcloud:…`, and `image-scan:accounts` those of
// named accounts. In YAML:
//
//   image-scan:tencentcloud: { secretId: …, secretKey: … }
//   image-scan:accounts: { prod: { tencentcloud: { … } } }

const vendors: Readonly<Record<string, readonly string[]>> = {
  tencentcloud: configKeys["tencent"] ?? [],
  huaweicloud: configKeys["huawei"] ?? [],
};
/** Keys that are secret. */
export const secretKeys: readonly string[] = ["secretKey", "securityToken", "authToken", "userPassword"];
/** Keys that the engine adds. */
const ofEngine: readonly string[] = ["version", "pluginDownloadURL"];

/** Reads one key as the readers of credentials ask for it, such as `tencentcloud-prod:secretId`. */
export function createReader(config: Properties): ConfigReader {
  const parsed = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, parse(unwrap(value))]));
  return (asked) => {
    const [, vendor = "", account, key = ""] = /^(\w+cloud)(?:-([^:]+))?:(.+)$/.exec(asked) ?? [];
    const home = account === undefined ? parsed : member(parsed["accounts"], account);
    const value = member(member(home, vendor), key);
    return value === undefined || value === null ? undefined : String(value);
  };
}

function member(holder: unknown, name: string): unknown {
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, name)) return undefined;
  return (holder as Properties)[name];
}

/** An object of the config, which the engine and the SDKs pass as JSON. */
function parse(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What is wrong with the config, each by the name under which the user set it. */
export function findMistakes(config: Properties): Failure[] {
  const names = [...Object.keys(vendors), "accounts"];
  const failures = Object.entries(config).flatMap(([name, given]): Failure[] => {
    const value = parse(unwrap(given));
    if (ofEngine.includes(name) || isUnknown(value)) return [];
    if (name === "accounts") return findAccountMistakes(value);
    return names.includes(name)
      ? findVendorMistakes(name, value, name)
      : [{ property: name, reason: `is not a setting${meant(name, names)}` }];
  });
  return failures.map(({ property, reason }) => ({ property: "", reason: `${pluginPackage}:${property} ${reason}` }));
}

function findAccountMistakes(accounts: unknown): Failure[] {
  if (typeof accounts !== "object" || accounts === null)
    return [{ property: "accounts", reason: "is not an object with one object for each account" }];
  return Object.entries(accounts).flatMap(([account, given]): Failure[] => {
    const path = `accounts.${account}`;
    const reason = accountName(account);
    if (typeof reason === "string") return [{ property: path, reason }];
    if (typeof given !== "object" || given === null) return [{ property: path, reason: "is not an object" }];
    return Object.entries(given).flatMap(([vendor, value]) =>
      vendors[vendor] === undefined
        ? [{ property: `${path}.${vendor}`, reason: `is not a cloud${meant(vendor, Object.keys(vendors))}` }]
        : findVendorMistakes(vendor, value, `${path}.${vendor}`),
    );
  });
}

function findVendorMistakes(vendor: string, value: unknown, path: string): Failure[] {
  if (typeof value !== "object" || value === null)
    return [{ property: path, reason: "is not an object with settings" }];
  const known = vendors[vendor] ?? [];
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  return unknown.map((key) => ({ property: `${path}.${key}`, reason: `is not a setting${meant(key, known)}` }));
}

/**
 * The config as the state keeps it. All settings are secret, because they can hold keys, and the engine does not say here
 * which were set as secrets.
 */
export function protectConfig(config: Properties): Properties {
  const holdsKeys = (name: string) => !ofEngine.includes(name);
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, holdsKeys(name) ? wrap(value) : value]),
  );
}

/** A message of the readers of credentials, with the names of settings as the plugin's users write them. */
export function renameKeys(message: string): string {
  return message
    .replace(/\bpulumi config set (?=(--secret )?(tencent|huawei)cloud)/g, "pulumi config set --path ")
    .replace(/\b((?:tencent|huawei)cloud)(?:-([\w-]+))?:(?=[a-z])/gi, (_whole, vendor: string, account?: string) =>
      account === undefined ? `${pluginPackage}:${vendor}.` : `${pluginPackage}:accounts.${account}.${vendor}.`,
    );
}
