import { createHmac, timingSafeEqual } from "node:crypto";
import { ApiError } from "../server/api-error.js";
import { hmacSha256Hex, hmacSha256Key, sha256Hex } from "../server/digest.js";
import { type ReceivedRequest, readHeader } from "../server/http.js";

// Verification of Tencent Cloud's signatures, from the bytes received: TC3-HMAC-SHA256 in headers, and
// the older HmacSHA1 and HmacSHA256 in parameters. Written from the documents, apart from our signer.

export interface EmulatedCredentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string | undefined;
  /** Milliseconds since 1970, of temporary ones. */
  readonly endsAt?: number;
  /** The role of temporary ones. */
  readonly roleArn?: string | undefined;
}

/** A request with a valid signature. */
export interface Authentic {
  readonly secretId: string;
  readonly action: string;
  readonly version: string;
  readonly parameters:
    | { readonly form: "json"; readonly text: string }
    | { readonly form: "flat"; readonly pairs: readonly (readonly [string, string])[] };
}

const windowSeconds = 300;
const commonParameters = new Set([
  "Action",
  "Version",
  "Region",
  "Timestamp",
  "Nonce",
  "SecretId",
  "Signature",
  "SignatureMethod",
  "Token",
  "Language",
  "RequestClient",
]);

export class TencentAuth {
  readonly #credentials: Map<string, EmulatedCredentials>;

  constructor(credentials: readonly EmulatedCredentials[]) {
    this.#credentials = new Map(credentials.map((one) => [one.secretId, one]));
  }

  /** Accepts other credentials as well. */
  add(credentials: EmulatedCredentials): void {
    this.#credentials.set(credentials.secretId, credentials);
  }

  findRole(secretId: string): string | undefined {
    return this.#credentials.get(secretId)?.roleArn;
  }

  /** Makes all temporary credentials invalid, as a change of the role does. */
  revoke(): void {
    for (const [id, { endsAt, ...rest }] of this.#credentials) {
      if (endsAt !== undefined) this.#credentials.set(id, { ...rest, endsAt: 0 });
    }
  }

  /** Throws an ApiError of the AuthFailure family for anything that the real gateway would refuse. */
  verify(request: ReceivedRequest, now: number): Authentic {
    const { authorization } = request.headers;
    if (authorization === undefined) return this.#inParameters(request, now);
    return authorization === "SKIP" ? readUnsigned(request) : this.#inHeaders(request, now);
  }

  #inHeaders(request: ReceivedRequest, now: number): Authentic {
    const { headers } = request;
    const match =
      /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/([^/]+)\/tc3_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
        headers.authorization ?? "",
      );
    if (match === null)
      throw new ApiError(
        "AuthFailure.InvalidAuthorization",
        "The Authorization header is not of the form of TC3-HMAC-SHA256.",
      );
    const [, secretId = "", date = "", service = "", signedHeaders = "", signature = ""] = match;
    const credentials = this.#find(secretId);
    const timestamp = readHeader(request, "x-tc-timestamp");
    requireTimely(timestamp, now);
    if (new Date(Number(timestamp) * 1000).toISOString().slice(0, 10) !== date) {
      throw new ApiError(
        "AuthFailure.SignatureFailure",
        "The date of the credential scope is not the UTC date of X-TC-Timestamp.",
      );
    }
    const names = signedHeaders.split(";");
    if (!names.includes("content-type") || !names.includes("host")) {
      throw new ApiError("AuthFailure.SignatureFailure", "SignedHeaders must contain content-type and host.");
    }
    const day = hmacSha256Key(`TC3${credentials.secretKey}`, date);
    const key = hmacSha256Key(hmacSha256Key(day, service), "tc3_request");
    const scope = `${date}/${service}/tc3_request`;
    // Official clients read the rules in two ways: the host with its port, and without it.
    const isSigned = hostForms(readHeader(request, "host")).some((host) => {
      const canonical = canonicalRequest(request, host, signedHeaders);
      return equal(hmacSha256Hex(key, `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256Hex(canonical)}`), signature);
    });
    if (!isSigned) throw signatureFailure();
    requireToken(credentials, headers["x-tc-token"], now);
    return {
      secretId,
      action: readHeader(request, "x-tc-action"),
      version: readHeader(request, "x-tc-version"),
      parameters: readParameters(request),
    };
  }

  #inParameters(request: ReceivedRequest, now: number): Authentic {
    const pairs = [...new URLSearchParams(request.method === "GET" ? request.query : request.body.toString("utf8"))];
    const get = (name: string) => pairs.find(([key]) => key === name)?.[1];
    const secretId = get("SecretId");
    if (secretId === undefined)
      throw new ApiError(
        "AuthFailure.InvalidAuthorization",
        "The request carries neither an Authorization header nor a SecretId.",
      );
    const credentials = this.#find(secretId);
    requireTimely(get("Timestamp") ?? "", now);
    const method = get("SignatureMethod") ?? "HmacSHA1";
    if (method !== "HmacSHA1" && method !== "HmacSHA256") {
      throw new ApiError("AuthFailure.SignatureFailure", `The SignatureMethod ${method} is not supported.`);
    }
    const sorted = pairs.filter(([key]) => key !== "Signature").sort(([a], [b]) => (a < b ? -1 : 1));
    const text = sorted.map(([key, value]) => `${key}=${value}`).join("&");
    const hash = method === "HmacSHA1" ? "sha1" : "sha256";
    const signed = hostForms(readHeader(request, "host")).some((host) => {
      const toSign = `${request.method}${host}${request.path}?${text}`;
      return equal(createHmac(hash, credentials.secretKey).update(toSign).digest("base64"), get("Signature") ?? "");
    });
    if (!signed) throw signatureFailure();
    requireToken(credentials, get("Token"), now);
    const rest = pairs.filter(([key]) => !commonParameters.has(key));
    return {
      secretId,
      action: get("Action") ?? "",
      version: get("Version") ?? "",
      parameters: { form: "flat", pairs: rest },
    };
  }

  #find(secretId: string): EmulatedCredentials {
    const credentials = this.#credentials.get(secretId);
    if (credentials !== undefined) return credentials;
    throw new ApiError(
      "AuthFailure.SecretIdNotFound",
      "The SecretId is not found, please ensure that your SecretId is correct.",
    );
  }
}

