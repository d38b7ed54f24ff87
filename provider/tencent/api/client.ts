import type { Answer } from "../../transport/answer.js";
import type { Clock } from "../../transport/clock.js";
import { sha256Hex } from "../../transport/digest.js";
import { CloudError, toProtocolError } from "../../transport/errors.js";
import type { ExchangeLimits } from "../../transport/exchange.js";
import type { HttpAnswer, HttpRequest } from "../../transport/http.js";
import { writeJson } from "../../transport/json.js";
import type { Limit, Limiter } from "../../transport/limiter.js";
import { type AccountCheck, createFixedKeys, type KeySource, Pipeline } from "../../transport/pipeline.js";
import { Refreshing } from "../../transport/refreshing.js";
import type { Effect } from "../../transport/retry.js";
import { fields, InvalidAnswerError, raw, readJson, type Shape, text, textOrNumber } from "../../transport/shape.js";
import { toTencentError } from "./errors.js";
import { type TencentCredentials, tc3Authorization } from "./sign.js";

export interface TencentConnection {
  readonly endpoint: URL;
  /** The international site and the domestic one have different versions of some actions. */
  readonly site: "intl" | "cn";
  /** Where calls for keys go. */
  readonly sts?: URL | undefined;
  readonly region?: string | undefined;
  /** Keys, or a source that issues them. Absent for an action that needs no keys. */
  readonly credentials: TencentCredentials | Refreshing<TencentCredentials> | "unsigned";
  readonly checkAccount?: AccountCheck | undefined;
  /** Default: TCSS. */
  readonly service?: { readonly name: string; readonly version: string };
}

const envelope = fields({ Response: raw });
const head = fields({ RequestId: textOrNumber, Error: fields({ Code: textOrNumber, Message: text }) });
const tcss = { name: "tcss", version: "2020-11-01" };
/** Codes for temporary keys that are no longer good. */
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
export function identifyCaller(credentials: TencentConnection["credentials"]): string {
  if (credentials === "unsigned") return credentials;
  return credentials instanceof Refreshing ? credentials.identity : credentials.secretId;
}

function toKeySource(credentials: TencentConnection["credentials"]): KeySource<TencentCredentials | undefined> {
  if (credentials instanceof Refreshing) return credentials;
  return createFixedKeys(identifyCaller(credentials), credentials === "unsigned" ? undefined : credentials);
}

/** Calls actions of TCSS, or of another service of Tencent Cloud. */
export class TencentClient {
  readonly #connection: TencentConnection;
  readonly #pipeline: Pipeline<TencentCredentials | undefined>;

  constructor(connection: TencentConnection, limiter: Limiter, clock?: Clock, http?: ExchangeLimits) {
    this.#connection = connection;
    const keys = toKeySource(connection.credentials);
    const refusesKeys = (code: string) => refusedKeys.includes(code);
    this.#pipeline = new Pipeline({ keys, refusesKeys, check: connection.checkAccount, limit, limiter, clock, http });
  }

  get site(): "intl" | "cn" {
    return this.#connection.site;
  }

  /** Calls one action; repeats it where its effect and the failure allow that. */
  call<Response>(action: string, effect: Effect, request: object, shape: Shape<Response>): Promise<Answer<Response>> {
    const body = writeJson(request);
    return this.#pipeline.call({
      action,
      effect,
      host: this.#connection.endpoint.host,
      question: `${action} ${body}`,
      sign: (keys, now) => this.#sign(action, body, keys, now),
      read: (answer) => this.#read(action, answer, shape),
    });
  }

  #sign(action: string, body: string, keys: TencentCredentials | undefined, now: number): HttpRequest {
    const { endpoint, region, service: { name: service, version } = tcss } = this.#connection;
    const timestamp = Math.floor(now / 1000);
    const covered = {
      method: "POST",
      query: "",
      headers: { "content-type": contentType, host: endpoint.host },
      payloadHash: sha256Hex(body),
      service,
      timestamp,
    };
    const headers = {
      ...covered.headers,
      authorization: keys === undefined ? "SKIP" : tc3Authorization(covered, keys),
      "x-tc-action": action,
      "x-tc-version": version,
      "x-tc-timestamp": String(timestamp),
      "x-tc-language": "en-US",
      ...(region === undefined ? {} : { "x-tc-region": region }),
      ...(keys?.token === undefined ? {} : { "x-tc-token": keys.token }),
    };
    return { action, method: "POST", url: endpoint, headers, body };
  }

  /** Errors come with status 200, so only the envelope tells how a call went. */
  #read<Response>(action: string, answer: HttpAnswer, shape: Shape<Response>) {
    const { status, serverTime, retryAfterMs } = answer;
    const { host } = this.#connection.endpoint;
    const facts = { action, serverTime, retryAfterMs };
    if (status !== 200) {
      // A gateway answered. Only "too many calls" proves that the service did not execute the call.
      const kind = status === 429 ? "throttled" : "ambiguous";
      throw new CloudError({ ...facts, kind, message: `${host} answered with HTTP status ${status}` });
    }
    let requestId: string | undefined;
    try {
      const { Response: content } = readJson(answer.text, envelope);
      const read = head(content, "Response");
      if (read === undefined) throw new InvalidAnswerError("it has no Response");
      requestId = read.RequestId ?? "";
      const { Code: code = "without a code", Message: message = "the cloud refused the call" } = read.Error ?? {};
      if (read.Error !== undefined) throw toTencentError({ ...facts, code, message, requestId });
      return { response: shape(content, "") as Response, requestId };
    } catch (error) {
      throw toProtocolError(error, { ...facts, host, requestId });
    }
  }
}
