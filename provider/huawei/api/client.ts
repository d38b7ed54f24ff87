import { type AccountCheck, Guard } from "../../transport/account-check.js";
import type { Answer } from "../../transport/answer.js";
import { type Clock, systemClock } from "../../transport/clock.js";
import { asPreparation, CloudError, isCloudError, toProtocolError } from "../../transport/errors.js";
import { type HttpAnswer, type HttpOptions, httpDefaults, send } from "../../transport/http.js";
import { writeJson } from "../../transport/json.js";
import type { Limit, Limiter } from "../../transport/limiter.js";
import { type Effect, retry } from "../../transport/retry.js";
import { ServerClock } from "../../transport/server-clock.js";
import { fields, listOf, readJson, type Shape, text } from "../../transport/shape.js";
import { SharedReads } from "../../transport/shared-reads.js";
import { Authenticator, type HuaweiAuth, type Unsigned } from "./auth.js";
import { readErrorCode, toHuaweiError, toHuaweiRefusal } from "./errors.js";

export interface HuaweiConnection {
  readonly endpoint: URL;
  readonly iamEndpoint: URL;
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
  /** Name by which the project is looked up where its id is not given; that of the region. */
  readonly projectName?: string | undefined;
  readonly enterpriseProjectId?: string | undefined;
  readonly auth: HuaweiAuth;
  /** Asked before the first call: fails where the keys are of the wrong account. */
  readonly guard?: AccountCheck | undefined;
}

/** Where a call belongs, where that differs from the account's settings. */
export interface Place {
  readonly projectId?: string | undefined;
  /** "" where none is sent, whatever the account's settings say. */
  readonly enterpriseProjectId?: string | undefined;
  /** Sent as header, and for nothing else. */
  readonly region?: string | undefined;
}

export interface HuaweiCall<Response> {
  readonly action: string;
  readonly method: "GET" | "POST" | "PUT";
  /** After `/v5/{project_id}`. */
  readonly path: string;
  readonly effect: Effect;
  readonly answer: Shape<Response>;
  readonly place: Place;
  /** In the order of the API's page; what is undefined is not sent. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
}

// HSS documents no limit; the gateway throttles by the minute or the second, and asks for a pause of seconds.
const limit: Limit = { calls: 10, perMs: 1_000 };

const projectList = fields({ projects: listOf(fields({ id: text, name: text })) });

/** Calls operations of HSS, API v5. */
export class HuaweiClient {
  readonly #connection: HuaweiConnection;
  readonly #limiter: Limiter;
  readonly #http: HttpOptions;
  readonly #clock: Clock;
  readonly #serverClock: ServerClock;
  readonly #auth: Authenticator;
  readonly #reads = new SharedReads();
  readonly #guard: Guard;
  #project: Promise<string> | undefined;

