import { hashOf, sameValue } from "../validation/canonical.js";
import type { TaskKind } from "./task-kind.js";

/** A kind of task, as far as its request is concerned. */
type Kind<R> = Pick<TaskKind<never, R, never>, "sent">;

/** What decides whether two scans are the same: the request as it is sent, and the triggers in their order. */
export interface Wanted<R> {
  readonly account?: string | undefined;
  readonly request: R;
  readonly triggers?: readonly unknown[] | undefined;
}

/** Digest of what the create call is sent, and of the triggers. */
export function fingerprint<R>(kind: Kind<R>, { request, triggers }: Wanted<R>): string {
  return hashOf([kind.sent(request), { triggers: JSON.stringify(triggers ?? []) }]).slice(0, 32);
}

/** Whether the two requests are sent as the same, whatever their form. Triggers and account are compared apart. */
export function isSameRequest<R>(kind: Kind<R>, a: R, b: R): boolean {
  return sameValue(kind.sent(a), kind.sent(b));
}

/** Triggers have an order: `["1", "2"]` and `["2", "1"]` are two states of what is watched. */
export function isSameTriggers(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}
