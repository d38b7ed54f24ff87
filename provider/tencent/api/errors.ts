import { CloudError, type ErrorKind } from "../../transport/errors.js";

/** Longest matching prefix wins, at the dots of the code. https://www.tencentcloud.com/document/product/1140/51177 */
const kinds: Readonly<Record<string, ErrorKind>> = {
  AuthFailure: "auth",
  "AuthFailure.SignatureExpire": "clock",
  UnauthorizedOperation: "auth",
  IpInBlacklist: "auth",
  IpNotInWhitelist: "auth",
  "InternalError.ErrRoleNotExist": "auth",
  RequestLimitExceeded: "throttled",
  // The query took too long at the backend, and may be sent again. No parameter is wrong.
  "InvalidParameter.RequestTimeout": "ambiguous",
  InternalError: "ambiguous",
  ServiceUnavailable: "ambiguous",
  "FailedOperation.ErrAlreadyScanning": "busy",
  ResourceInUse: "busy",
  ResourceUnavailable: "busy",
  "FailedOperation.AuthorizedNotEnough": "quota",
  LimitExceeded: "quota",
  ResourceInsufficient: "quota",
  ResourceNotFound: "missing",
};

const advice: Readonly<Record<string, string>> = {
  "AuthFailure.SecretIdNotFound":
    "check the secret id (tencentcloud:secretId or TENCENTCLOUD_SECRET_ID), and that the key belongs to this site (intl or cn)",
  "AuthFailure.SignatureFailure": "check the secret key (tencentcloud:secretKey or TENCENTCLOUD_SECRET_KEY)",
  "AuthFailure.TokenFailure": "the session token is wrong or has expired; get new temporary credentials",
  "AuthFailure.UnauthorizedOperation": "the key's user lacks the right; grant it this action in CAM",
  UnauthorizedOperation: "the key's user lacks the right; grant it this action in CAM",
  "AuthFailure.SignatureExpire": "this machine's clock is wrong by more than five minutes; correct it",
  "InternalError.ErrRoleNotExist": "grant TCSS its service role in the console once",
  "FailedOperation.AuthorizedNotEnough": "the image licences of the account are used up; buy or free some",
  "FailedOperation.ErrAlreadyScanning": "a scan of these images is running, or they have no scan licence",
};

/** For the actions of STS, where the same codes need another remedy. */
const adviceOfRoles: Readonly<Record<string, string>> = {
  "AuthFailure.UnauthorizedOperation":
    "the user that assumes the role lacks the right; grant it sts:AssumeRole, and let the role trust it",
  UnauthorizedOperation:
    "the user that assumes the role lacks the right; grant it sts:AssumeRole, and let the role trust it",
  ResourceNotFound: "there is no such role; check its ARN",
  InvalidParameter: "check the role's ARN and its trust policy",
};

/** The typed error for a code of the API's `Response.Error`. */
export function toTencentError(answer: {
  action: string;
  code: string;
  message: string;
  requestId: string | undefined;
  serverTime: number | undefined;
  retryAfterMs?: number | undefined;
}): CloudError {
  const ofRole = answer.action.startsWith("AssumeRole") ? longestPrefix(adviceOfRoles, answer.code) : undefined;
  const hint = ofRole ?? longestPrefix(advice, answer.code);
  return new CloudError({
    ...answer,
    kind: longestPrefix(kinds, answer.code) ?? "rejected",
    message: hint === undefined ? answer.message : `${answer.message} — ${hint}`,
  });
}

function longestPrefix<T>(table: Readonly<Record<string, T>>, code: string): T | undefined {
  for (let prefix = code; prefix !== ""; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf(".")))) {
    if (Object.hasOwn(table, prefix)) return table[prefix];
  }
  return undefined;
}
