import { CodedError } from "../model/error-codes.js";
import type { Clock } from "../transport/clock.js";
import { choosePause } from "../transport/poll.js";
import { refuseCancelled, untilCancelled } from "./cancellation.js";

/** Says what is in the way of a submission now. Undefined if nothing is. */
export type Question = () => Promise<string | undefined>;

interface Waiting {
  readonly clock: Clock;
  /** When waiting ends, in milliseconds since 1970. */
  readonly deadline: number;
  show(text: string): Promise<void>;
}

/** Waits while something is in the way. False if nothing was. */
export async function waitWhile(question: Question, { clock, deadline, show }: Waiting): Promise<boolean> {
  const begun = clock.now();
  for (let looks = 0; ; looks++) {
    refuseCancelled();
    const obstacle = await question();
    if (obstacle === undefined) return looks > 0;
    if (clock.now() >= deadline) {
      throw new CodedError(
        "IS-NOT-SUBMITTED",
        `nothing was submitted: ${obstacle}. Run "pulumi up" again later, or raise waitTimeoutSeconds.`,
      );
    }
    await show(`waiting: ${obstacle}; nothing is submitted yet`);
    await untilCancelled(clock.sleep(choosePause({ elapsedMs: clock.now() - begun })));
  }
}
