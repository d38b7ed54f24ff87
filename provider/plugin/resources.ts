import type { dynamic } from "@pulumi/pulumi";
import { handlers } from "../handlers.js";
import { pluginPackage, readTaskType, settingTypes } from "../model/resource-types.js";
import { gateAdapter, passAdapter, withAdapter } from "./gate.js";

// The resources of the plugin, by their types. What each of them does is in the handlers.

export const gateType = `${pluginPackage}:index:ScanGate`;
export const passType = `${pluginPackage}:index:ScanGatePass`;

/** The type in the URN of a resource, without those of its parents. */
export function readType(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The handlers of the resource with this URN. */
export function findHandlers(urn: string): dynamic.ResourceProvider {
  const type = readType(urn);
  const step = readTaskType(type);
  if (step !== undefined) return handlers(`${step.token}/${step.step}`);
  if (type === gateType) return withAdapter(handlers("image-scan:ScanGate"), gateAdapter, urn);
  if (type === passType) return withAdapter(handlers("image-scan:ScanGatePass"), passAdapter, urn);
  const token = type.slice(pluginPackage.length + 1);
  if (Object.hasOwn(settingTypes, token)) return handlers(token);
  throw new Error(`this version of pulumi-image-scan has no resource ${type}`);
}

/** The outputs that can repeat a part of a secret input, by resource and input. */
export function listRepeats(urn: string): Readonly<Record<string, readonly string[]>> {
  return readType(urn) === gateType ? { tasks: ["reason", "results", "scanGate"] } : {};
}
