import { hashValue, sameValue } from "../validation/canonical.js";
import type { Request, TaskKind } from "./task-kind.js";

/** A kind of task, as far as its request is concerned. */
type Kind = Pick<TaskKind, "createPayload">;

/** The parts that decide if two scans are the same: account, request, and triggers in their order. */
export interface Wanted {
  readonly account?: string | undefined;
  readonly request: Request;
  readonly triggers?: readonly unknown[] | undefined;
}

/** Digest of the create call and the triggers. */
export function fingerprint(kind: Kind, { request, triggers }: Wanted): string {
  return hashValue([kind.createPayload(request), { triggers: JSON.stringify(triggers ?? []) }]).slice(0, 32);
}

/** Whether two requests give the same create call. Triggers and account are compared separately. */
export function isSameRequest(kind: Kind, a: Request, b: Request): boolean {
  return sameValue(kind.createPayload(a), kind.createPayload(b));
}

/** Compares triggers in their order: `["1", "2"]` and `["2", "1"]` are different. */
export function isSameTriggers(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}
