import { CodedError } from "../../model/error-codes.js";
import type { TaskIds } from "../../model/status.js";
import type { Clock } from "../../transport/clock.js";
import { describeError, isCloudError } from "../../transport/errors.js";
import { endSharing } from "../account-reading.js";
import { describeTask, joinIds } from "../task-inputs.js";
import type { StopContext, TaskDriver } from "../task-kind.js";

const unconfirmed = "it could not be confirmed that it stopped";
/** When to check that a task has stopped: half a minute in all, without a timeout of the user. */
const looksMs = [0, 1_000, 2_000, 4_000, 8_000, 15_000];

export interface Stop {
  readonly ids: TaskIds;
  readonly context: StopContext;
  readonly clock: Clock;
  /** How long the task may take to stop. */
  readonly timeoutSeconds: number | undefined;
  /** Whether this process may stop it. Asked only if it may run. */
  readonly mayStop?: () => boolean;
}

/** Stops a task and checks that it stopped. Returns a reason if that is not known. */
export async function stopIfRunning(
  driver: TaskDriver,
  { ids, context, clock, timeoutSeconds, mayStop = () => true }: Stop,
): Promise<string | undefined> {
  const before = await askRunning(() => driver.isRunning(ids, context), clock);
  if (before === false) return undefined;
  // A stop by images could stop somebody else's scan of them.
  if (before === undefined && (joinIds(ids) === "" || driver.isNamed?.(ids) === false)) return unconfirmed;
  if (!mayStop()) return "another provider of this update changes the account, so it was not stopped";
  endSharing();
  try {
    const whyNot = await driver.stop(ids, context);
    if (whyNot !== undefined) return whyNot;
  } catch (error) {
    return afterRefusal(error, await driver.isRunning(ids, context), ids);
  }
  let isRunning: boolean | undefined;
  for (const pauseMs of pausesWithin(timeoutSeconds)) {
    await clock.sleep(pauseMs);
    isRunning = await driver.isRunning(ids, context);
    if (isRunning === false) return undefined;
  }
  if (isRunning === undefined) return unconfirmed;
  throw new CodedError(
    "IS-NOT-STOPPED",
    `the cloud accepted the stop of ${describeTask(ids)}, but it still runs; run "pulumi destroy" again, or set onDelete: "leave"`,
  );
}

function pausesWithin(timeoutSeconds: number | undefined): readonly number[] {
  if (timeoutSeconds === undefined) return looksMs;
  const pauses: number[] = [];
  let leftMs = timeoutSeconds * 1000;
  for (let at = 0; leftMs > 0; at++) {
    const pauseMs = Math.min(leftMs, looksMs[at] ?? 15_000);
    pauses.push(pauseMs);
    leftMs -= pauseMs;
  }
  return pauses;
}

/** What a refused stop means. The cloud can refuse it because the task ended between the two calls. */
function afterRefusal(error: unknown, isRunning: boolean | undefined, ids: TaskIds): string | undefined {
  if (isRunning === true) {
    throw new CodedError("IS-NOT-STOPPED", `${describeTask(ids)} is still running: ${describeError(error)}`, {
      cause: error,
    });
  }
  // Without the right to stop, it is not known that there is nothing to stop.
  if (isRunning === undefined && isCloudError(error, "config", "auth", "clock")) throw error;
  return isRunning === undefined ? unconfirmed : undefined;
}

/** Whether a task runs. If the cloud does not show it, it looks again some seconds later. */
async function askRunning(look: () => Promise<boolean | undefined>, clock: Clock): Promise<boolean | undefined> {
  for (const pauseMs of [0, 2_000, 4_000, 8_000]) {
    await clock.sleep(pauseMs);
    const isRunning = await look();
    if (isRunning !== undefined) return isRunning;
  }
  return undefined;
}
