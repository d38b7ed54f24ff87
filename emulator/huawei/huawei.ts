import { randomUUID } from "node:crypto";
import { keep } from "../server/calls.js";
import type { ReceivedRequest, Reply } from "../server/http.js";
import { parseJson, writeJson } from "../server/json.js";
import { checkParams, readPairs } from "../server/parameters.js";
import type { Presets } from "../server/presets.js";
import { HuaweiAuth, type HuaweiCredentials } from "./auth.js";
import { decodePart, HssError, invalid, refuseParameter } from "./error.js";
import type { Call, Operation } from "./operation.js";
import { huaweiOperations } from "./operations.js";
import { HssWorld } from "./world.js";

/** One call as it was answered, without anything secret. */
export interface HuaweiCall {
  readonly at: number;
  readonly action: string;
  /** The error code, "" for success. */
  readonly code: string;
  readonly request: { readonly query: object; readonly body: object };
}

export interface HuaweiOptions {
  readonly scanMs: number;
  readonly presets: Presets;
  readonly credentials: HuaweiCredentials;
  readonly projectId: string;
  readonly region: string;
}

/** The subject of a request, by the name of the operation. */
export interface Routed {
  readonly action: string;
  readonly path: readonly string[];
}

const json = { "Content-Type": "application/json" };

interface AssumeRole {
  readonly agency_name?: string;
  readonly domain_name?: string;
  readonly domain_id?: string;
  readonly duration_seconds?: number;
}

/** The account that the keys are of. */
const domainId = "d78cbac186b744899480f25bd022f468";

/** The image operations of HSS, and the operations of IAM that a client needs for them. */
export class HuaweiCloud {
  readonly world: HssWorld;
  readonly auth: HuaweiAuth;
  readonly calls: HuaweiCall[] = [];
  readonly presets: Presets;
  readonly projectId: string;
  /** Projects of the account by their ids. Tests may add more. */
  readonly projects: Map<string, string>;

  constructor({ scanMs, presets, credentials, projectId, region }: HuaweiOptions) {
    this.world = new HssWorld(scanMs, presets);
    this.auth = new HuaweiAuth(credentials);
    this.presets = presets;
    this.projectId = projectId;
    this.projects = new Map([[projectId, region]]);
  }

  /** Whether a path is one of this cloud's. */
  static serves(path: string): boolean {
    return /^\/v(3|3\.0|5)\//.test(path);
  }

  /** The operation of a request. */
  route(request: ReceivedRequest): Routed {
    const { method, path } = request;
    if (method === "POST" && path === "/v3/auth/tokens")
      return { action: "KeystoneCreateUserTokenByPassword", path: [] };
    if (method === "POST" && path === "/v3.0/OS-CREDENTIAL/securitytokens")
      return { action: "CreateTemporaryAccessKeyByAgency", path: [] };
    if (method === "GET" && path === "/v3/auth/domains") return { action: "KeystoneListAuthDomains", path: [] };
    if (method === "GET" && path === "/v3/projects") return { action: "KeystoneListProjects", path: [] };
    const [, project = "", rest = ""] = /^\/v5\/([^/]+)(\/.*)$/.exec(path) ?? [];
    for (const [action, operation] of Object.entries(huaweiOperations)) {
      const parts = operation.method === method ? match(operation.path, rest) : undefined;
      if (parts !== undefined) return { action, path: [project, ...parts].map(decodePart) };
    }
    throw new HssError(
      404,
      "APIGW.0101",
      "The API does not exist or has not been published in the environment.",
      "gateway",
    );
  }

  /** Executes one call. */
  run(routed: Routed, request: ReceivedRequest, now: number): Reply {
    let code = "";
    try {
      this.#failAsPlanned();
      return this.#answer(routed, request, now);
    } catch (error) {
      if (!(error instanceof HssError)) throw error;
      code = error.code;
      return error.reply();
    } finally {
      keep(this.calls, { at: now, action: routed.action, code, request: readable(routed, request) });
    }
  }

