import { hashOf, sameValue } from "../validation/canonical.js";
import type { Request, TaskKind } from "./task-kind.js";

/** A kind of task, as far as its request is concerned. */
type Kind = Pick<TaskKind, "createPayload">;

/** What decides whether two scans are the same: the request as it is sent, and the triggers in their order. */
export interface Wanted {
  readonly account?: string | undefined;
  readonly request: Request;
  readonly triggers?: readonly unknown[] | undefined;
}

/** Digest of what the create call is sent, and of the triggers. */
export function fingerprint(kind: Kind, { request, triggers }: Wanted): string {
  return hashOf([kind.createPayload(request), { triggers: JSON.stringify(triggers ?? []) }]).slice(0, 32);
}

/** Whether the two requests are sent as the same, whatever their form. Triggers and account are compared apart. */
export function isSameRequest(kind: Kind, a: Request, b: Request): boolean {
  return sameValue(kind.createPayload(a), kind.createPayload(b));
}

/** Triggers have an order: `["1", "2"]` and `["2", "1"]` are two states of what is watched. */
export function isSameTriggers(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}