  constructor(
    connection: HuaweiConnection,
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
    const project = { id: connection.projectId, name: connection.projectName };
    this.#auth = new Authenticator(connection.auth, connection.iamEndpoint, {
      project,
      clock: this.#serverClock,
      http,
    });
  }

  /** A place in the account with everything written out that its settings add; looks the project up where it must. */
  async resolved(place: Place): Promise<Place> {
    const projectId = await this.#projectId(place);
    // None is written out too: the account's settings may name one later.
    const enterpriseProjectId = place.enterpriseProjectId ?? this.#connection.enterpriseProjectId ?? "";
    return { ...place, projectId, enterpriseProjectId };
  }

  /** Tells this cloud from others. */
  get host(): string {
    return this.#connection.endpoint.host;
  }

  /** Calls one operation; repeats it where its effect and the failure allow that. */
  async call<Response>(call: HuaweiCall<Response>): Promise<Answer<Response>> {
    const project = await asPreparation(call, () => this.#projectId(call.place));
    const enterprise = (call.place.enterpriseProjectId ?? this.#connection.enterpriseProjectId) || undefined;
    const query = Object.entries({ enterprise_project_id: enterprise, ...call.query }).flatMap(
      ([name, value]) => (value === undefined ? [] : [[name, String(value)]]) as [string, string][],
    );
    const request: Unsigned = {
      action: call.action,
      method: call.method,
      origin: this.#connection.endpoint,
      path: `/v5/${encodeURIComponent(project)}${call.path}`,
      query,
      headers: {
        "x-project-id": project,
        ...(call.place.region === undefined ? {} : { region: call.place.region }),
      },
      ...(call.body === undefined ? {} : { body: writeJson(call.body) }),
    };
    return this.#answered(request, call.effect, call.answer);
  }

  /** The project to call in: looked up by its name where no id is given, and never created. */
  async #projectId(place: Place): Promise<string> {
    const given = place.projectId ?? this.#connection.projectId;
    if (given !== undefined) return given;
    this.#project ??= this.#lookedUp();
    try {
      return await this.#project;
    } catch (error) {
      // The next call asks again: a failure may pass.
      this.#project = undefined;
      throw error;
    }
  }

  /** IAM, `GET /v3/projects?name=`. */
  async #lookedUp(): Promise<string> {
    const known = await this.#auth.projectOfToken();
    if (known !== undefined) return known;
    const name = this.#connection.projectName ?? "";
    const action = "KeystoneListProjects";
    const request: Unsigned = {
      action,
      method: "GET",
      origin: this.#connection.iamEndpoint,
      path: "/v3/projects",
      query: [["name", name]],
    };
    const { response } = await this.#answered(request, "read", projectList);
    const found = (response.projects ?? []).filter((project) => project.name === name && project.id);
    const [only] = found;
    if (only?.id !== undefined && found.length === 1) return only.id;
    const message = `IAM knows ${found.length} projects named "${name}"; set huaweicloud:projectId to the one to use`;
    throw new CloudError({ kind: "config", action, message });
  }

  #answered<Response>(request: Unsigned, effect: Effect, shape: Shape<Response>): Promise<Answer<Response>> {
    // Reads too: what is not to be seen in another account has neither ended nor gone.
    const guarded = () => asPreparation(request, () => this.#guard.passed(this.#serverClock.now()));
    const attempt = async () => {
      await guarded();
      return this.#callOnce(request, effect, shape);
    };
    const once = () => this.#serverClock.retryCorrected(() => this.#withFreshToken(attempt));
    return retry(effect, once, { clock: this.#clock });
  }

  /** A refused token was refused before anything was executed. */
  async #withFreshToken<T>(attempt: () => Promise<T>): Promise<T> {
    const held = this.#auth.held;
    try {
      return await attempt();
    } catch (error) {
      const isRefused = isCloudError(error, "auth") && (error.code ?? "").startsWith("APIG");
      if (!isRefused || !(await this.#auth.renew(held))) throw error;
      return attempt();
    }
  }

  async #callOnce<Response>(request: Unsigned, effect: Effect, shape: Shape<Response>): Promise<Answer<Response>> {
    const { action, origin } = request;
    const turn = () => this.#limiter.waitForTurn(`${origin.host} ${this.#auth.identity} ${action}`, limit);
    const ask = () => this.#sent(request, effect, shape);
    if (effect === "read") return this.#reads.read(JSON.stringify(request), turn, ask);
    await turn();
    return ask();
  }

  async #sent<Response>(request: Unsigned, effect: Effect, shape: Shape<Response>): Promise<Answer<Response>> {
    const { action, origin } = request;
    const signed = await asPreparation(request, () => this.#auth.signed(request));
    const answer = await send({ ...signed, freshConnection: effect === "submit" }, this.#http);
    const requestId = String(answer.headers["x-request-id"] ?? answer.headers["x-iam-trace-id"] ?? "");
    this.#requireSuccess({ action, host: origin.host, effect }, answer, requestId);
    return {
      response: responseOf(request, answer, shape),
      requestId,
      serverTime: answer.serverTime ?? this.#serverClock.now(),
    };
  }

  #requireSuccess(
    { action, host, effect }: { readonly action: string; readonly host: string; readonly effect: Effect },
    answer: HttpAnswer,
    requestId: string,
  ): void {
    const { status, serverTime } = answer;
    if (status >= 200 && status < 300) {
      // Some older operations report an error inside a success.
      const code = readErrorCode(answer.text);
      if (code === undefined || code === "0" || code === "") return;
      const failure = toHuaweiError(action, host, answer, requestId);
      if (effect !== "submit") throw failure;
      throw new CloudError({ kind: "ambiguous", action, code, message: failure.message, requestId, serverTime });
    }
    throw toHuaweiRefusal(action, host, answer, { requestId, now: this.#serverClock.now() });
  }
}

/** A write is answered with status 2xx and any body or none, a read with JSON. */
function responseOf<Response>(
  { action, method, origin }: Unsigned,
  { text: body, serverTime }: HttpAnswer,
  shape: Shape<Response>,
): Response {
  try {
    return readJson(body, shape);
  } catch (error) {
    if (method !== "GET") return shape({}, "") as Response;
    throw toProtocolError(error, { action, host: origin.host, serverTime });
  }
}
