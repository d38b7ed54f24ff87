import { readFileSync } from "node:fs";
import { CloudError, messageOf } from "../core/errors.js";
import { isLoopback } from "../core/http.js";
import { type Issued, Renewed } from "../core/renewed.js";
import type { TencentConnection } from "../tencent/client.js";
import { roleOfMachine } from "../tencent/metadata.js";
import type { TencentCredentials } from "../tencent/sign.js";
import { type Role, Sts } from "../tencent/sts.js";
import type { Source } from "./source.js";
import { type TencentProfile, tencentProfile } from "./tencent-profile.js";

// Where the keys of an account come from, in the order of the vendor's own tools.

export type Credentials = Exclude<TencentConnection["credentials"], "unsigned">;
type Lookup = (key: "secretId" | "secretKey" | "token") => string | undefined;

/** Where calls for keys go. */
export interface Place {
  readonly endpoint: URL;
  readonly site: TencentConnection["site"];
}

// The vendor's own tools disagree on the name of the session token.
const variables = {
  secretId: ["TENCENTCLOUD_SECRET_ID"],
  secretKey: ["TENCENTCLOUD_SECRET_KEY"],
  token: ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"],
} as const;
const fileKeys = { secretId: "secret_id", secretKey: "secret_key", token: "token" } as const;

/**
 * Stack config, environment, `~/.tencentcloud/credentials`, the profile of tccli, the role of a CVM, the identity of a
 * TKE pod; and on top of the first of them that there is, a role to assume. Of a named account nothing but its config
 * counts; a role alone is assumed by who the default account is.
 */
export function tencentCredentials(source: Source, place: Place | undefined, base?: () => Credentials): Credentials {
  const found = lookedUp(source);
  const role = roleOf(source, found.profile);
  const isOwn = found.get !== undefined || role === undefined || base === undefined;
  const keys = isOwn ? keysOf(source, found, place) : base();
  if (role === undefined || place === undefined) return keys;
  const sts = new Sts(stsEndpoint(source, place), place.site);
  return new Renewed(role.roleArn, () => sts.assumeRole(keys, role));
}

/** Tells whose keys they are. */
export function accountOf(source: Source, place: Place, credentials: Credentials): Promise<string> {
  return new Sts(stsEndpoint(source, place), place.site).accountOf(credentials);
}

interface Found {
  readonly get: Lookup | undefined;
  /** Only where nothing comes before it, or where it was asked for by its name. */
  readonly profile?: TencentProfile | undefined;
}

/** The first place that has keys; those behind it are not even read. */
function lookedUp(source: Source): Found {
  const isAsked = source.get("profile") !== undefined;
  const before = [configured(source), ...(isAsked ? [] : [environment(source)])].find(has);
  const get = before ?? (isAsked ? undefined : [filed(source)].find(has));
  if (get !== undefined) return { get };
  const profile = tencentProfile(source);
  return { get: [profiled(profile)].find(has), profile };
}

function has(get: Lookup): boolean {
  return (["secretId", "secretKey", "token"] as const).some((key) => get(key) !== undefined);
}

function configured(source: Source): Lookup {
  return (key) => source.get(key === "token" ? "securityToken" : key);
}

/** All of a set from one place: an id from one with a key from another would be a pair that nobody issued. */
function keysOf(source: Source, { get, profile }: Found, place: Place | undefined): Credentials {
  const later = get === undefined && place !== undefined ? issuers(source, profile, place) : [];
  if (later.length > 0) return ofThisMachine(source, later);
  const found: Lookup = get ?? (() => undefined);
  const keys = {
    secretId: source.needed("secretId", found("secretId"), ...variables.secretId),
    secretKey: source.needed("secretKey", found("secretKey"), ...variables.secretKey),
    token: found("token"),
  };
  if (get === undefined && source.passed.length > 0) source.problems.push(`nor elsewhere: ${source.passed.join("; ")}`);
  return keys;
}

function environment(source: Source): Lookup {
  return (key) => source.oneOf(...variables[key]);
}

function filed(source: Source): Lookup {
  const get = source.file("TENCENTCLOUD_CREDENTIALS_FILE", ".tencentcloud/credentials", "default");
  return (key) => get(fileKeys[key]);
}

function profiled(profile: TencentProfile | undefined): Lookup {
  return (key) => (profile?.type === "cvm-role" ? undefined : profile?.[key]);
}

interface Issuer {
  readonly name: string;
  issue(now: number): Promise<Issued<TencentCredentials>>;
}

