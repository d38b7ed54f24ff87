import type { Answer } from "../../transport/answer.js";
import type { Clock } from "../../transport/clock.js";
import { asPreparation, CloudError, toProtocolError } from "../../transport/errors.js";
import type { ExchangeLimits } from "../../transport/exchange.js";
import type { HttpAnswer } from "../../transport/http.js";
import { writeJson } from "../../transport/json.js";
import type { Limit, Limiter } from "../../transport/limiter.js";
import { once } from "../../transport/once.js";
import { type AccountCheck, Pipeline } from "../../transport/pipeline.js";
import type { Effect } from "../../transport/retry.js";
import { fields, listOf, readJson, type Shape, text } from "../../transport/shape.js";
import { createKeySource, type HuaweiAuth, type HuaweiProof, signRequest, type UnsignedRequest } from "./auth.js";
import { readErrorCode, readRequestId, toHuaweiError, toHuaweiRefusal } from "./errors.js";

export interface HuaweiConnection {
  readonly endpoint: URL;
  readonly iamEndpoint: URL;
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
  /** Name of the project, the same as the region's. Used to look up the project if its id is not given. */
  readonly projectName?: string | undefined;
  readonly enterpriseProjectId?: string | undefined;
  readonly auth: HuaweiAuth;
  readonly checkAccount?: AccountCheck | undefined;
}

/** The place of a call, if it differs from the account's settings. */
export interface Place {
  readonly projectId?: string | undefined;
  /** "" sends none, and overrides the account's settings. */
  readonly enterpriseProjectId?: string | undefined;
  /** Sent only as a header. */
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
  /** In the order of the API's page. Undefined values are not sent. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
}

// HSS documents no limit. The gateway throttles by the minute or the second, and asks for a pause of some seconds.
const limit: Limit = { calls: 10, perMs: 1_000 };

const projectList = fields({ projects: listOf(fields({ id: text, name: text })) });

/** Calls operations of HSS, API v5. */
export class HuaweiClient {
  readonly #connection: HuaweiConnection;
  readonly #pipeline: Pipeline<HuaweiProof>;
  readonly #findProject = once(() => this.#lookUpProject());

  constructor(connection: HuaweiConnection, limiter: Limiter, clock?: Clock, http?: ExchangeLimits) {
    this.#connection = connection;
    const { auth, iamEndpoint, projectId, projectName, checkAccount: check } = connection;
    const keys = createKeySource(auth, { iam: iamEndpoint, project: { id: projectId, name: projectName }, http });
    const refusesKeys = (code: string) => code.startsWith("APIG");
    this.#pipeline = new Pipeline({ keys, refusesKeys, check, limit, limiter, clock, http });
  }

  /** A place with the account's settings filled in. Looks up the project if its id is not known. */
  async resolvePlace(place: Place): Promise<Place> {
    const projectId = await this.#projectId(place);
    // An absent value is stored as "", since the account's settings may name one later.
    const enterpriseProjectId = place.enterpriseProjectId ?? this.#connection.enterpriseProjectId ?? "";
    return { ...place, projectId, enterpriseProjectId };
  }

  /** Identifies this cloud. */
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
    const request: UnsignedRequest = {
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
    return this.#request(request, call.effect, call.answer);
  }

  /** The project of a call: looked up by its name if no id is given, and never created. */
  async #projectId(place: Place): Promise<string> {
    return place.projectId ?? this.#connection.projectId ?? this.#findProject();
  }

  /** IAM, `GET /v3/projects?name=`. */
  async #lookUpProject(): Promise<string> {
    const proof = await this.#pipeline.getKeys();
    if ("projectId" in proof && proof.projectId !== undefined) return proof.projectId;
    const name = this.#connection.projectName ?? "";
    const action = "KeystoneListProjects";
    const origin = this.#connection.iamEndpoint;
    const request = { action, method: "GET", origin, path: "/v3/projects", query: [["name", name]] } as const;
    const { response } = await this.#request(request, "read", projectList);
    const found = (response.projects ?? []).filter((project) => project.name === name && project.id);
    const [only] = found;
    if (only?.id !== undefined && found.length === 1) return only.id;
    const message = `IAM knows ${found.length} projects named "${name}"; set huaweicloud:projectId to the one to use`;
    throw new CloudError({ kind: "config", action, message });
  }

  #request<Response>(request: UnsignedRequest, effect: Effect, shape: Shape<Response>): Promise<Answer<Response>> {
    const { action, origin } = request;
    return this.#pipeline.call({
      action,
      effect,
      host: origin.host,
      question: JSON.stringify(request),
      sign: (proof, now) => signRequest(request, proof, now),
      read: (answer, now) => {
        const requestId = readRequestId(answer);
        requireSuccess({ action, host: origin.host, effect, now }, answer, requestId);
        return { response: readResponse(request, answer, shape), requestId };
      },
    });
  }
}

function requireSuccess(
  { action, host, effect, now }: { action: string; host: string; effect: Effect; now: number },
  answer: HttpAnswer,
  requestId: string,
): void {
  const { status, serverTime } = answer;
  if (status < 200 || status >= 300) throw toHuaweiRefusal(action, host, answer, { requestId, now });
  // Some older operations report an error inside a success.
  const code = readErrorCode(answer.text);
  if (code === undefined || code === "0" || code === "") return;
  const failure = toHuaweiError(action, host, answer, requestId);
  if (effect !== "submit") throw failure;
  throw new CloudError({ kind: "ambiguous", action, code, message: failure.message, requestId, serverTime });
}

/** A write is answered with status 2xx and any body or none, a read with JSON. */
function readResponse<Response>(
  { action, method, origin }: UnsignedRequest,
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
