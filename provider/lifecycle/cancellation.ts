// The engine tells a plugin when its user cancels an update. A wait then ends at once; what is being sent is finished.

let cancel: () => void;
const cancelled = new Promise<"cancelled">((resolve) => {
  cancel = () => resolve("cancelled");
});
let isOver = false;

/** Ends all waits of this process. */
export function cancelWaits(): void {
  isOver = true;
  cancel();
}

/** Whether the update was cancelled. */
export function isCancelled(): boolean {
  return isOver;
}

/** The result of this work, or `"cancelled"` as soon as the update is cancelled. Only for work that changes nothing. */
export function untilCancelled<T>(work: Promise<T>): Promise<T | "cancelled"> {
  return Promise.race([work, cancelled]);
}
