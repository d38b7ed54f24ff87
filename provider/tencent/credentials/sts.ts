import { CloudError } from "../../transport/errors.js";
import { Limiter } from "../../transport/limiter.js";
import type { Issued } from "../../transport/refreshing.js";
import { count, fields, identity, secret, text } from "../../transport/shape.js";
import { TencentClient, type TencentConnection } from "../api/client.js";
import type { TencentCredentials } from "../api/sign.js";

// Actions of STS 2018-08-13, which issues temporary keys. https://www.tencentcloud.com/document/product/1150

const service = { name: "sts", version: "2018-08-13" } as const;
const defaultSeconds = 7_200;

/** Which role is assumed, and how. */
export interface Role {
  /** `qcs::cam::uin/…:roleName/…` */
  readonly roleArn: string;
  readonly sessionName?: string | undefined;
  /** Seconds that the keys are good for: 1 to 43,200. Default 7,200. */
  readonly seconds?: number | undefined;
  /** Agreed with the owner of the role. */
  readonly externalId?: string | undefined;
}

const issued = fields({
  Credentials: fields({ TmpSecretId: text, TmpSecretKey: secret, Token: secret }),
  ExpiredTime: count,
});

const caller = fields({ AccountId: identity, UserId: identity, Type: text });

type Answered = Awaited<ReturnType<typeof callAssume>>;

export interface Caller {
  readonly account: string;
  /** Id of the user or of the role's session. */
  readonly user: string | undefined;
  /** RootAccount, CAMUser, CAMRole and others. */
  readonly type: string | undefined;
}

/** The actions of STS that this package needs. */
export class Sts {
  readonly #connection: Omit<TencentConnection, "credentials">;

  constructor(endpoint: URL, site: TencentConnection["site"]) {
    this.#connection = { endpoint, site, region: "ap-guangzhou", service };
  }

  /** AssumeRole: keys of a role, in exchange for keys. */
  async assumeRole(base: TencentConnection["credentials"], role: Role): Promise<Issued<TencentCredentials>> {
    const request = { ...toRequest(role), ExternalId: role.externalId };
    return readKeys("AssumeRole", await callAssume(this.#client(base), "AssumeRole", request));
  }

  /** AssumeRoleWithWebIdentity: keys of a role, in exchange for a token of an identity provider. Not signed. */
  async assumeRoleWithWebIdentity(
    by: { readonly providerId: string; readonly token: string },
    role: Role,
  ): Promise<Issued<TencentCredentials>> {
    const action = "AssumeRoleWithWebIdentity";
    const request = { ...toRequest(role), ProviderId: by.providerId, WebIdentityToken: by.token };
    return readKeys(action, await callAssume(this.#client("unsigned"), action, request));
  }

  /** GetCallerIdentity: who keys belong to. */
  async fetchCaller(credentials: TencentConnection["credentials"]): Promise<Caller> {
    const action = "GetCallerIdentity";
    const { response, requestId } = await this.#client(credentials).call(action, "read", {}, caller);
    const { AccountId: account, UserId: user, Type: type } = response;
    if (account !== undefined) return { account, user, type };
    throw new CloudError({ kind: "protocol", action, requestId, message: "the answer has no AccountId" });
  }

  #client(credentials: TencentConnection["credentials"]): TencentClient {
    return new TencentClient({ ...this.#connection, credentials }, new Limiter());
  }
}

function toRequest({ roleArn, sessionName = "pulumi-image-scan", seconds = defaultSeconds }: Role) {
  return { RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: seconds };
}

function callAssume(client: TencentClient, action: string, request: object) {
  // May be repeated: if an answer is lost, nobody has its keys.
  return client.call(action, "overwrite", request, issued);
}

function readKeys(action: string, { response, requestId }: Answered): Issued<TencentCredentials> {
  const { TmpSecretId: secretId, TmpSecretKey: secretKey, Token: token } = response.Credentials ?? {};
  const { ExpiredTime: seconds } = response;
  if (secretId === undefined || secretKey === undefined || token === undefined || seconds === undefined) {
    throw new CloudError({ kind: "protocol", action, requestId, message: "the answer of STS has no complete keys" });
  }
  return { value: { secretId, secretKey, token }, endsAt: seconds * 1000 };
}
