import { CodedError } from "../model/error-codes.js";

// The engine tells a plugin when its user cancels an update, and tells a dynamic provider nothing. A wait then ends at
// once. A request that may have been sent is finished, and its task is stored.

let isExpected = false;
let isOver = false;
let cancel: () => void;
const over = new Promise<"cancelled">((resolve) => {
  cancel = () => resolve("cancelled");
});

/** For the process of the plugin: the engine tells it when an update is cancelled. So one Ctrl-C is enough in the texts. */
export function expectCancel(): void {
  isExpected = true;
}

/** Ends all waits of this process. */
export function cancelWaits(): void {
  isOver = true;
  cancel();
}

/** Whether the update was cancelled. */
export function isCancelled(): boolean {
  return isOver;
}

/** Refuses to send anything after the update was cancelled. Call it only before the request is sent. */
export function refuseCancelled(): void {
  if (!isOver) return;
  const why = 'nothing was submitted: the update was cancelled. Run "pulumi up" again to submit it.';
  throw new CodedError("IS-NOT-SUBMITTED", why);
}

/** The result of this work, or `"cancelled"` as soon as the update is cancelled. Only for work that changes nothing. */
export function untilCancelled<T>(work: Promise<T>): Promise<T | "cancelled"> {
  return Promise.race([work, over]);
}

/** How a user stops a wait. After the first Ctrl-C, the engine waits for a running create of a dynamic resource. */
export function describeStop(): string {
  return isExpected ? "Ctrl-C stops the wait" : "Ctrl-C twice stops the wait";
}

/** How a user stops a submission before the request is sent. */
export function describeStopBefore(): string {
  return isExpected ? "Ctrl-C stops this" : "Ctrl-C twice stops this; after one Ctrl-C, it still submits";
}