/** What issues keys to who runs in the right place; to be asked only where nothing else has any. */
function issuers(source: Source, profile: TencentProfile | undefined, place: Place): Issuer[] {
  const machine = metadataEndpoint(source, place);
  const role = source.get("camRole") ?? source.env("TENCENTCLOUD_CAM_ROLE_NAME") ?? profile?.camRole;
  const pod = podIdentity(source, place);
  return [
    ...(machine === undefined || !source.isDefault
      ? []
      : [{ name: "the role of a CVM", issue: () => roleOfMachine(machine, role) }]),
    ...(pod === undefined ? [] : [pod]),
  ];
}

/** Keys of the first that has some; from then on only that one is asked, and what it fails with may pass. */
function ofThisMachine(source: Source, from: readonly Issuer[]): Renewed<TencentCredentials> {
  let chosen: Issuer | undefined;
  return new Renewed("this machine", async (now) => {
    if (chosen !== undefined) return chosen.issue(now);
    const { issuer, issued } = await firstOf(source, from, now);
    chosen = issuer;
    return issued;
  });
}

/** Throws one error for all that had none. */
async function firstOf(
  source: Source,
  from: readonly Issuer[],
  now: number,
): Promise<{ readonly issuer: Issuer; readonly issued: Issued<TencentCredentials> }> {
  const reasons = [`tencentcloud:secretId is not set (pulumi config set --secret tencentcloud:secretId VALUE)`];
  reasons.push("TENCENTCLOUD_SECRET_ID is not set", ...source.passed);
  for (const issuer of from) {
    try {
      return { issuer, issued: await issuer.issue(now) };
    } catch (error) {
      reasons.push(`${issuer.name}: ${messageOf(error)}`);
    }
  }
  const message = `Tencent Cloud cannot be used, since no credentials were found: ${reasons.join("; ")}`;
  throw new CloudError({ kind: "config", message });
}

/** A TKE pod, or whoever else has a token of a provider of identities; the file is read anew each time. */
function podIdentity(source: Source, place: Place): Issuer | undefined {
  const providerId = source.env("TKE_PROVIDER_ID", "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID");
  const roleArn = source.env("TKE_ROLE_ARN", "TENCENTCLOUD_ASSUME_ROLE_ARN");
  const file = source.env("TKE_WEB_IDENTITY_TOKEN_FILE", "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE");
  const given = source.env("TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN");
  if (providerId === undefined || roleArn === undefined || (file ?? given) === undefined) {
    source.passed.push(
      "the identity of a TKE pod: TKE_PROVIDER_ID, TKE_ROLE_ARN and TKE_WEB_IDENTITY_TOKEN_FILE are not all set",
    );
    return undefined;
  }
  const sts = new Sts(stsEndpoint(source, place), place.site);
  return {
    name: "the identity of a TKE pod",
    issue: () => {
      const token = (file === undefined ? given : readFileSync(file, "utf8"))?.trim() ?? "";
      return sts.assumeRoleWithWebIdentity({ providerId, token }, { roleArn });
    },
  };
}

function roleOf(source: Source, profile: TencentProfile | undefined): Role | undefined {
  // With a token of a provider of identities the role is not assumed by keys.
  const isFederated = source.env("TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID") !== undefined;
  const byVariable = isFederated ? undefined : source.env("TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN");
  const roleArn = source.get("roleArn") ?? byVariable ?? profile?.roleArn;
  if (roleArn === undefined) return undefined;
  const seconds = source.get("roleSessionSeconds") ?? source.env("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION");
  if (seconds !== undefined && !(/^[1-9]\d{0,4}$/.test(seconds) && Number(seconds) <= 43_200)) {
    source.problems.push(`${source.namespace}:roleSessionSeconds is "${seconds}", not a number of seconds up to 43200`);
  }
  return {
    roleArn,
    sessionName:
      source.get("roleSessionName") ??
      source.env("TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME", "TENCENTCLOUD_ROLE_SESSION_NAME") ??
      profile?.roleSessionName,
    seconds: seconds === undefined ? undefined : Number(seconds),
    externalId: source.get("roleExternalId") ?? source.env("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID"),
  };
}

const stsHosts = { intl: "sts.intl.tencentcloudapi.com", cn: "sts.tencentcloudapi.com" } as const;

function stsEndpoint(source: Source, { endpoint, site }: Place): URL {
  const text = source.get("stsEndpoint");
  const given = text === undefined ? undefined : source.url("stsEndpoint", text);
  // An emulator serves both; its keys have no business at the real cloud.
  return given ?? (isLoopback(endpoint) ? endpoint : new URL(`https://${stsHosts[site]}`));
}

function metadataEndpoint(source: Source, { endpoint }: Place): URL | undefined {
  const text = source.get("metadataEndpoint");
  if (text !== undefined) return source.url("metadataEndpoint", text);
  if (!isLoopback(endpoint)) return new URL("http://metadata.tencentyun.com");
  source.passed.push("the role of a CVM: not asked for, since the endpoint is on this machine");
  return undefined;
}
