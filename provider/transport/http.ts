import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { CloudError, type ErrorKind } from "./errors.js";
import { ExchangeError, type ExchangeLimits, exchange, type RawAnswer } from "./exchange.js";
import { isLoopback, isMetadataService } from "./nearby.js";
import { findProxy } from "./proxy.js";

export interface HttpRequest {
  /** What the request is for, in messages. */
  readonly action?: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body?: string;
  /**
   * Sent over a connection of its own. A server may close a kept connection at the moment in which the request is
   * written, and then it is unknown whether the request arrived.
   */
  readonly freshConnection?: boolean;
  /** Asks the metadata service of this machine: over plain http, and never through a proxy. */
  readonly toMetadataService?: boolean;
}

export interface HttpAnswer extends Pick<RawAnswer, "status" | "headers"> {
  readonly text: string;
  /** Milliseconds since 1970 by the server's Date header, where it sent a readable one. */
  readonly serverTime: number | undefined;
  /** Milliseconds that the server asks to wait before the next call (Retry-After). */
  readonly retryAfterMs?: number | undefined;
}

// The APIs document 50 MB as their largest answer; a page of 100 rows has less than one. The vendors' SDKs wait a
// minute or two for an answer: a shorter deadline would lose track of scans that were started.
export const httpDefaults: ExchangeLimits = {
  deadlineMs: 60_000,
  maxBytes: 16 * 1024 * 1024,
};

const agentOptions = { allowH2: false, connections: 64, keepAliveTimeout: 4_000 };
const connect = {
  timeout: 10_000,
  // Node gives each address of a host 250 ms, which a connection between continents can exceed.
  autoSelectFamilyAttemptTimeout: 2_500,
};
const agents = new Map<string, Dispatcher>();

/** Keep-alive pools, one for each way to the clouds. HTTP/1.1, since neither cloud documents HTTP/2 for its API. */
function findAgent(proxy: URL | undefined, freshConnection: boolean): Dispatcher {
  const key = `${freshConnection} ${proxy?.href}`;
  const options = freshConnection ? { ...agentOptions, pipelining: 0 } : agentOptions;
  const agent =
    agents.get(key) ??
    (proxy === undefined
      ? new Agent({ ...options, connect })
      : new ProxyAgent({ ...options, uri: proxy.href, proxyTls: connect, connectTimeout: connect.timeout }));
  agents.set(key, agent);
  return agent;
}

/**
 * Sends one request and reads its whole answer. Redirects are not followed, certificates are verified.
 * Fails with kind `config` or `unavailable` when the request was never sent, else with `ambiguous` or `protocol`.
 */
export async function send(request: HttpRequest, limits: ExchangeLimits = httpDefaults): Promise<HttpAnswer> {
  requireTls(request);
  const { url, method, headers, body = null, freshConnection = false } = request;
  const proxy = request.toMetadataService === true ? undefined : findProxy(url);
  try {
    const { origin, pathname, search } = url;
    const sent = { origin, path: pathname + search, method, headers, body };
    return readHttpAnswer(await exchange(findAgent(proxy, freshConnection), sent, limits));
  } catch (error) {
    throw toTransportError(error, { request, limits, proxy });
  }
}

function readHttpAnswer({ status, headers, body }: RawAnswer): HttpAnswer {
  const date = Date.parse(String(headers["date"]));
  const serverTime = Number.isNaN(date) ? undefined : date;
  const wait = String(headers["retry-after"]);
  const waitMs = /^\d+$/.test(wait) ? Number(wait) * 1_000 : Date.parse(wait) - (serverTime ?? Date.now());
  const retryAfterMs = waitMs > 0 ? waitMs : undefined;
  return { status, headers, text: body.toString("utf8"), serverTime, retryAfterMs };
}

