import { hmacSha256Hex, sha256Hex } from "../../transport/digest.js";

/** Permanent or temporary keys of an account. */
export interface SigningKeys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The parts of a request that SDK-HMAC-SHA256 covers. https://support.huaweicloud.com/devg-apisign/api-sign-algorithm-002.html */
export interface SdkHmacRequest {
  readonly method: string;
  /** Path as it is sent, each segment percent-encoded or not. */
  readonly path: string;
  /** Names and values, not encoded. */
  readonly query: readonly (readonly [string, string])[];
  /** The headers to sign, by lower-case name; `x-sdk-date` at least. */
  readonly headers: Readonly<Record<string, string>>;
  /** Hex SHA-256 of the body's bytes. */
  readonly payloadHash: string;
}

const algorithm = "SDK-HMAC-SHA256";

/** The time stamp of a signature: `20260102T030405Z`. */
export function sdkDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

/** Texts that need no encoding, which most texts are. */
const unreserved = /^[\w.~-]*$/;
const unreservedPath = /^[\w.~/-]*$/;

/** Percent-encoding of everything but letters, digits and `-_.~`. */
function encoded(text: string): string {
  if (unreserved.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The query in the order and the encoding of the signature. */
export function canonicalQuery(query: SdkHmacRequest["query"]): string {
  const pairs = query.map(([name, value]) => [encoded(name), encoded(value)] as const);
  const before = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  pairs.sort(([a, x], [b, y]) => before(a, b) || before(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

/** The value of the Authorization header. */
export function sdkHmacAuthorization(request: SdkHmacRequest, keys: SigningKeys): string {
  const names = Object.keys(request.headers).sort();
  const signedHeaders = names.join(";");
  const canonical = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${(request.headers[name] ?? "").trim()}`),
    "",
    signedHeaders,
    request.payloadHash,
  ].join("\n");
  const toSign = [algorithm, request.headers["x-sdk-date"], sha256Hex(canonical)].join("\n");
  const signature = hmacSha256Hex(keys.secretKey, toSign);
  return `${algorithm} Access=${keys.accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

/** Each segment in one encoding, and a slash at the end, which is not sent. */
function canonicalPath(path: string): string {
  const segments = () => path.split("/").map((segment) => encoded(decodeURIComponent(segment)));
  const joined = unreservedPath.test(path) ? path : segments().join("/");
  return joined.endsWith("/") ? joined : `${joined}/`;
}
