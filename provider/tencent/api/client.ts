import { type AccountCheck, Guard } from "../../transport/account-check.js";
import type { Answer } from "../../transport/answer.js";
import { type Clock, systemClock } from "../../transport/clock.js";
import { sha256Hex } from "../../transport/digest.js";
import { asPreparation, CloudError, isCloudError, toProtocolError } from "../../transport/errors.js";
import { type HttpAnswer, type HttpOptions, httpDefaults, send } from "../../transport/http.js";
import { writeJson } from "../../transport/json.js";
import type { Limit, Limiter } from "../../transport/limiter.js";
import { Refreshing } from "../../transport/refreshing.js";
import { type Effect, retry } from "../../transport/retry.js";
import { ServerClock } from "../../transport/server-clock.js";
import { fields, InvalidAnswerError, raw, readJson, type Shape, text, textOrNumber } from "../../transport/shape.js";
import { SharedReads } from "../../transport/shared-reads.js";
import { toTencentError } from "./errors.js";
import { type TencentCredentials, tc3Authorization } from "./sign.js";

export interface TencentConnection {
  readonly endpoint: URL;
  /** The international site and the domestic one have different versions of some actions. */
  readonly site: "intl" | "cn";
  readonly region?: string | undefined;
  /** Keys, what issues them, or nothing for an action that is called without. */
  readonly credentials: TencentCredentials | Refreshing<TencentCredentials> | "unsigned";
  /** Asked before the first call: fails where the keys are of the wrong account. */
  readonly guard?: AccountCheck | undefined;
  /** Default: TCSS. */
  readonly service?: { readonly name: string; readonly version: string };
}

interface Call {
  readonly action: string;
  readonly body: string;
  readonly effect: Effect;
}

const envelope = fields({ Response: raw });
const head = fields({ RequestId: textOrNumber, Error: fields({ Code: textOrNumber, Message: text }) });
const tcss = { name: "tcss", version: "2020-11-01" };
/** What says that temporary keys are no longer good. */
const refusedKeys: readonly string[] = [
  "AuthFailure.TokenFailure",
  "AuthFailure.SecretIdNotFound",
  "AuthFailure.InvalidSecretId",
];
const contentType = "application/json";
// Every TCSS page allows 20 calls a second. One less, and a window a little wider than a second,
// so that unequal travel times do not push a call over the limit.
const limit: Limit = { calls: 19, perMs: 1_050 };

/** Who calls, without a secret. */
export function identityOf(credentials: TencentConnection["credentials"]): string {
  if (credentials === "unsigned") return credentials;
  return credentials instanceof Refreshing ? credentials.identity : credentials.secretId;
}

/** Calls actions of TCSS, or of another service of Tencent Cloud. */
export class TencentClient {
  readonly #connection: TencentConnection;
  readonly #limiter: Limiter;
  readonly #http: HttpOptions;
  readonly #clock: Clock;
  readonly #serverClock: ServerClock;
  readonly #reads = new SharedReads();
  readonly #guard: Guard;

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
    this.#guard = new Guard(connection.guard);
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
    // Reads too: what is not to be seen in another account has neither ended nor gone.
    await asPreparation({ action }, () => this.#guard.passed(this.#serverClock.now()));
    const body = writeJson(request);
    const attempt = () => this.#callOnce({ action, body, effect }, shape);
    const once = () => this.#serverClock.retryCorrected(() => this.#withFreshKeys(action, attempt));
    return retry(effect, once, { clock: this.#clock });
  }

  async #callOnce<Response>(call: Call, shape: Shape<Response>): Promise<Answer<Response>> {
    const { action, body, effect } = call;
    const { endpoint, credentials } = this.#connection;
    const turn = () => this.#limiter.waitForTurn(`${endpoint.host} ${identityOf(credentials)} ${action}`, limit);
    const ask = () => this.#sent(call, shape);
    if (effect === "read") return this.#reads.read(`${action} ${body}`, turn, ask);
    await turn();
    return ask();
  }

  async #sent<Response>({ action, body, effect }: Call, shape: Shape<Response>): Promise<Answer<Response>> {
    const headers = this.#headers(action, body, await asPreparation({ action }, () => this.#keys()));
    const alone = effect === "submit";
    const url = this.#connection.endpoint;
    const answer = await send({ action, method: "POST", url, headers, body, freshConnection: alone }, this.#http);
    return this.#opened(action, answer, shape);
  }

  /** The keys to sign with; new ones where the present ones end soon. */
  async #keys(): Promise<TencentCredentials | undefined> {
    const { credentials } = this.#connection;
    if (credentials === "unsigned") return undefined;
    return credentials instanceof Refreshing ? credentials.get(this.#serverClock.now()) : credentials;
  }

  /** A refused token was refused before anything was executed. */
  async #withFreshKeys<T>(action: string, attempt: () => Promise<T>): Promise<T> {
    const { credentials } = this.#connection;
    if (!(credentials instanceof Refreshing)) return attempt();
    const keys = await asPreparation({ action }, () => credentials.get(this.#serverClock.now()));
    try {
      return await attempt();
    } catch (error) {
      if (!isCloudError(error, "auth") || !refusedKeys.includes(error.code ?? "")) throw error;
      await credentials.invalidate(keys);
      return attempt();
    }
  }

  #headers(action: string, body: string, keys: TencentCredentials | undefined): Record<string, string> {
    const { endpoint, region, service: { name: service, version } = tcss } = this.#connection;
    const timestamp = Math.floor(this.#serverClock.now() / 1000);
    const covered = {
      method: "POST",
      query: "",
      headers: { "content-type": contentType, host: endpoint.host },
      payloadHash: sha256Hex(body),
      service,
      timestamp,
    };
    const authorization = keys === undefined ? "SKIP" : tc3Authorization(covered, keys);
    return {
      authorization,
      "content-type": contentType,
      host: endpoint.host,
      "x-tc-action": action,
      "x-tc-version": version,
      "x-tc-timestamp": String(timestamp),
      "x-tc-language": "en-US",
      ...(region === undefined ? {} : { "x-tc-region": region }),
      ...(keys?.token === undefined ? {} : { "x-tc-token": keys.token }),
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
      throw toTencentError({ action, code, message, requestId, serverTime });
    }
    try {
      const response = shape(content, "") as Response;
      return { response, requestId, serverTime: serverTime ?? this.#serverClock.now() };
    } catch (misshapen) {
      throw toProtocolError(misshapen, { action, host, requestId, serverTime });
    }
  }

  /** The envelope that every answer comes in. */
  #read(action: string, { text: body, serverTime }: HttpAnswer) {
    try {
      const { Response: content } = readJson(body, envelope);
      const read = head(content, "Response");
      if (read === undefined) throw new InvalidAnswerError("it has no Response");
      return { content, requestId: read.RequestId ?? "", error: read.Error };
    } catch (error) {
      throw toProtocolError(error, { action, host: this.#connection.endpoint.host, serverTime });
    }
  }
}
