import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import type { Failure } from "../validation/inputs.js";
import { unusedBaselines } from "./run-memory.js";
import type { Snapshot, TaskKind } from "./task-kind.js";

/** The state of a task's baseline. A change of `fingerprint` is what starts a scan. */
export interface BaselineInputs {
  readonly account?: string;
  /** Digest of everything that is sent to the create call, and of the triggers. */
  readonly fingerprint: string;
  /** The part of the request that matters here. */
  readonly scope?: Readonly<Record<string, unknown>>;
  /** What is wrong with the task's arguments, found where all of them are known. */
  readonly problems?: readonly Failure[];
}

/** Reads what must be known before a request is sent; sends nothing itself. */
export function baselineProvider<Client, Request, Baseline extends Snapshot>(
  kind: TaskKind<Client, Request, Baseline>,
  clientOf: (account: string | undefined) => Client,
): dynamic.ResourceProvider {
  return {
    async check(_olds, news: BaselineInputs) {
      const problems = Array.isArray(news.problems) ? news.problems : [];
      return { inputs: news, failures: problems };
    },

    async diff(_id, olds: BaselineInputs, news: BaselineInputs) {
      const replaces = (["fingerprint", "account"] as const).filter((name) => olds[name] !== news[name]);
      return { changes: replaces.length > 0, replaces };
    },

    async create(inputs) {
      const { account, fingerprint, scope = {} } = inputs as BaselineInputs;
      const snapshot = await kind.driver(clientOf(account)).baseline(scope as Partial<Request>);
      const id = randomUUID();
      unusedBaselines.add(id);
      return {
        id,
        outs: { account, fingerprint, snapshot: { id, fingerprint, ...snapshot } },
      };
    },

    async update(_id, olds, news: BaselineInputs) {
      return {
        outs: { ...olds, account: news.account, fingerprint: news.fingerprint },
      };
    },
  };
}
