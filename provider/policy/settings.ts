import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { asList, asText, copyKnown, isPending, type Known, type KnownObject, notYet, unwrapProps } from "./known.js";
import { settingTypes } from "./types.js";

// Rules for the recurring scans. An absent property has the cloud's default, which does not fulfil a rule.

type Props = Record<string, unknown>;

/** The name of the switch, by the type of the setting. */
const switches: Readonly<Record<string, string>> = {
  [settingTypes.local]: "enable",
  [settingTypes.registry]: "enable",
  [settingTypes.huawei]: "enabled",
};

const periods: Readonly<Record<string, string>> = {
  [settingTypes.local]: "scanPeriod",
  [settingTypes.registry]: "scanPeriod",
  [settingTypes.huawei]: "scanCycle",
};

export const settingEnabled: ResourceValidationPolicy = {
  name: "setting-enabled",
  description: "Recurring scans are switched on.",
  validateResource(args, report) {
    const name = switches[args.type];
    if (name !== undefined && copyKnown(args.props)[name] === false) report(`${name} is false; set it to true`);
  },
  remediateResource: ({ type, props }) => {
    const name = switches[type];
    const known = copyKnown(props);
    // An enabled setting needs more properties. The setting's own check reports the missing ones.
    if (name === undefined || known[name] !== false || hasNothingToDo(type, known)) return undefined;
    return { ...unwrapProps(props), [name]: true };
  },
};

function hasNothingToDo(type: string, props: KnownObject): boolean {
  const isEmpty = (value: Known) => Array.isArray(value) && value.length === 0;
  if (type === settingTypes.huawei) return isEmpty(props["registries"]);
  if (type === settingTypes.registry) return isEmpty(props["scanTypes"]);
  return ["scanVul", "scanVirus", "scanRisk"].every((flag) => props[flag] === false);
}

const parts = ["vulnerabilities", "viruses", "sensitiveData"] as const;
type Part = (typeof parts)[number];

const flags: Readonly<Record<Part, string>> = {
  vulnerabilities: "scanVul",
  viruses: "scanVirus",
  sensitiveData: "scanRisk",
};
const types: Readonly<Record<Part, string>> = { vulnerabilities: "CVE", viruses: "VIRUS", sensitiveData: "RISK" };
const scopes: Readonly<Record<Part, { readonly name: string; readonly mask: number }>> = {
  vulnerabilities: { name: "vulnerabilities", mask: 0xf_0000 },
  viruses: { name: "maliciousFiles", mask: 0xf00 },
  sensitiveData: { name: "sensitiveInformation", mask: 0xf0 },
};

/** The property and the value to set so that these parts are scanned; undefined if they are. */
function findMissingParts(type: string, props: KnownObject, wanted: readonly Part[]): Readonly<Record<string, Known>> {
  if (type === settingTypes.local) {
    const off = wanted.filter((part) => props[flags[part]] !== true && props[flags[part]] !== notYet);
    return Object.fromEntries(off.map((part) => [flags[part], true]));
  }
  if (type === settingTypes.registry) {
    if (props["scanTypes"] === notYet) return {};
    const present = asList(props["scanTypes"]);
    const off = wanted.filter((part) => !present.includes(types[part]) && !present.includes(notYet));
    return off.length === 0 ? {} : { scanTypes: [...present, ...off.map((part) => types[part])] };
  }
  return type === settingTypes.huawei ? findMissingScope(props["scanScope"], wanted) : {};
}

function findMissingScope(scope: Known, wanted: readonly Part[]): Readonly<Record<string, Known>> {
  if (typeof scope === "number") {
    const all = wanted.reduce((mask, part) => mask | scopes[part].mask, scope);
    return all === scope ? {} : { scanScope: all };
  }
  const present = asList(scope);
  if (scope === notYet || present.includes("all") || present.includes(notYet)) return {};
  const off = wanted.map((part) => scopes[part].name).filter((name) => !present.includes(name));
  return off.length === 0 ? {} : { scanScope: [...present, ...off] };
}

function readWantedParts(args: Pick<ResourceValidationArgs, "getConfig">): readonly Part[] {
  return args.getConfig<{ parts: Part[] }>().parts;
}

