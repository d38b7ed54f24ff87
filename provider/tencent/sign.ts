import { hmacSha256, sha256Hex } from "../core/digest.js";

export interface TencentCredentials {
  readonly secretId: string;
  readonly secretKey: string;
  /** Session token of temporary credentials. */
  readonly token?: string | undefined;
}

/** What TC3-HMAC-SHA256 covers. */
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
  const key = signingKey(credentials.secretKey, date, request.service);
  const signature = hmacSha256(key, toSign).toString("hex");
  return `TC3-HMAC-SHA256 Credential=${credentials.secretId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

function signingKey(secretKey: string, date: string, service: string): Buffer {
  return hmacSha256(hmacSha256(hmacSha256(`TC3${secretKey}`, date), service), "tc3_request");
}
