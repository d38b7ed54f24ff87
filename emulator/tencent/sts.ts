import { randomBytes } from "node:crypto";
import { ApiError } from "../server/api-error.js";
import { between, type Params, type Rule, required, string } from "../server/parameters.js";
import type { Action } from "./action.js";

// The parts of STS 2018-08-13 that issue temporary keys and identify the caller.

export const stsVersion = "2018-08-13";
const accountId = "100012345678";
const defaultSeconds = 7_200;

export interface TemporaryKeys {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Keys of a role, valid for some seconds. */
export function temporaryKeys(seconds: number, now: number): TemporaryKeys {
  return {
    secretId: `AKIDtemporary${randomBytes(12).toString("hex")}`,
    secretKey: randomBytes(16).toString("hex"),
    token: randomBytes(48).toString("base64url"),
    endsAt: (Math.floor(now / 1000) + seconds) * 1000,
  };
}

const role = {
  RoleArn: required(string),
  RoleSessionName: required(string),
  DurationSeconds: between(1, 43_200),
};

/** At most 50, and no key twice. */
const tags: Rule = { type: "list", of: { type: "object", fields: { Key: required(string), Value: required(string) } } };

function requireTags(params: Params): void {
  const keys = ((params["Tags"] ?? []) as { Key: string }[]).map(({ Key }) => Key);
  if (keys.length > 50 || new Set(keys).size < keys.length)
    throw new ApiError("InvalidParameter.ParamError", "`Tags` has more than 50 tags, or a key twice.");
}

function issue(account: Parameters<Action["run"]>[0], params: Params, now: number): object {
  requireTags(params);
  const { RoleArn: arn, DurationSeconds: seconds = defaultSeconds } = params;
  if (!/^qcs::cam::uin\/\d+:role(Name)?\/[\w.-]+$/.test(String(arn))) {
    throw new ApiError("InvalidParameter.ParamError", "The RoleArn is not of the form qcs::cam::uin/…:roleName/….");
  }
  if (account.absentRoles.has(String(arn)))
    throw new ApiError("ResourceNotFound.RoleNotFound", "The role does not exist.");
  const { secretId, secretKey, token, endsAt } = account.issue(Number(seconds), now, String(arn));
  return {
    Credentials: { TmpSecretId: secretId, TmpSecretKey: secretKey, Token: token },
    ExpiredTime: endsAt / 1000,
    Expiration: new Date(endsAt).toISOString(),
  };
}

function showCaller(roleArn: string | undefined): object {
  const [, owner = accountId] = /^qcs::cam::uin\/(\d+):/.exec(roleArn ?? "") ?? [];
  return {
    Arn: roleArn ?? `qcs::cam::uin/${owner}:uin/${owner}`,
    AccountId: owner,
    UserId: owner,
    PrincipalId: owner,
    Type: roleArn === undefined ? "RootAccount" : "CAMRole",
  };
}

export const stsActions: Readonly<Record<string, Action>> = {
  AssumeRole: {
    fields: {
      ...role,
      Policy: string,
      ExternalId: string,
      SourceIdentity: string,
      SerialNumber: string,
      TokenCode: string,
      Tags: tags,
    },
    run: issue,
  },
  AssumeRoleWithWebIdentity: {
    fields: { ...role, ProviderId: required(string), WebIdentityToken: required(string) },
    run: issue,
  },
  GetCallerIdentity: {
    fields: {},
    run: (account, _params, _now, secretId) => showCaller(account.findRole(secretId)),
  },
};
