import { CloudError, readAnswer } from "../../transport/errors.js";
import { send } from "../../transport/http.js";
import type { Issued } from "../../transport/refreshing.js";
import { fields, listOf, type Shape, secret, text } from "../../transport/shape.js";
import { createKeySource, type HuaweiAuth, type HuaweiKeys, signRequest, type UnsignedRequest } from "./auth.js";
import { readRequestId, toHuaweiRefusal } from "./errors.js";

// The operations of IAM that this package needs.

/** The caller, the endpoint, and the time by the server's clock. */
export interface Caller {
  readonly auth: HuaweiAuth;
  readonly iam: URL;
  readonly now: number;
}

/** An agency to assume: the rights that another account grants to this one. */
export interface Agency {
  readonly agencyName: string;
  /** Name or id of the account that owns the agency. */
  readonly domainName?: string | undefined;
  readonly domainId?: string | undefined;
  /** Seconds that the keys are good for: 900 to 86,400. Default 3,600. */
  readonly seconds?: number | undefined;
}

const credential = fields({ access: text, secret, securitytoken: secret, expires_at: text });
export const issuedKeys = fields({ credential });
const domains = fields({ domains: listOf(fields({ id: text })) });

/** CreateTemporaryAccessKeyByAgency: https://support.huaweicloud.com/api-iam/iam_04_0101.html */
export async function assumeAgency({ auth, iam, now }: Caller, agency: Agency): Promise<Issued<HuaweiKeys>> {
  const { agencyName: agency_name, domainName: domain_name, domainId: domain_id, seconds = 3_600 } = agency;
  const assume_role = { agency_name, domain_name, domain_id, duration_seconds: seconds };
  const body = JSON.stringify({ auth: { identity: { methods: ["assume_role"], assume_role } } });
  const action = "CreateTemporaryAccessKeyByAgency";
  const path = "/v3.0/OS-CREDENTIAL/securitytokens";
  return readKeys(
    action,
    await requestIam({ auth, iam, now }, { action, method: "POST", origin: iam, path, body }, issuedKeys),
  );
}

/** KeystoneListAuthDomains: the account that keys belong to. */
export async function fetchAccount({ auth, iam, now }: Caller): Promise<string> {
  const action = "KeystoneListAuthDomains";
  const answer = await requestIam(
    { auth, iam, now },
    { action, method: "GET", origin: iam, path: "/v3/auth/domains" },
    domains,
  );
  const all = answer.domains ?? [];
  const [only] = all;
  if (only?.id !== undefined && all.length === 1) return only.id;
  throw new CloudError({ kind: "protocol", action, message: `the answer has ${all.length} domains, and not one` });
}

/** Complete keys, and when they end. */
export function readKeys(action: string, answer: { credential?: Partial<Record<string, string>> }): Issued<HuaweiKeys> {
  const { access, secret, securitytoken, expires_at = "" } = answer.credential ?? {};
  const endsAt = Date.parse(expires_at);
  if (!access || !secret || !securitytoken || Number.isNaN(endsAt))
    throw new CloudError({ kind: "protocol", action, message: "the answer has no complete keys" });
  return { value: { accessKey: access, secretKey: secret, securityToken: securitytoken }, endsAt };
}

async function requestIam<T>({ auth, iam, now }: Caller, request: UnsignedRequest, shape: Shape<T>): Promise<T> {
  const { action } = request;
  const proof = await createKeySource(auth, { iam, project: {} }).get(now);
  const answer = await send(signRequest(request, proof, now));
  const requestId = readRequestId(answer);
  if (answer.status >= 300) throw toHuaweiRefusal(action, iam.host, answer, { requestId, now });
  return readAnswer(answer.text, shape, { action, host: iam.host });
}