  #failAsPlanned(): void {
    const { presets } = this;
    if (presets.take("hss-old-envelope")) throw new HssError(400, "00000010", "invalid parameter", "hss-old");
    if (presets.take("hss-denied")) throw new HssError(400, "HSS.0013", "Insufficient permissions.");
    if (presets.take("hss-throttled")) {
      const message = "The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 second";
      throw new HssError(429, "APIGW.0308", message, "gateway");
    }
  }

  #answer({ action, path }: Routed, request: ReceivedRequest, now: number): Reply {
    if (action === "KeystoneCreateUserTokenByPassword") return this.#issueToken(request, now);
    this.auth.verify(request, now);
    if (action === "KeystoneListProjects") return this.#listProjects(request);
    if (action === "KeystoneListAuthDomains") return this.#listDomains();
    if (action === "CreateTemporaryAccessKeyByAgency") return this.#assumeAgency(request, now);
    const [project = "", ...rest] = path;
    if (!this.projects.has(project)) throw new HssError(403, "APIGW.0306", "API access denied.", "gateway");
    const operation = huaweiOperations[action] as Operation;
    this.world.advance(now);
    const { query, body } = readParameters(operation, request);
    const call: Call = { world: this.world, presets: this.presets, now, path: rest, query, body };
    const answer = operation.run(call);
    if (answer !== undefined) return { status: 200, headers: json, body: writeJson(answer) };
    return action === "CreateManualImageScanTask" ? this.#accepted() : { status: 200 };
  }

  /** An answer without a body, in each of its possible forms. */
  #accepted(): Reply {
    if (this.presets.has("hss-create-204")) return { status: 204 };
    if (this.presets.has("hss-create-json")) return { status: 200, headers: json, body: "{}" };
    return this.presets.has("hss-create-text") ? { status: 200, body: "success" } : { status: 200 };
  }

  #listDomains(): Reply {
    const domain = { id: domainId, name: "emulator-domain", enabled: true };
    return { status: 200, headers: json, body: writeJson({ domains: [domain], links: {} }) };
  }

  #assumeAgency(request: ReceivedRequest, now: number): Reply {
    const { auth } = readBody(request) as { auth?: { identity?: { methods?: string[]; assume_role?: AssumeRole } } };
    const { agency_name, domain_name, domain_id, duration_seconds = 900 } = auth?.identity?.assume_role ?? {};
    const isWhole =
      auth?.identity?.methods?.includes("assume_role") === true && agency_name && (domain_name ?? domain_id);
    if (!isWhole || duration_seconds < 900 || duration_seconds > 86_400)
      throw new HssError(400, "IAM.0011", "Request body is invalid.", "iam");
    return { status: 201, headers: json, body: writeJson(this.auth.issueKeys(duration_seconds, now)) };
  }

  #issueToken(request: ReceivedRequest, now: number): Reply {
    const { auth } = readBody(request) as {
      auth?: {
        identity?: { methods?: string[]; password?: { user?: Parameters<HuaweiAuth["issue"]>[0] } };
        scope?: { project?: { id?: string; name?: string }; domain?: { id?: string; name?: string } };
      };
    };
    if (auth?.identity?.methods?.includes("password") !== true) throw new HssError(400, "IAM.0011", "auth", "iam");
    const { id, name } = auth.scope?.project ?? {};
    const { id: domain, name: domainName } = auth.scope?.domain ?? {};
    const isDomain = auth.scope?.project === undefined && (domain ?? domainName) !== undefined;
    if (!isDomain && id === undefined && name === undefined) throw new HssError(400, "IAM.0011", "scope", "iam");
    const project = [...this.projects].find(([one, region]) => (id === undefined ? region === name : one === id));
    if (project === undefined && !isDomain) throw new HssError(401, "IAM.0064", "The project does not exist.", "iam");
    const [token, ends] = this.auth.issue(auth.identity.password?.user ?? {}, now);
    const expires_at = new Date(ends).toISOString().replace("Z", "000Z");
    const body = JSON.stringify({
      token: { expires_at, ...(project === undefined ? {} : { project: { id: project[0], name: project[1] } }) },
    });
    return { status: 201, headers: { ...json, "X-Subject-Token": token }, body };
  }

  #listProjects(request: ReceivedRequest): Reply {
    const name = new URLSearchParams(request.query).get("name");
    const all = [...this.projects].map(([id, own]) => ({ id, name: own, enabled: true, is_domain: false }));
    const projects = all.filter((project) => name === null || project.name === name);
    return {
      status: 200,
      headers: { ...json, "X-IAM-Trace-Id": `token_${randomUUID()}` },
      body: JSON.stringify({ projects }),
    };
  }
}

function match(pattern: string, path: string): string[] | undefined {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  if (!wanted.every((part, at) => part === "*" || part === given[at])) return undefined;
  return given.filter((_, at) => wanted[at] === "*");
}

function readParameters(operation: Operation, request: ReceivedRequest) {
  const pairs = readPairs(new URLSearchParams(request.query), operation.query, refuseParameter);
  const query = checkParams(pairs, operation.query, refuseParameter);
  // Some clients send an empty object with every GET.
  const body = operation.body === undefined ? {} : checkParams(readBody(request), operation.body, refuseParameter);
  return { query, body };
}

function readBody(request: ReceivedRequest): Readonly<Record<string, unknown>> {
  const text = request.body.toString("utf8").trim();
  try {
    const parsed = text === "" ? {} : parseJson(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    throw new HssError(400, "HSS.0002", "The request cannot be parsed.");
  }
  throw invalid("the body is not an object");
}

/** The parameters as received. Those of IAM are left out, because they contain a password. */
function readable({ action }: Routed, request: ReceivedRequest): HuaweiCall["request"] {
  const query = Object.fromEntries(new URLSearchParams(request.query));
  if (!Object.hasOwn(huaweiOperations, action)) return { query, body: {} };
  try {
    return { query, body: readBody(request) };
  } catch {
    return { query, body: {} };
  }
}
