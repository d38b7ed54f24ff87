import type { Answer } from "../core/answer.js";
import { type Clock, systemClock } from "../core/clock.js";
import { sha256Hex } from "../core/digest.js";
import { asProtocolError, CloudError } from "../core/errors.js";
import { type HttpAnswer, type HttpOptions, httpDefaults, send } from "../core/http.js";
import { writeJson } from "../core/json.js";
import type { Limit, Limiter } from "../core/limiter.js";
import { type Effect, retrying } from "../core/retry.js";
import { ServerClock } from "../core/server-clock.js";
import { fields, Misshapen, raw, readJson, type Shape, text, textOrNumber } from "../core/shape.js";
import { SharedReads } from "../core/shared-reads.js";
import { tencentError } from "./errors.js";
import { type TencentCredentials, tc3Authorization } from "./sign.js";

export interface TencentConnection {
  readonly endpoint: URL;
  /** The international site and the domestic one have different versions of some actions. */
  readonly site: "intl" | "cn";
  readonly region?: string | undefined;
  readonly credentials: TencentCredentials;
}

interface Call {
  readonly action: string;
  readonly body: string;
  readonly effect: Effect;
}

const envelope = fields({ Response: raw });
const head = fields({ RequestId: textOrNumber, Error: fields({ Code: textOrNumber, Message: text }) });
const contentType = "application/json";
// Every TCSS page allows 20 calls a second. One less, and a window a little wider than a second,
// so that unequal travel times do not push a call over the limit.
const limit: Limit = { calls: 19, perMs: 1_050 };

/** Calls actions of TCSS (service `tcss`, API version 2020-11-01). */
export class TencentClient {
  readonly #connection: TencentConnection;
  readonly #limiter: Limiter;
  readonly #http: HttpOptions;
  readonly #clock: Clock;
  readonly #serverClock: ServerClock;
  readonly #reads = new SharedReads();

  constructor(
    connection: TencentConnection,
    limiter: Limiter,
    clock: Clock = systemClock,
    http: HttpOptions = httpDefaults,
  ) {
    this.#http = http;
    this.#connection = connection;
    this.#limiter = limiter;
    this.#clock = clock;
    this.#serverClock = new ServerClock(clock);
  }

  get site(): "intl" | "cn" {
    return this.#connection.site;
  }

  /** Calls one action; repeats it where its effect and the failure allow that. */
  async call<Response>(
    action: string,
    effect: Effect,
    request: object,
    shape: Shape<Response>,
  ): Promise<Answer<Response>> {
    const body = writeJson(request);
    const once = () => this.#serverClock.corrected(() => this.#callOnce({ action, body, effect }, shape));
    return retrying(effect, once, { clock: this.#clock });
  }

  async #callOnce<Response>(call: Call, shape: Shape<Response>): Promise<Answer<Response>> {
    const { action, body, effect } = call;
    const { endpoint, credentials } = this.#connection;
    const turn = () => this.#limiter.turn(`${endpoint.host} ${credentials.secretId} ${action}`, limit);
    const ask = () => this.#sent(call, shape);
    if (effect === "read") return this.#reads.answer(`${action} ${body}`, turn, ask);
    await turn();
    return ask();
  }

  async #sent<Response>({ action, body, effect }: Call, shape: Shape<Response>): Promise<Answer<Response>> {
    const headers = this.#headers(action, body);
    const alone = effect === "submit";
    const url = this.#connection.endpoint;
    const answer = await send({ action, method: "POST", url, headers, body, alone }, this.#http);
    return this.#opened(action, answer, shape);
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
  #opened<Response>(action: string, answer: HttpAnswer, shape: Shape<Response>): Answer<Response> {
    const { serverTime } = answer;
    const host = this.#connection.endpoint.host;
    if (answer.status !== 200) {
      // A gateway's answer, which says nothing about whether the service has executed the call.
      const message = `${host} answered with HTTP status ${answer.status}`;
      throw new CloudError({ kind: "ambiguous", action, message, serverTime });
    }
    const { content, requestId, error } = this.#read(action, answer);
    if (error !== undefined) {
      const { Code: code = "without a code", Message: message = "the cloud refused the call" } = error;
      throw tencentError({ action, code, message, requestId, serverTime });
    }
    try {
      const response = shape(content, "") as Response;
      return { response, requestId, serverTime: serverTime ?? this.#serverClock.now() };
    } catch (misshapen) {
      throw asProtocolError(misshapen, { action, host, requestId, serverTime });
    }
  }

  /** The envelope that every answer comes in. */
  #read(action: string, { text: body, serverTime }: HttpAnswer) {
    try {
      const { Response: content } = readJson(body, envelope);
      const read = head(content, "Response");
      if (read === undefined) throw new Misshapen("it has no Response; is the endpoint right?");
      return { content, requestId: read.RequestId ?? "", error: read.Error };
    } catch (error) {
      throw asProtocolError(error, { action, host: this.#connection.endpoint.host, serverTime });
    }
  }
}
