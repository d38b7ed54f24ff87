import type { Answer } from "../core/answer.js";
import { type Clock, systemClock } from "../core/clock.js";
import { sha256Hex } from "../core/digest.js";
import { CloudError } from "../core/errors.js";
import { type HttpAnswer, send } from "../core/http.js";
import { parseJson, writeJson } from "../core/json.js";
import type { Limit, Limiter } from "../core/limiter.js";
import { type Effect, retrying } from "../core/retry.js";
import { ServerClock } from "../core/server-clock.js";
import { tencentError } from "./errors.js";
import { type TencentCredentials, tc3Authorization } from "./sign.js";

export interface TencentConnection {
  readonly endpoint: URL;
  /** The international site and the domestic one have different versions of some actions. */
  readonly site: "intl" | "cn";
  readonly region?: string | undefined;
  readonly credentials: TencentCredentials;
}

const contentType = "application/json";
// Every TCSS page allows 20 calls a second. One less, and a window a little wider than a second,
// so that unequal travel times do not push a call over the limit.
const limit: Limit = { calls: 19, perMs: 1_050 };

/** Calls actions of TCSS (service `tcss`, API version 2020-11-01). */
export class TencentClient {
  readonly #connection: TencentConnection;
  readonly #limiter: Limiter;
  readonly #clock: Clock;
  readonly #serverClock: ServerClock;

  constructor(connection: TencentConnection, limiter: Limiter, clock: Clock = systemClock) {
    this.#connection = connection;
    this.#limiter = limiter;
    this.#clock = clock;
    this.#serverClock = new ServerClock(clock);
  }

  get site(): "intl" | "cn" {
    return this.#connection.site;
  }

  /** Calls one action; repeats it where its effect and the failure allow that. */
  async call<Response>(action: string, effect: Effect, request: object): Promise<Answer<Response>> {
    const body = writeJson(request);
    const once = () => this.#serverClock.corrected(() => this.#callOnce<Response>(action, body));
    return retrying(effect, once, { clock: this.#clock });
  }

  async #callOnce<Response>(action: string, body: string): Promise<Answer<Response>> {
    const { endpoint, credentials } = this.#connection;
    await this.#limiter.turn(`${endpoint.host} ${credentials.secretId} ${action}`, limit);
    const answer = await send({
      action,
      method: "POST",
      url: endpoint,
      headers: this.#headers(action, body),
      body,
    });
    return this.#opened<Response>(action, answer);
  }

  #headers(action: string, body: string): Record<string, string> {
    const { endpoint, credentials, region } = this.#connection;
    const timestamp = Math.floor(this.#serverClock.now() / 1000);
    const authorization = tc3Authorization(
      {
        method: "POST",
        query: "",
        headers: { "content-type": contentType, host: endpoint.host },
        payloadHash: sha256Hex(body),
        service: "tcss",
        timestamp,
      },
      credentials,
    );
    return {
      authorization,
      "content-type": contentType,
      host: endpoint.host,
      "x-tc-action": action,
      "x-tc-version": "2020-11-01",
      "x-tc-timestamp": String(timestamp),
      "x-tc-language": "en-US",
      ...(region === undefined ? {} : { "x-tc-region": region }),
      ...(credentials.token === undefined ? {} : { "x-tc-token": credentials.token }),
    };
  }

  /** Errors come with status 200, so only the envelope tells how a call went. */
  #opened<Response>(action: string, answer: HttpAnswer): Answer<Response> {
    const { serverTime } = answer;
    const host = this.#connection.endpoint.host;
    if (answer.status !== 200) {
      // A gateway's answer, which says nothing about whether the service has executed the call.
      const message = `${host} answered with HTTP status ${answer.status}`;
      throw new CloudError({ kind: "ambiguous", action, message, serverTime });
    }
    const response = envelopeOf(answer.text);
    if (response === undefined) {
      const message = `${host} answered with something other than the API's JSON; is the endpoint right?`;
      throw new CloudError({ kind: "protocol", action, message, serverTime });
    }
    const requestId = typeof response["RequestId"] === "string" ? response["RequestId"] : "";
    const error = response["Error"] as { Code?: unknown; Message?: unknown } | null | undefined;
    if (error !== undefined && error !== null) {
      throw tencentError({
        action,
        code: String(error.Code ?? "without a code"),
        message: String(error.Message ?? "the cloud refused the call"),
        requestId,
        serverTime,
      });
    }
    return {
      response: response as Response,
      requestId,
      serverTime: serverTime ?? this.#serverClock.now(),
    };
  }
}

function envelopeOf(text: string): Record<string, unknown> | undefined {
  try {
    const parsed = parseJson(text);
    const response = (parsed as { Response?: unknown } | null)?.Response;
    return typeof response === "object" && response !== null ? (response as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
