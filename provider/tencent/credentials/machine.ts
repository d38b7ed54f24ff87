import { readFileSync } from "node:fs";
import type { Source } from "../../credentials/source.js";
import { CloudError, describeError, isAbsent } from "../../transport/errors.js";
import { isLoopback } from "../../transport/nearby.js";
import { type Issued, Refreshing } from "../../transport/refreshing.js";
import type { TencentCredentials } from "../api/sign.js";
import { fetchRoleKeys } from "./metadata.js";
import type { Place } from "./place.js";
import type { TencentProfile } from "./profile.js";
import { Sts } from "./sts.js";

// Keys that the environment issues to a program: a CVM with a role, or a pod with an identity.

interface Issuer {
  readonly name: string;
  /** Whether it may be absent: not every machine is a CVM, or has a role. */
  readonly mayBeAbsent: boolean;
  issue(now: number): Promise<Issued<TencentCredentials>>;
}

/** The issuer of keys on this machine, used if no other place has keys. Undefined if there is none. */
export function findMachineIssuer(
  source: Source,
  profile: TencentProfile | undefined,
  place: Place,
): Refreshing<TencentCredentials> | undefined {
  const machine = resolveMetadataEndpoint(source, place);
  const role = readRoleName(source, profile);
  const cvm = machine && { name: "the role of a CVM", mayBeAbsent: true, issue: () => fetchRoleKeys(machine, role) };
  // A machine's role that is named must not be replaced by something else.
  if (cvm !== undefined && asksForMachine(source, profile)) {
    source.noteFound(cvm.name);
    return new Refreshing("this machine", cvm.issue);
  }
  if (!source.isDefault || profile?.type === "cvm-role") return undefined;
  // The same is true for a role that the settings name together with a token.
  const machines = isFederated(source) ? [] : [cvm];
  const all = [...machines, createPodIssuer(source, place)].filter((issuer) => issuer !== undefined);
  return all.length === 0 ? undefined : issueFromFirst(source, all);
}

function readRoleName(source: Source, profile: TencentProfile | undefined): string | undefined {
  return source.get("camRole") ?? source.env("TENCENTCLOUD_CAM_ROLE_NAME") ?? profile?.camRole;
}

/** Whether the settings ask for the role of a CVM, by its name or by the type of a profile. */
export function asksForMachine(source: Source, profile: TencentProfile | undefined): boolean {
  return readRoleName(source, profile) !== undefined || profile?.type === "cvm-role";
}

/** Keys of the first issuer that has some. After that only this issuer is used, and its failures count as temporary. */
function issueFromFirst(source: Source, from: readonly Issuer[]): Refreshing<TencentCredentials> {
  let chosen: Issuer | undefined;
  return new Refreshing("this machine", async (now) => {
    if (chosen !== undefined) return chosen.issue(now);
    const reasons = [...source.absences];
    for (const issuer of from) {
      try {
        const issued = await issuer.issue(now);
        chosen = issuer;
        source.noteFound(issuer.name);
        return issued;
      } catch (error) {
        if (!issuer.mayBeAbsent || !isAbsent(error)) throw error;
        reasons.push(`${issuer.name}: ${describeError(error)}`);
      }
    }
    const message =
      "Tencent Cloud cannot be used, since no credentials were found. Set tencentcloud:secretId and " +
      "tencentcloud:secretKey (pulumi config set --secret tencentcloud:secretId VALUE), or the environment variables " +
      `TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY. No other place has keys: ${reasons.join("; ")}`;
    throw new CloudError({ kind: "config", message });
  });
}

const families = [
  ["TKE_PROVIDER_ID", "TKE_ROLE_ARN", "TKE_WEB_IDENTITY_TOKEN_FILE"],
  [
    "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID",
    "TENCENTCLOUD_ASSUME_ROLE_ARN",
    "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE",
  ],
  [
    "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID",
    "TENCENTCLOUD_ASSUME_ROLE_ARN",
    "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN",
  ],
] as const;

/** The variables of Terraform, or of a TKE pod, that name a role and a token for it. All must be of one family. */
function readWebIdentity(source: Source) {
  for (const [provider, arn, token] of [...families].reverse()) {
    const [providerId, roleArn, given] = [source.env(provider), source.env(arn), source.env(token)];
    if (providerId !== undefined && roleArn !== undefined && given !== undefined)
      return { providerId, roleArn, given, isFile: token.endsWith("_FILE"), names: [provider, arn, token] };
  }
  return undefined;
}

/** Whether Terraform's variables ask for a role by a token, and thus not by keys. */
export function isFederated(source: Source): boolean {
  return readWebIdentity(source)?.names[0] === "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID";
}

/** A role for a token of an identity provider, as a TKE pod has one. The token's file is read each time. */
function createPodIssuer(source: Source, place: Place): Issuer | undefined {
  const found = readWebIdentity(source);
  if (found === undefined) {
    source.absences.push(`the identity of a TKE pod: ${families[0].join(", ")} are not all set`);
    return undefined;
  }
  const { providerId, roleArn, given, isFile } = found;
  const sts = new Sts(place.sts, place.site);
  return {
    name: "the identity of a TKE pod",
    mayBeAbsent: false,
    issue: () =>
      sts.assumeRoleWithWebIdentity({ providerId, token: isFile ? readToken(given) : given.trim() }, { roleArn }),
  };
}

/** The file may be missing for a moment while a new token is written. */
function readToken(path: string): string {
  const fail = (why: string) =>
    new CloudError({ kind: "unavailable", message: `the token of the pod's identity, ${path}, ${why}` });
  let token: string;
  try {
    token = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw fail(`cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  if (token === "") throw fail("is empty");
  return token;
}

function resolveMetadataEndpoint(source: Source, { endpoint }: Place): URL | undefined {
  const text = source.get("metadataEndpoint");
  if (text !== undefined) return source.parseUrl("metadataEndpoint", text);
  if (!isLoopback(endpoint)) return new URL("http://metadata.tencentyun.com");
  source.absences.push("the role of a CVM: not tried, since the endpoint is on this machine");
  return undefined;
}
