import { randomBytes, timingSafeEqual } from "node:crypto";
import { hmacSha256Hex, sha256Hex } from "../server/digest.js";
import { type ReceivedRequest, readHeader } from "../server/http.js";
import { decodePart, HssError } from "./error.js";

// Verification of Huawei Cloud's SDK-HMAC-SHA256 from the bytes received, and tokens of IAM. Written from the
// documents, apart from our signer.

export interface HuaweiCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string | undefined;
  readonly userName: string;
  readonly password: string;
  readonly domainName: string;
}

/** Temporary keys. */
interface TemporaryKeys {
  readonly secretKey: string;
  readonly securityToken: string;
  readonly endsAt: number;
}

const windowMs = 15 * 60_000;
const tokenLifeMs = 24 * 3_600_000;

export class HuaweiAuth {
  readonly #credentials: HuaweiCredentials;
  readonly #tokens = new Map<string, number>();
  readonly #temporary = new Map<string, TemporaryKeys>();

  constructor(credentials: HuaweiCredentials) {
    this.#credentials = credentials;
  }

  /** Throws the gateway's answer to a refused request. */
  verify(request: ReceivedRequest, now: number): void {
    const authorization = readHeader(request, "authorization");
    if (authorization === "") this.#verifyToken(readHeader(request, "x-auth-token"), now);
    else this.#verifySignature(request, authorization, now);
  }

  #verifyToken(token: string, now: number): void {
    if (token === "") throw unauthorized("x-auth-token not found, and no Authorization");
    const ends = this.#tokens.get(token);
    if (ends === undefined) throw unauthorized("decrypt token fail", "APIGW.0301");
    if (ends <= now) throw unauthorized("The token must be updated.", "APIGW.0307");
  }

  #verifySignature(request: ReceivedRequest, authorization: string, now: number): void {
    const match = /^SDK-HMAC-SHA256 Access=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
    if (match === null) throw unauthorized("Authorization format is incorrect");
    const [, accessKey, signedHeaders = "", signature = ""] = match;
    const temporary = this.#temporary.get(accessKey ?? "");
    const { secretKey, securityToken } = temporary ?? this.#credentials;
    if (temporary === undefined && accessKey !== this.#credentials.accessKey)
      throw unauthorized("the AK does not exist");
    if (temporary !== undefined && temporary.endsAt <= now) throw unauthorized("the security token has expired");
    const names = signedHeaders.split(";");
    if (!names.includes("x-sdk-date")) throw unauthorized("x-sdk-date is not signed");
    requireTimely(readHeader(request, "x-sdk-date"), now);
    if (securityToken !== undefined && readHeader(request, "x-security-token") !== securityToken)
      throw unauthorized("the security token is invalid");
    const toSign = `SDK-HMAC-SHA256\n${readHeader(request, "x-sdk-date")}\n${sha256Hex(canonicalRequest(request, names))}`;
    const expected = hmacSha256Hex(secretKey, toSign);
    if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature)))
      throw unauthorized("verify aksk signature fail");
  }

  /** Temporary keys, as IAM and a machine's metadata service issue them. */
  issueKeys(seconds: number, now: number): object {
    const access = `HST${randomBytes(9).toString("hex").toUpperCase()}`;
    const [secret, securitytoken] = [randomBytes(20).toString("hex"), randomBytes(60).toString("base64url")];
    const endsAt = now + seconds * 1000;
    this.#temporary.set(access, { secretKey: secret, securityToken: securitytoken, endsAt });
    return { credential: { access, secret, securitytoken, expires_at: new Date(endsAt).toISOString() } };
  }

  /** A token for a user of IAM, for a day. */
  issue(user: { domain?: { name?: string }; name?: string; password?: string }, now: number): [string, number] {
    const { userName, password, domainName } = this.#credentials;
    if (user.name !== userName || user.password !== password || user.domain?.name !== domainName) {
      throw new HssError(401, "IAM.0061", "The username or password is wrong.", "iam");
    }
    const token = randomBytes(48).toString("base64");
    this.#tokens.set(token, now + tokenLifeMs);
    return [token, now + tokenLifeMs];
  }

  /** Makes all tokens and temporary keys invalid, as a change of the user's rights does. */
  revoke(): void {
    this.#tokens.clear();
    this.#temporary.clear();
  }
}

function unauthorized(why: string, code = "APIGW.0301"): HssError {
  return new HssError(401, code, `Incorrect IAM authentication information: ${why}`, "gateway");
}

function requireTimely(date: string, now: number): void {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at)) throw unauthorized("x-sdk-date is not of the form 20060102T150405Z");
  if (Math.abs(at - now) > windowMs) throw unauthorized("x-sdk-date expired");
}

/** The canonical request, by the signed headers of the request; escapes are decoded and encoded again. */
function canonicalRequest(request: ReceivedRequest, names: readonly string[]): string {
  const declared = readHeader(request, "x-sdk-content-sha256");
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${readHeader(request, name).trim()}`),
    "",
    names.join(";"),
    declared === "" ? sha256Hex(request.body) : declared,
  ].join("\n");
}

function canonicalPath(path: string): string {
  const segments = path.split("/").map((segment) => escapeText(decodePart(segment)));
  return segments.at(-1) === "" ? segments.join("/") : `${segments.join("/")}/`;
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", value = ""] = pair.split(/=(.*)/s).map((part) => decodePart(part.replaceAll("+", "%20")));
      return [escapeText(name), escapeText(value)] as const;
    });
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  pairs.sort(([a, x], [b, y]) => order(a, b) || order(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

function escapeText(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}