export const settingParts: ResourceValidationPolicy = {
  name: "setting-parts",
  description: "Recurring scans look for vulnerabilities, viruses and sensitive data.",
  configSchema: {
    properties: {
      parts: {
        type: "array",
        items: { type: "string", enum: [...parts] },
        default: [...parts],
        description: "The required scan types.",
      },
    },
  },
  validateResource(args, report) {
    const missing = findMissingParts(args.type, copyKnown(args.props), readWantedParts(args));
    for (const [name, value] of Object.entries(missing))
      report(`${name} does not cover all required scan types; set it to ${showValue(value)}`);
  },
  remediateResource: (args) => {
    const known = copyKnown(args.props);
    const missing = findMissingParts(args.type, known, readWantedParts(args));
    // If a part of the list is not known yet, nothing can be added to it.
    const isOpen = Object.keys(missing).some((name) => isPending(known[name]));
    return Object.keys(missing).length === 0 || isOpen ? undefined : { ...unwrapProps(args.props), ...missing };
  },
};

function showValue(value: Known): string {
  return JSON.stringify(value) ?? "";
}

/** The period that is too long, and the longest allowed one. */
function findLongPeriod({ type, props }: { type: string; props: Props }, maxDays: number) {
  const name = periods[type];
  const days = name === undefined ? undefined : copyKnown(props)[name];
  if (name === undefined || typeof days !== "number" || days <= maxDays) return undefined;
  // HSS has only three cycles.
  const best = type === settingTypes.huawei ? [14, 7, 3].find((cycle) => cycle <= maxDays) : maxDays;
  return { name, days, best };
}

export const settingPeriod: ResourceValidationPolicy = {
  name: "setting-period",
  description: "Recurring scans run often enough.",
  configSchema: {
    properties: {
      maxDays: { type: "integer", minimum: 1, default: 7, description: "Longest allowed time between two scans." },
    },
  },
  validateResource(args, report) {
    const { maxDays } = args.getConfig<{ maxDays: number }>();
    const long = findLongPeriod(args, maxDays);
    if (long !== undefined) report(`${long.name} is ${long.days} days, and at most ${maxDays} are allowed`);
  },
  remediateResource: (args) => {
    const long = findLongPeriod(args, args.getConfig<{ maxDays: number }>().maxDays);
    return long?.best === undefined ? undefined : { ...unwrapProps(args.props), [long.name]: long.best };
  },
};

function toMinute(value: Known): number | undefined {
  const [, hours, minutes] = /^(\d\d):(\d\d)/.exec(asText(value) ?? "") ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

export const settingWindow: ResourceValidationPolicy = {
  name: "setting-window",
  description: "The daily window of recurring scans is long enough to scan everything.",
  configSchema: {
    properties: {
      minMinutes: { type: "integer", minimum: 1, maximum: 1439, default: 120, description: "Shortest window." },
    },
  },
  validateResource(args, report) {
    if (args.type !== settingTypes.local && args.type !== settingTypes.registry) return;
    const { scanTime, scanEndTime } = copyKnown(args.props);
    const [from, to] = [toMinute(scanTime), toMinute(scanEndTime)];
    // A window without an end never cuts a scan short.
    if (from === undefined || to === undefined) return;
    const { minMinutes } = args.getConfig<{ minMinutes: number }>();
    const minutes = (to - from + 1440) % 1440;
    if (minutes < minMinutes) {
      report(
        `the window from ${String(scanTime)} to ${String(scanEndTime)} is ${minutes} minutes, and at least ${minMinutes} are needed`,
      );
    }
  },
};

export const settingExclusions: ResourceValidationPolicy = {
  name: "setting-exclusions",
  description: "Recurring scans leave out only images on the policy's list.",
  configSchema: {
    properties: {
      allowed: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Ids of images that may be left out.",
      },
    },
  },
  validateResource(args, report) {
    if (switches[args.type] === undefined) return;
    const { excludeImages, excludeImageAssetIds } = copyKnown(args.props);
    const { allowed } = args.getConfig<{ allowed: string[] }>();
    const left = [...asList(excludeImages), ...asList(excludeImageAssetIds)].filter((id) => typeof id === "string");
    const forbidden = left.filter((id) => !allowed.includes(String(id)));
    if (forbidden.length > 0) report(`leaves out ${forbidden.join(", ")}, which the policy's list does not allow`);
  },
};
