import { sha256Hex } from "../../transport/digest.js";
import { CloudError } from "../../transport/errors.js";
import { type HttpAnswer, type HttpOptions, type HttpRequest, send } from "../../transport/http.js";
import { type Issued, Refreshing } from "../../transport/refreshing.js";
import type { ServerClock } from "../../transport/server-clock.js";
import { fields, InvalidAnswerError, readJson, text } from "../../transport/shape.js";
import { toHuaweiError } from "./errors.js";
import { canonicalQuery, type SigningKeys, sdkDate, sdkHmacAuthorization } from "./sign.js";

export interface HuaweiKeys extends SigningKeys {
  /** Belongs to temporary keys. */
  readonly securityToken?: string | undefined;
}

/** What proves who is calling. */
export type HuaweiAuth =
  | ({ readonly by: "keys" } & HuaweiKeys)
  | { readonly by: "issued"; readonly keys: Refreshing<HuaweiKeys> }
  | { readonly by: "token"; readonly token: string }
  | { readonly by: "password"; readonly userName: string; readonly password: string; readonly domainName: string };

/** A request before it is known how it is authenticated. */
export interface Unsigned {
  readonly action: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly origin: URL;
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Project {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

interface Token {
  readonly text: string;
  readonly projectId: string | undefined;
}

const contentType = "application/json";

/** Adds to a request what authenticates it: a signature, or a token that is kept fresh. */
export class Authenticator {
  readonly #auth: HuaweiAuth;
  readonly #iam: URL;
  readonly #project: Project;
  readonly #clock: ServerClock;
  readonly #http: HttpOptions;
  readonly #tokens = new Refreshing<Token>("token", (now) => this.#issued(now));
  #sentToken: Token | undefined;
  #issuedKeys: HuaweiKeys | undefined;

  constructor(
    auth: HuaweiAuth,
    iam: URL,
    { project, clock, http }: { readonly project: Project; readonly clock: ServerClock; readonly http: HttpOptions },
  ) {
    this.#auth = auth;
    this.#iam = iam;
    this.#project = project;
    this.#clock = clock;
    this.#http = http;
  }

  /** Who calls, for the limits: without a secret. */
  get identity(): string {
    if (this.#auth.by === "keys") return this.#auth.accessKey;
    if (this.#auth.by === "issued") return this.#auth.keys.identity;
    return this.#auth.by === "password" ? `${this.#auth.domainName}/${this.#auth.userName}` : "token";
  }

  async signed(request: Unsigned): Promise<HttpRequest> {
    const { action, method, origin, path, query = [], body } = request;
    const search = canonicalQuery(query);
    const url = new URL(`${path}${search === "" ? "" : `?${search}`}`, origin);
    const headers = {
      ...(body === undefined ? {} : { "content-type": contentType }),
      ...request.headers,
      host: origin.host,
    };
    const keys = await this.#keys();
    const proof = keys === undefined ? { "x-auth-token": await this.token() } : this.#signature(request, headers, keys);
    return { action, method, url, headers: { ...headers, ...proof }, ...(body === undefined ? {} : { body }) };
  }

  /** The keys to sign with, where it is keys that prove who calls; new ones where the present ones end soon. */
  async #keys(): Promise<HuaweiKeys | undefined> {
    if (this.#auth.by === "issued") {
      this.#issuedKeys = await this.#auth.keys.get(this.#clock.now());
      return this.#issuedKeys;
    }
    return this.#auth.by === "keys" ? this.#auth : undefined;
  }

  #signature(request: Unsigned, headers: Record<string, string>, keys: HuaweiKeys): Record<string, string> {
    const { securityToken } = keys;
    const dated = {
      "x-sdk-date": sdkDate(this.#clock.now()),
      ...(securityToken === undefined ? {} : { "x-security-token": securityToken }),
    };
    const { method, path, query = [], body } = request;
    const payloadHash = sha256Hex(body ?? "");
    const covered = { method, path, query, headers: { ...headers, ...dated }, payloadHash };
    return { ...dated, authorization: sdkHmacAuthorization(covered, keys) };
  }

  /** The token to send; a new one where there is none, or where it ends soon. */
  async token(): Promise<string> {
    if (this.#auth.by === "token") return this.#auth.token;
    return (await this.#present()).text;
  }

  /** The project that a token of a password is for. */
  async projectOfToken(): Promise<string | undefined> {
    if (this.#auth.by !== "password") return undefined;
    return (await this.#present()).projectId;
  }

  async #present(): Promise<Token> {
    this.#sentToken = await this.#tokens.get(this.#clock.now());
    return this.#sentToken;
  }

  /** The token, or the keys, with which a call went out last. */
  get held(): object | undefined {
    return this.#issuedKeys ?? this.#sentToken;
  }

  /** Forgets what was refused, unless that has happened already; false where there is no way to a new one. */
  async renew(refused: object | undefined): Promise<boolean> {
    if (refused === undefined) return false;
    if (this.#auth.by === "issued") await this.#auth.keys.invalidate(refused as HuaweiKeys);
    else if (this.#auth.by === "password") await this.#tokens.invalidate(refused as Token);
    else return false;
    return true;
  }

  /** https://support.huaweicloud.com/api-iam/iam_30_0001.html */
  async #issued(now: number): Promise<Issued<Token>> {
    if (this.#auth.by !== "password") throw new Error("only a password can be exchanged for a token");
    const { userName: name, password, domainName } = this.#auth;
    const action = "KeystoneCreateUserTokenByPassword";
    const body = JSON.stringify({
      auth: {
        identity: { methods: ["password"], password: { user: { domain: { name: domainName }, name, password } } },
        scope: this.#scope(domainName),
      },
    });
    const url = new URL("/v3/auth/tokens?nocatalog=true", this.#iam);
    const headers = { "content-type": contentType };
    const answer = await send({ action, method: "POST", url, headers, body }, this.#http);
    const text = answer.headers["x-subject-token"];
    if (answer.status !== 201 || typeof text !== "string") throw refusal(action, this.#iam, answer);
    return readToken(text, answer, now);
  }

  /** What a token is for: a project, or where there is none, the account. */
  #scope(domainName: string): object {
    const { id, name } = this.#project;
    if (id !== undefined) return { project: { id } };
    return name === undefined ? { domain: { name: domainName } } : { project: { name } };
  }
}

function refusal(action: string, iam: URL, answer: HttpAnswer): CloudError {
  if (answer.status >= 400) return toHuaweiError(action, iam.host, answer, "");
  const message = `${iam.host} answered without a token; is the IAM endpoint right?`;
  return new CloudError({ kind: "protocol", action, message });
}

const issuedToken = fields({ token: fields({ expires_at: text, project: fields({ id: text }) }) });

function readToken(text: string, answer: HttpAnswer, now: number): Issued<Token> {
  // A token lives for a day; where the answer does not say so, it is not trusted for longer than an hour.
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
