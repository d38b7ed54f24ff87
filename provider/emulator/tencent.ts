import { randomUUID } from "node:crypto";
import { ApiError } from "./api-error.js";
import type { LocalWorld } from "./local-world.js";
import { checkedParams, type Params, unflattened } from "./parameters.js";
import { type Authentic, type EmulatedCredentials, type ReceivedRequest, TencentAuth } from "./tencent-auth.js";
import { type Action, localActions } from "./tencent-local.js";

const callsPerSecond = 20;
const version = "2020-11-01";

/** One call as it was answered, without anything secret. */
export interface CallRecord {
  readonly at: number;
  readonly action: string;
  /** The error code, "" for success. */
  readonly code: string;
  readonly requestId: string;
  readonly request: Params;
}

/** TCSS, as far as images are concerned. */
export class TencentCloud {
  readonly world: LocalWorld;
  readonly calls: CallRecord[] = [];
  readonly #auth: TencentAuth;
  readonly #recent = new Map<string, number[]>();

  constructor(world: LocalWorld, credentials: readonly EmulatedCredentials[]) {
    this.world = world;
    this.#auth = new TencentAuth(credentials);
  }

  /** Checks the signature; what it returns is executed by `run`. */
  authenticate(request: ReceivedRequest, now: number): Authentic {
    return this.#auth.verified(request, now);
  }

  /** Executes one call and gives the content of its `Response`. */
  run(call: Authentic, now: number): object {
    const requestId = randomUUID();
    let params: Params = {};
    let code = "";
    try {
      const action = this.#actionOf(call);
      this.#limit(`${call.secretId} ${call.action}`, now);
      params = checkedParams(paramsOf(call, action), action.fields);
      this.world.advance(now);
      return { ...action.run(this.world, params, now), RequestId: requestId };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      code = error.code;
      return { Error: { Code: error.code, Message: error.message }, RequestId: requestId };
    } finally {
      this.calls.push({ at: now, action: call.action, code, requestId, request: params });
    }
  }

  #actionOf(call: Authentic): Action {
    if (call.version !== version)
      throw new ApiError("NoSuchVersion", `The version \`${call.version}\` does not exist.`);
    const action = Object.hasOwn(localActions, call.action) ? localActions[call.action] : undefined;
    if (action === undefined) throw new ApiError("InvalidAction", `The action \`${call.action}\` does not exist.`);
    return action;
  }

  #limit(key: string, now: number): void {
    const recent = (this.#recent.get(key) ?? []).filter((at) => at > now - 1000);
    this.#recent.set(key, recent);
    if (recent.length >= callsPerSecond) {
      throw new ApiError(
        "RequestLimitExceeded",
        `Your current request times equals to \`${recent.length + 1}\` in a second, which exceeds the frequency limit \`${callsPerSecond}\` for a second. Please reduce the frequency of calls.`,
      );
    }
    recent.push(now);
  }
}

function paramsOf(call: Authentic, action: Action): Params {
  if (call.parameters.form === "flat") return unflattened(call.parameters.pairs, action.fields);
  try {
    const parsed: unknown = JSON.parse(call.parameters.text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Params;
  } catch {
    // Falls through to the refusal of anything that is not an object.
  }
  throw new ApiError("InvalidRequest", "The body of the request is not a JSON object.");
}
