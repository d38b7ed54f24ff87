import { sha256Hex } from "../../transport/digest.js";
import { CloudError } from "../../transport/errors.js";
import type { ExchangeLimits } from "../../transport/exchange.js";
import { type HttpAnswer, type HttpRequest, send } from "../../transport/http.js";
import { createFixedKeys, type KeySource } from "../../transport/pipeline.js";
import { type Issued, Refreshing } from "../../transport/refreshing.js";
import { fields, InvalidAnswerError, readJson, text } from "../../transport/shape.js";
import { toHuaweiError } from "./errors.js";
import { canonicalQuery, type SigningKeys, sdkDate, sdkHmacAuthorization } from "./sign.js";

export interface HuaweiKeys extends SigningKeys {
  /** Only temporary keys have one. */
  readonly securityToken?: string | undefined;
}

/** The proof of the caller's identity. */
export type HuaweiAuth =
  | ({ readonly by: "keys" } & HuaweiKeys)
  | { readonly by: "issued"; readonly keys: Refreshing<HuaweiKeys> }
  | { readonly by: "token"; readonly token: string }
  | Password;

interface Password {
  readonly by: "password";
  readonly userName: string;
  readonly password: string;
  readonly domainName: string;
}

/** A request before it is authenticated. */
export interface UnsignedRequest {
  readonly action: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly origin: URL;
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Token {
  readonly text: string;
  /** The project of the token, if IAM named it. */
  readonly projectId?: string | undefined;
}

/** Keys to sign with, or a token to send. */
export type HuaweiProof = HuaweiKeys | Token;

/** The source and the scope of tokens. */
interface TokenScope {
  readonly iam: URL;
  readonly project: { readonly id?: string | undefined; readonly name?: string | undefined };
  readonly http?: ExchangeLimits | undefined;
}

const contentType = "application/json";

/** Authenticates requests with keys, or with a token that IAM issues for a password. */
export function createKeySource(auth: HuaweiAuth, scope: TokenScope): KeySource<HuaweiProof> {
  if (auth.by === "keys") return createFixedKeys(auth.accessKey, auth);
  if (auth.by === "issued") return auth.keys;
  if (auth.by === "token") return createFixedKeys("token", { text: auth.token });
  return new Refreshing(`${auth.domainName}/${auth.userName}`, (now) => issueToken(auth, scope, now));
}

/** Adds a signature or a token to a request. */
export function signRequest(request: UnsignedRequest, proof: HuaweiProof, now: number): HttpRequest {
  const { action, method, origin, path, query = [], body } = request;
  const search = canonicalQuery(query);
  const url = new URL(`${path}${search === "" ? "" : `?${search}`}`, origin);
  const headers = {
    ...(body === undefined ? {} : { "content-type": contentType }),
    ...request.headers,
    host: origin.host,
  };
  const added = "text" in proof ? { "x-auth-token": proof.text } : createSignature(request, headers, proof, now);
  return { action, method, url, headers: { ...headers, ...added }, ...(body === undefined ? {} : { body }) };
}

function createSignature(
  { method, path, query = [], body = "" }: UnsignedRequest,
  headers: Record<string, string>,
  keys: HuaweiKeys,
  now: number,
): Record<string, string> {
  const { securityToken } = keys;
  const dated = {
    "x-sdk-date": sdkDate(now),
    ...(securityToken === undefined ? {} : { "x-security-token": securityToken }),
  };
  const covered = { method, path, query, headers: { ...headers, ...dated }, payloadHash: sha256Hex(body) };
  return { ...dated, authorization: sdkHmacAuthorization(covered, keys) };
}

/** https://support.huaweicloud.com/api-iam/iam_30_0001.html */
async function issueToken(auth: Password, { iam, project, http }: TokenScope, now: number): Promise<Issued<Token>> {
  const { userName: name, password, domainName } = auth;
  const action = "KeystoneCreateUserTokenByPassword";
  const body = JSON.stringify({
    auth: {
      identity: { methods: ["password"], password: { user: { domain: { name: domainName }, name, password } } },
      scope: chooseScope(project, domainName),
    },
  });
  const url = new URL("/v3/auth/tokens?nocatalog=true", iam);
  const headers = { "content-type": contentType };
  const answer = await send({ action, method: "POST", url, headers, body }, http);
  const token = answer.headers["x-subject-token"];
  if (answer.status !== 201 || typeof token !== "string") throw toRefusal(action, iam, answer);
  return readToken(token, answer, now);
}

/** The scope of a token: a project, or without one, the account. */
function chooseScope({ id, name }: TokenScope["project"], domainName: string): object {
  if (id !== undefined) return { project: { id } };
  return name === undefined ? { domain: { name: domainName } } : { project: { name } };
}

function toRefusal(action: string, iam: URL, answer: HttpAnswer): CloudError {
  if (answer.status >= 400) return toHuaweiError(action, iam.host, answer, "");
  const message = `${iam.host} answered without a token; is the IAM endpoint right?`;
  return new CloudError({ kind: "protocol", action, message });
}

const issuedToken = fields({ token: fields({ expires_at: text, project: fields({ id: text }) }) });

function readToken(text: string, answer: HttpAnswer, now: number): Issued<Token> {
  // A token lives for a day. If the answer does not show its end, we use it for an hour at most.
  const doubted = now + 3_600_000;
  try {
    const { token } = readJson(answer.text, issuedToken);
    const endsAt = Date.parse(token?.expires_at ?? "");
    return { value: { text, projectId: token?.project?.id }, endsAt: Number.isNaN(endsAt) ? doubted : endsAt };
  } catch (error) {
    if (!(error instanceof InvalidAnswerError)) throw error;
    return { value: { text, projectId: undefined }, endsAt: doubted };
  }
}
