import * as pulumi from "@pulumi/pulumi";
import type { AwaitedTask, SubmittedTask } from "../lifecycle/task-inputs.js";
import type { Findings } from "../model/findings.js";
import type { ScanCounts, ScanStatus } from "../model/status.js";
import type { Verdict } from "../model/verdict.js";
import { outputsOfEnd } from "./task-options.js";

// The outputs of a task, made from those of its steps.

export interface Wait extends pulumi.CustomResource {
  readonly waitedFor: pulumi.Output<string>;
  readonly status: pulumi.Output<ScanStatus>;
  readonly rawStatus: pulumi.Output<string | undefined>;
  readonly reason: pulumi.Output<string | undefined>;
  readonly counts: pulumi.Output<ScanCounts | undefined>;
  readonly finishedAt: pulumi.Output<string | undefined>;
  readonly findings: pulumi.Output<Findings | undefined>;
  readonly verdict: pulumi.Output<Verdict | undefined>;
  readonly verdictReason: pulumi.Output<string | undefined>;
}

type Published = Readonly<Record<string, () => pulumi.Output<unknown>>>;

/**
 * Defines outputs that are made when they are first read, because each costs promises and a program reads few of them.
 * Other properties of the step are hidden, so that an exported task shows only its public outputs.
 */
export function publishOutputs(task: object, outputs: Published): void {
  for (const name of Object.keys(task)) {
    if (name !== "urn" && name !== "id") Object.defineProperty(task, name, { enumerable: false });
  }
  for (const [name, make] of Object.entries(outputs)) {
    let made: pulumi.Output<unknown> | undefined;
    const get = () => {
      made ??= make();
      return made;
    };
    Object.defineProperty(task, name, { get, enumerable: true, configurable: true });
  }
}

export function publishIds(
  kind: { readonly ids: readonly string[] },
  submitted: pulumi.Output<SubmittedTask>,
): Published {
  const ids = kind.ids.map((id) => [id, () => submitted.apply((sent) => sent?.task?.[id])] as const);
  return {
    ...Object.fromEntries(ids),
    submittedAt: () => submitted.apply((sent) => sent?.submittedAt ?? undefined),
  };
}

/** The outputs that exist only with thresholds. */
export const ofTheVerdict: readonly string[] = ["verdict", "verdictReason"];

export const unwaited: Published = Object.fromEntries(
  outputsOfEnd.map((name) => [name, () => pulumi.output(undefined)]),
);

type End = { readonly [Name in (typeof outputsOfEnd)[number]]?: unknown };

/** The end that the wait saw, if it was of this submission. After a targeted update, it can be of an earlier one. */
export function publishEnd(task: pulumi.Output<AwaitedTask>, wait: Wait): Published {
  const raw = Object.fromEntries(outputsOfEnd.map((name) => [name, wait[name] as pulumi.Output<unknown> | undefined]));
  const { waitedFor } = wait;
  const unseen = "no update has waited for the end of this scan; run pulumi up without --target";
  // These two are never secret, but the request can be.
  const asked = pulumi.unsecret(task.apply(({ submission, unresolved }) => ({ submission, unresolved })));
  const other = (reason = unseen): End => ({ status: "UNKNOWN", rawStatus: "UNKNOWN", reason });
  const one = (name: keyof End) => () => {
    const seen: pulumi.Output<unknown> = raw[name] ?? pulumi.output(undefined);
    return pulumi
      .all([asked, waitedFor])
      .apply(([{ submission, unresolved }, own]): unknown =>
        submission === own ? seen : other(unresolved || undefined)[name],
      );
  };
  return Object.fromEntries(outputsOfEnd.map((name) => [name, one(name)]));
}
