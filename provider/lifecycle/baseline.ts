import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import { type Clock, systemClock } from "../transport/clock.js";
import { hashValue, sameValue } from "../validation/canonical.js";
import { type Failure, findFailures, type Inputs, selectProperties } from "../validation/inputs.js";
import { isUnknown } from "../validation/unknown.js";
import { readShared } from "./account-reading.js";
import { describeCause, newCause } from "./cause.js";
import { fingerprint, isSameRequest, isSameTriggers } from "./fingerprint.js";
import { pinImages } from "./pin-images.js";
import { replacementCauses, unusedBaselines } from "./run-memory.js";
import { applyPins, argumentRules } from "./task-inputs.js";
import type { Request, TaskKind } from "./task-kind.js";

/** Inputs of a baseline, in addition to the fields of the request. */
export interface BaselineInputs {
  readonly account?: string;
  readonly triggers?: readonly string[];
  /** Problems of all arguments of the task. They are reported here, because nothing has been sent yet. */
  readonly problems?: readonly Failure[];
  /** Why this baseline was read, and so why its scan starts. The check finds it. */
  readonly __cause?: string;
}

/** Reads how the account looks before a request is sent. It sends nothing. Its replacement starts a new scan. */
export function baselineProvider(
  kind: TaskKind,
  clientOf: (account: string | undefined) => unknown,
  clock: Clock = systemClock,
): dynamic.ResourceProvider {
  const rules = argumentRules(kind);
  return {
    async check(olds: Inputs, news: Inputs) {
      const { problems, ...given } = news;
      const request = selectProperties<Inputs>(kind.inputs, given);
      const known = Array.isArray(problems) ? (problems as Failure[]) : findFailures(given, rules);
      const { account, triggers } = given as BaselineInputs;
      const inputs = { ...request, account, triggers };
      return { inputs: { ...inputs, __cause: findCause(kind, olds, inputs) }, failures: known };
    },

    /** Compares the create calls, both computed by this version. So another form of the same request is no change. */
    async diff(_id, olds: Inputs, news: Inputs) {
      const replaces = changedFields(kind, olds, news);
      return replaces.length > 0 ? { replaces } : { changes: false };
    },

    async create(inputs: Inputs) {
      const { account, triggers } = inputs as BaselineInputs;
      const request = selectProperties<Request>(kind.inputs, inputs);
      const client = clientOf(account);
      const driver = kind.driver(client);
      const pinned = await pinImages(kind, driver, { request, clock });
      const scope = kind.baselineScope?.(applyPins(request as Inputs, pinned) as Request) ?? {};
      const read = () => driver.readBaseline(scope);
      const question = { kind: kind.token, scope };
      const reading = await readShared(client as object, question, { now: clock.now(), read });
      const id = randomUUID();
      unusedBaselines.add(id);
      const digest = fingerprint(kind, { request, triggers });
      const kept = { id, ...reading, ...(pinned === undefined ? {} : { pinned }) };
      return { id, outs: { ...request, account, triggers, fingerprint: digest, reading: kept } };
    },
  };
}

/**
 * Why the baseline is read. For a replacement, the engine asks twice: with the old inputs, and then without them. The
 * old cause stays while nothing is replaced, because the engine writes each changed input to the state.
 */
function findCause(kind: TaskKind, olds: Inputs, news: Inputs): string | undefined {
  const key = hashValue([kind.token, news]);
  if (Object.keys(olds).length === 0) return replacementCauses.get(key) ?? newCause;
  replacementCauses.set(key, describeCause(changedFields(kind, olds, news), news));
  return (olds as BaselineInputs).__cause;
}

/** The user's fields that make the request a different one. */
function changedFields(kind: TaskKind, olds: Inputs, news: Inputs): string[] {
  const isOther = (name: string) => !sameValue(olds[name], news[name]);
  const own = ["account", "triggers"].filter((name) =>
    name === "triggers" ? !isSameTriggers(olds[name], news[name]) : isOther(name),
  );
  const fields = Object.keys(kind.inputs.properties).filter(isOther);
  return fields.length > 0 && isOtherRequest(kind, olds, news) ? [...own, ...fields] : own;
}

function isOtherRequest(kind: TaskKind, olds: Inputs, news: Inputs): boolean {
  const [before, now] = [olds, news].map((one) => selectProperties<Request>(kind.inputs, one));
  return isUnknown(now) || !isSameRequest(kind, before as Request, now as Request);
}
