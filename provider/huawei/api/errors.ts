import { CloudError, type ErrorKind } from "../../transport/errors.js";
import type { HttpAnswer } from "../../transport/http.js";

// HSS also uses status 400 for missing objects and missing rights, so the code decides before the status.
// https://support.huaweicloud.com/api-hss2.0/ErrorCode.html
const kinds: Readonly<Record<string, ErrorKind>> = {
  "HSS.0001": "rejected",
  "HSS.0002": "rejected",
  "HSS.0010": "auth",
  "HSS.0011": "missing",
  "HSS.0013": "auth",
  "HSS.0014": "quota",
  "HSS.1001": "rejected",
  "HSS.1002": "quota",
  "HSS.1004": "rejected",
  "HSS.1005": "rejected",
  "HSS.1006": "rejected",
  "HSS.1007": "rejected",
  "HSS.1008": "rejected",
  "HSS.1011": "rejected",
  "HSS.1019": "rejected",
  "HSS.1020": "rejected",
  // Codes of the gateway: APIGW, APIG in older regions.
  "APIGW.0301": "auth",
  "APIGW.0302": "auth",
  "APIGW.0303": "auth",
  "APIGW.0305": "auth",
  "APIGW.0306": "auth",
  "APIGW.0307": "auth",
  "APIGW.0308": "throttled",
};

const advice: Readonly<Record<string, string>> = {
  "HSS.0010": "the user has no access to HSS in this project",
  "HSS.0013":
    "the user lacks the right, or may see only one enterprise project; grant it HSS, or set enterpriseProjectId",
  "HSS.0011": "check the names and ids of images and registries, and that HSS has synchronized them",
  "HSS.1001": "this image has no HSS agent; install one on its host",
  "HSS.1002": "the HSS quota is used up; buy or free some",
  "HSS.1007": "the HSS agent of the image's host is offline",
  "APIGW.0301":
    "check the keys (huaweicloud:accessKey and secretKey, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK), and that they belong to this site",
  "APIGW.0306": "check huaweicloud:projectId (or projectId of the resource), and that the user may use that project",
  "APIGW.0307": "the token must be renewed; get a new one, or use accessKey and secretKey",
};

interface Body {
  readonly code?: string;
  readonly message?: string;
  readonly requestId?: string;
}

/** Reads the envelopes of HSS, old and new, of the gateway and of IAM; nested ones too. */
export function readErrorBody(text: string): Body | undefined {
  try {
    return readEnvelope(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The `error_code` of a body. A success may have one too. */
export function readErrorCode(text: string): string | undefined {
  try {
    return readText((JSON.parse(text) as { error_code?: unknown } | null)?.error_code);
  } catch {
    return undefined;
  }
}

function readEnvelope(value: unknown): Body | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const code = readText(fields["error_code"] ?? fields["errorCode"] ?? fields["code"]);
  const message = readText(
    fields["error_msg"] ?? fields["errorMsg"] ?? fields["error_description"] ?? fields["message"] ?? fields["title"],
  );
  if (code === undefined && message === undefined) return readEnvelope(fields["error"]);
  const requestId = readText(fields["request_id"]);
  return {
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function readText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** The id that HSS or IAM gives a request. */
export function readRequestId({ headers }: HttpAnswer): string {
  return String(headers["x-request-id"] ?? headers["x-iam-trace-id"] ?? "");
}

/** The typed error for an answer without success. */
export function toHuaweiError(action: string, host: string, answer: HttpAnswer, requestId: string): CloudError {
  const { status, serverTime, retryAfterMs } = answer;
  const body = readErrorBody(answer.text);
  const code = body?.code;
  const kind = classify(status, code);
  const hint = code === undefined ? undefined : findAdvice(code);
  const told = body?.message ?? `${host} answered with HTTP status ${status}`;
  return new CloudError({
    kind,
    action,
    code,
    message: hint === undefined ? told : `${told} — ${hint}`,
    requestId: requestId === "" ? body?.requestId : requestId,
    serverTime,
    retryAfterMs,
  });
}

/** The gateway accepts time stamps up to this difference. */
const clockToleranceMs = 15 * 60_000;

/** The same for a signed request: if the clock is wrong, the cloud refuses correct keys as wrong ones. */
export function toHuaweiRefusal(
  action: string,
  host: string,
  answer: HttpAnswer,
  { requestId, now }: { readonly requestId: string; readonly now: number },
): CloudError {
  const failure = toHuaweiError(action, host, answer, requestId);
  const { serverTime } = answer;
  const isLate = serverTime !== undefined && Math.abs(serverTime - now) > clockToleranceMs;
  if (failure.kind !== "auth" || !isLate) return failure;
  const message = "the call was refused, and this machine's clock is wrong by more than 15 minutes; correct it";
  return new CloudError({ kind: "clock", action, code: failure.code, message, requestId, serverTime });
}

function classify(status: number, code: string | undefined): ErrorKind {
  const known = code === undefined ? undefined : lookup(kinds, code);
  if (known !== undefined) return known;
  if (status === 429) return "throttled";
  if (status === 401 || status === 403) return "auth";
  if (status >= 500) return "ambiguous";
  return "rejected";
}

function findAdvice(code: string): string | undefined {
  return lookup(advice, code);
}

function lookup<T>(table: Readonly<Record<string, T>>, code: string): T | undefined {
  const name = code.replace(/^APIG\./, "APIGW.");
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