function canonicalRequest(request: ReceivedRequest, host: string, signedHeaders: string): string {
  const unsigned = request.headers["x-tc-content-sha256"] === "UNSIGNED-PAYLOAD";
  const payloadHash = sha256Hex(unsigned ? "UNSIGNED-PAYLOAD" : request.method === "GET" ? "" : request.body);
  const query = request.method === "GET" ? request.query : "";
  const signedValue = (name: string) => (name === "host" ? host : readHeader(request, name)).trim().toLowerCase();
  const lines = signedHeaders.split(";").map((name) => `${name}:${signedValue(name)}`);
  return [request.method, "/", query, ...lines, "", signedHeaders, payloadHash].join("\n");
}

function hostForms(host: string): string[] {
  return [host, host.replace(/:\d+$/, "")];
}

function readParameters(request: ReceivedRequest): Authentic["parameters"] {
  if (request.method === "GET") return { form: "flat", pairs: [...new URLSearchParams(request.query)] };
  const text = request.body.toString("utf8");
  const contentType = readHeader(request, "content-type");
  const isForm = contentType.startsWith("application/x-www-form-urlencoded");
  if (!isForm && !contentType.startsWith("application/json")) {
    throw new ApiError("InvalidRequest", `The Content-Type \`${contentType}\` is not supported.`);
  }
  return isForm ? { form: "flat", pairs: [...new URLSearchParams(text)] } : { form: "json", text };
}

function requireTimely(timestamp: string, now: number): void {
  if (!/^\d+$/.test(timestamp))
    throw new ApiError("MissingParameter", "The timestamp is missing or not a number of seconds.");
  if (Math.abs(Number(timestamp) - now / 1000) > windowSeconds) {
    throw new ApiError(
      "AuthFailure.SignatureExpire",
      "The signature has expired: the timestamp differs from the server's time by more than 5 minutes.",
    );
  }
}

/** The one action that needs no keys. */
function readUnsigned(request: ReceivedRequest): Authentic {
  const action = readHeader(request, "x-tc-action");
  if (action !== "AssumeRoleWithWebIdentity")
    throw new ApiError("AuthFailure.InvalidAuthorization", `The action \`${action}\` must be signed.`);
  return { secretId: "", action, version: readHeader(request, "x-tc-version"), parameters: readParameters(request) };
}

function requireToken(credentials: EmulatedCredentials, token: string | string[] | undefined, now: number): void {
  if (token !== credentials.token || (credentials.endsAt ?? now) < now)
    throw new ApiError("AuthFailure.TokenFailure", "The token does not belong to the SecretId, or has expired.");
}

function signatureFailure(): ApiError {
  return new ApiError(
    "AuthFailure.SignatureFailure",
    "The provided credentials could not be validated. Please check your signature is correct.",
  );
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
