import type * as pulumi from "@pulumi/pulumi";
import { ownVersion } from "./installed-copy.js";

/** A task, as far as a gate needs it. */
export interface GatedTask {
  readonly name: string;
  /** Whether it waits for its own end. */
  readonly isAwaited: boolean;
  /** Whether a part of its request is secret. */
  readonly isSecret: Promise<boolean>;
  /** The inputs that its wait would get. */
  props(): pulumi.Inputs;
  /** Why these thresholds can never pass: the scan does not detect what they limit. Undefined if that is not known. */
  whyUnjudgeable(thresholds: unknown): string | undefined;
}

const keyStart = "pulumi-image-scan@";
/** A program may have several copies of this package; those of one version know each other's tasks. */
const gatedKey = Symbol.for(`${keyStart}${ownVersion}`);

/** Records a task for gates. */
export function registerGated(task: object, gated: GatedTask): void {
  Object.defineProperty(task, gatedKey, { value: gated });
}

/** The recorded task. Undefined for any other object. */
export function gatedTask(task: object): GatedTask | undefined {
  return (task as { readonly [gatedKey]?: GatedTask } | undefined)?.[gatedKey];
}

/** The version of the package that made a task. Undefined for any other object. */
export function versionOfTask(task: object): string | undefined {
  const keys = Object.getOwnPropertySymbols(Object(task)).map(({ description = "" }) => description);
  return keys.find((key) => key.startsWith(keyStart))?.slice(keyStart.length);
}
