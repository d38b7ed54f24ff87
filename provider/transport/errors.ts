import { sanitizeText } from "./sanitize-text.js";
import { InvalidAnswerError, readJson, type Shape } from "./shape.js";

/**
 * The kind of failure. Callers decide by it:
 * - `config`: a setting or credential is missing or wrong; nothing was sent.
 * - `auth`: the cloud does not accept the credentials or their rights.
 * - `clock`: the cloud refused the request because of its time stamp.
 * - `throttled`: refused because of too many calls; surely not executed.
 * - `unavailable`: surely not sent.
 * - `ambiguous`: sent, and it is unknown whether the cloud executed it.
 * - `busy`: refused because something is in the way (a running scan, or a missing licence).
 * - `quota`: refused because the licences or the quota are used up.
 * - `missing`: what the call names does not exist.
 * - `rejected`: refused for another reason; the same call would be refused again.
 * - `protocol`: an answer that is not what the API documents.
 */
export type ErrorKind =
  | "config"
  | "auth"
  | "clock"
  | "throttled"
  | "unavailable"
  | "ambiguous"
  | "busy"
  | "quota"
  | "missing"
  | "rejected"
  | "protocol";

export interface CloudErrorDetails {
  readonly kind: ErrorKind;
  /** One clause: what happened, and what to do next if that is known. */
  readonly message: string;
  readonly action?: string | undefined;
  /** The cloud's own error code. */
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  /** Milliseconds since 1970 by the server's clock, if it answered. */
  readonly serverTime?: number | undefined;
  /** Milliseconds that the server asks to wait before the next call. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A call to a cloud that failed. It holds neither headers nor keys. */
export class CloudError extends Error {
  override readonly name = "CloudError";
  readonly kind: ErrorKind;
  readonly action: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly serverTime: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: CloudErrorDetails) {
    const where = details.action === undefined ? "" : `${details.action}: `;
    const facts = [
      details.code === undefined ? undefined : `code ${sanitizeText(details.code)}`,
      details.requestId === undefined || details.requestId === ""
        ? undefined
        : `request id ${sanitizeText(details.requestId)}`,
    ].filter((fact) => fact !== undefined);
    super(`${where}${sanitizeText(details.message)}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`, {
      cause: details.cause,
    });
    this.kind = details.kind;
    this.action = details.action;
    this.code = details.code;
    this.requestId = details.requestId;
    this.serverTime = details.serverTime;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Turns an unreadable answer into a typed error. Other errors stay as they are. */
export function toProtocolError(
  error: unknown,
  { host, ...where }: Omit<CloudErrorDetails, "kind" | "message"> & { readonly host: string },
): unknown {
  if (!(error instanceof InvalidAnswerError)) return error;
  const message = `the answer of ${host} is not what the API documents: ${error.message}; is the endpoint right?`;
  return new CloudError({ ...where, kind: "protocol", message });
}

/** Reads an answer, or fails with the typed error for one that cannot be read. */
export function readAnswer<T>(body: string, shape: Shape<T>, where: Parameters<typeof toProtocolError>[1]): T {
  try {
    return readJson(body, shape);
  } catch (error) {
    throw toProtocolError(error, where);
  }
}

export function isCloudError(error: unknown, ...kinds: readonly ErrorKind[]): error is CloudError {
  return error instanceof CloudError && (kinds.length === 0 || kinds.includes(error.kind));
}

export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a failed preparation means for the request itself, which was not sent: no answer came from its own service. */
const before: Partial<Record<ErrorKind, ErrorKind>> = {
  ambiguous: "unavailable",
  protocol: "unavailable",
  missing: "auth",
  busy: "auth",
  quota: "auth",
  rejected: "auth",
};

/** Does what a request needs before it is sent, such as getting keys. Its failure says nothing about the request. */
export async function asPreparation<T>({ action }: { readonly action: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const kind = error instanceof CloudError ? before[error.kind] : undefined;
    if (kind === undefined) throw error;
    throw new CloudError({ kind, action, message: describeError(error), cause: error });
  }
}

/** Whether nothing here issues keys. A source that answers with a failure may issue them the next time. */
export function isAbsent(error: unknown): boolean {
  if (isCloudError(error, "missing")) return true;
  return isCloudError(error, "unavailable") && error.cause !== undefined;
}
