import { Agent, type Dispatcher, errors } from "undici";
import { CloudError, type ErrorKind } from "./errors.js";
import { BrokenOff, exchange } from "./exchange.js";

export interface HttpRequest {
  /** What the request is for, in messages. */
  readonly action?: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body?: string;
  /**
   * Sent over a connection of its own. One that was kept open may be closed by the server in the very moment in which
   * the request goes out, and then nobody knows whether it has arrived.
   */
  readonly freshConnection?: boolean;
  /** Asks the metadata service of the machine that this runs on, which speaks plain http within it. */
  readonly toMetadataService?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Milliseconds since 1970 by the server's Date header, where it sent a readable one. */
  readonly serverTime: number | undefined;
}

export interface HttpOptions {
  /** Milliseconds from the start of a call to the last byte of its answer. */
  readonly deadlineMs: number;
  /** Bytes of an answer's body that are accepted at most. */
  readonly maxBytes: number;
}

// The API documents 50 MB as its largest answer; a page of 100 rows has less than one.
export const httpDefaults: HttpOptions = {
  deadlineMs: 30_000,
  maxBytes: 16 * 1024 * 1024,
};

/** Failures after which the request cannot have reached the service. */
const neverArrived = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const untrusted = /^(CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/;

const agentOptions = { allowH2: false, connect: { timeout: 10_000 }, connections: 64, keepAliveTimeout: 4_000 };
let shared: Agent | undefined;
let single: Agent | undefined;

/** One keep-alive pool for the process. HTTP/1.1, since neither cloud documents HTTP/2 for its API. */
function agent(alone: boolean): Dispatcher {
  if (!alone) {
    shared ??= new Agent(agentOptions);
    return shared;
  }
  single ??= new Agent({ ...agentOptions, pipelining: 0 });
  return single;
}

/**
 * Sends one request and reads its whole answer. Redirects are not followed, certificates are verified.
 * Fails with kind `unavailable` when the request never arrived, else with `ambiguous` or `protocol`.
 */
export async function send(request: HttpRequest, options: HttpOptions = httpDefaults): Promise<HttpAnswer> {
  requireTls(request);
  try {
    const sent = {
      origin: request.url.origin,
      path: request.url.pathname + request.url.search,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
    };
    const { status, headers, body } = await exchange(agent(request.freshConnection === true), sent, options);
    const date = typeof headers["date"] === "string" ? Date.parse(headers["date"]) : Number.NaN;
    return {
      status,
      headers,
      text: body.toString("utf8"),
      serverTime: Number.isNaN(date) ? undefined : date,
    };
  } catch (error) {
    throw transportError(error, request, options);
  }
}

/** Whether an address is of this machine itself. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Where the clouds' metadata services are. */
const machineHosts: readonly string[] = ["metadata.tencentyun.com", "169.254.169.254"];

function requireTls({ url, action, toMetadataService: ofMachine }: HttpRequest): void {
  const isNear = isLoopback(url) || (ofMachine === true && machineHosts.includes(url.hostname));
  if (url.protocol === "https:" || (url.protocol === "http:" && isNear)) return;
  throw new CloudError({
    kind: "config",
    action,
    message: `the endpoint ${url.origin} is refused: only https is used, and http to this machine itself`,
  });
}

function transportError(error: unknown, request: HttpRequest, options: HttpOptions): CloudError {
  const { action, url } = request;
  const fail = (kind: ErrorKind, message: string, code?: string) =>
    new CloudError({ kind, action, message, code, cause: error });
  if (error instanceof BrokenOff) {
    const within = `within ${options.deadlineMs / 1000} s`;
    if (!error.wasSent) return fail("unavailable", `there was no connection to ${url.host} ${within}`);
    return error.limit === "deadline"
      ? fail("ambiguous", `${url.host} did not answer ${within}`)
      : fail("protocol", `the answer of ${url.host} is larger than ${options.maxBytes} bytes`);
  }
  const code = codeOf(error);
  if (code === "ECONNREFUSED" && isLoopback(url)) {
    const start = `npx pulumi-image-scan emulator --port ${url.port}`;
    return fail("unavailable", `nothing listens at ${url.host}; where the emulator should, start it: ${start}`, code);
  }
  if (neverArrived.has(code) && (error as { syscall?: unknown }).syscall !== "read")
    return fail("unavailable", `${url.host} cannot be reached`, code);
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") {
    const near = isLoopback(url) ? `; where it is the emulator, write http://${url.host}` : "";
    return fail("config", `${url.host} does not speak TLS${near}`, code);
  }
  if (untrusted.test(code)) {
    const where = "check the endpoint, a proxy between, and NODE_EXTRA_CA_CERTS";
    return fail("config", `the certificate of ${url.host} is not trusted; ${where}`, code);
  }
  if (code === "UND_ERR_INVALID_ARG") {
    return fail("config", "a setting or an argument has a character that no header can hold; nothing was sent", code);
  }
  return fail("ambiguous", `the connection to ${url.host} broke`, code);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof errors.UndiciError) return error.code;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "UNKNOWN";
}
