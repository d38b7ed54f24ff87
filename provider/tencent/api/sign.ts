import type { KeyObject } from "node:crypto";
import { hmacSha256Hex, hmacSha256Key, sha256Hex } from "../../transport/digest.js";

export interface TencentCredentials {
  readonly secretId: string;
  readonly secretKey: string;
  /** Session token of temporary credentials. */
  readonly token?: string | undefined;
}

/** The parts of a request that TC3-HMAC-SHA256 covers. */
export interface Tc3Request {
  readonly method: string;
  readonly query: string;
  /** The headers to sign, by lower-case name; `content-type` and `host` at least. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body's bytes. */
  readonly payloadHash: string;
  readonly service: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** The value of the Authorization header. */
export function tc3Authorization(request: Tc3Request, credentials: TencentCredentials): string {
  const date = new Date(request.timestamp * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${request.service}/tc3_request`;
  const names = Object.keys(request.headers).sort();
  const signedHeaders = names.join(";");
  const canonical = [
    request.method,
    "/",
    request.query,
    ...names.map((name) => `${name}:${(request.headers[name] ?? "").trim().toLowerCase()}`),
    "",
    signedHeaders,
    request.payloadHash,
  ].join("\n");
  const toSign = ["TC3-HMAC-SHA256", request.timestamp, scope, sha256Hex(canonical)].join("\n");
  const signature = hmacSha256Hex(signingKey(credentials, date, request.service), toSign);
  return `TC3-HMAC-SHA256 Credential=${credentials.secretId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

/** The last signing key of each credential: it is the same for a whole day. Kept in memory only. */
const lastKeys = new WeakMap<TencentCredentials, { readonly of: string; readonly key: KeyObject }>();

function signingKey(credentials: TencentCredentials, date: string, service: string): KeyObject {
  const of = `${credentials.secretKey} ${date} ${service}`;
  const last = lastKeys.get(credentials);
  if (last?.of === of) return last.key;
  const key = hmacSha256Key(hmacSha256Key(hmacSha256Key(`TC3${credentials.secretKey}`, date), service), "tc3_request");
  lastKeys.set(credentials, { of, key });
  return key;
}