function requireTls({ url, action, toMetadataService }: HttpRequest): void {
  const isNear = isLoopback(url) || (toMetadataService === true && isMetadataService(url));
  if (url.protocol === "https:" || (url.protocol === "http:" && isNear)) return;
  const rule = "only https is used, and http to this machine itself";
  const emulator = url.protocol === "http:" && toMetadataService !== true ? explainEmulator(url) : "";
  throw new CloudError({
    kind: "config",
    action,
    message: `the endpoint ${url.origin} is refused: ${rule}${emulator}`,
  });
}

function explainEmulator(url: URL): string {
  const near = new URL(url);
  near.hostname = "127.0.0.1";
  return `. If it is the emulator, run the program in its network (docker run --network container:NAME), and set the endpoint to ${near.origin}`;
}

interface Circumstances {
  readonly request: HttpRequest;
  readonly limits: ExchangeLimits;
  readonly proxy: URL | undefined;
}

function toTransportError(error: unknown, { request, limits, proxy }: Circumstances): CloudError {
  const { action, url } = request;
  const { cause = error, wasSent = false, limit } = error instanceof ExchangeError ? error : {};
  const code = limit === undefined ? readCode(cause) : "";
  const through = proxy === undefined ? "" : ` through the proxy ${proxy.origin}`;
  const fail = (kind: ErrorKind, message: string) =>
    new CloudError({ kind, action, message, code: code || undefined, cause: error });
  const within = `within ${limits.deadlineMs / 1000} s`;
  if (limit === "maxBytes")
    return fail("protocol", `the answer of ${url.host} is larger than ${limits.maxBytes} bytes`);
  if (wasSent && limit === "deadlineMs") return fail("ambiguous", `${url.host} did not answer ${within}${through}`);
  if (wasSent) return fail("ambiguous", `the connection to ${url.host}${through} broke`);
  if (limit === "deadlineMs") return fail("unavailable", `there was no connection to ${url.host} ${within}${through}`);
  return fail(...explainUnsent(url, { code, proxy, through, status: readProxyStatus(cause) }));
}

/** Why a request was never sent, and what to do about it. */
function explainUnsent(
  url: URL,
  { code, proxy, through, status }: { code: string; proxy: URL | undefined; through: string; status: string },
): [kind: ErrorKind, message: string] {
  if (status === "407") {
    const how = "write them into HTTPS_PROXY: http://user:password@host:port";
    return ["config", `the proxy ${proxy?.origin} asks for a user and a password (status 407); ${how}`];
  }
  if (status !== "") {
    const how = "let the proxy allow this host, or name the host in NO_PROXY";
    return ["unavailable", `the proxy ${proxy?.origin} refuses to connect to ${url.host} (status ${status}); ${how}`];
  }
  if (code === "ECONNREFUSED" && isLoopback(url)) {
    const start = `npx pulumi-image-scan emulator --port ${url.port}`;
    return ["unavailable", `nothing listens at ${url.host}; if this is the emulator, start it: ${start}`];
  }
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") {
    const near = isLoopback(url) ? `; if it is the emulator, write http://${url.host}` : "";
    return ["config", `${url.host} does not speak TLS${through}${near}`];
  }
  if (/^(CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)|^UND_ERR_PRX_TLS$/.test(code)) {
    const where = "check the endpoint, the proxy if there is one, and NODE_EXTRA_CA_CERTS";
    return ["config", `the certificate of ${url.host}${through} is not trusted; ${where}`];
  }
  if (code === "UND_ERR_INVALID_ARG")
    return ["config", "a setting or an argument has a character that is not allowed in a header; nothing was sent"];
  const direct = "check the network and the endpoint; no proxy is used";
  const how = proxy === undefined ? direct : "check HTTPS_PROXY and NO_PROXY";
  return ["unavailable", `${url.host} cannot be reached${through}; ${how}`];
}

/** The status with which a proxy refused a tunnel; undici tells it in the error's text only. */
function readProxyStatus(error: unknown): string {
  return /^Proxy response \((\d{3})\)/.exec((error as Error | undefined)?.message ?? "")?.[1] ?? "";
}

function readCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return readCode(error.errors[0]);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "UNKNOWN";
}
