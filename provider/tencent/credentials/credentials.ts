import type { Source } from "../../credentials/source.js";
import { Refreshing } from "../../transport/refreshing.js";
import type { TencentConnection } from "../api/client.js";
import { asksForMachine, findMachineIssuer, isFederated } from "./machine.js";
import type { Place } from "./place.js";
import { profileVariables, readTencentProfile, type TencentProfile } from "./profile.js";
import { type Role, Sts } from "./sts.js";

// Where the keys of an account come from, in the order of the vendor's own tools.

export type Credentials = Exclude<TencentConnection["credentials"], "unsigned">;
type Lookup = (key: "secretId" | "secretKey" | "token") => string | undefined;

// The vendor's own tools disagree on the name of the session token.
const variables = {
  secretId: ["TENCENTCLOUD_SECRET_ID"],
  secretKey: ["TENCENTCLOUD_SECRET_KEY"],
  token: ["TENCENTCLOUD_SESSION_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN", "TENCENTCLOUD_TOKEN"],
} as const;
const fileKeys = { secretId: "secret_id", secretKey: "secret_key", token: "token" } as const;

/**
 * Uses the first of these: the stack's config (keys, or the name of a profile of tccli), the environment (the same),
 * `~/.tencentcloud/credentials`, the default profile of tccli, the role of a CVM, the identity of a TKE pod. Then assumes
 * another role if one is named. A named account reads only its config; if that names a role and no keys, the default
 * account assumes the role.
 */
export function resolveTencentCredentials(
  source: Source,
  place: Place | undefined,
  base?: () => Credentials,
): Credentials {
  const found = findCredentials(source);
  const role = resolveRole(source, found);
  const hasOwn = found.get !== undefined || found.profile !== undefined || source.get("camRole") !== undefined;
  const isOwn = hasOwn || role === undefined || base === undefined;
  const keys = isOwn ? resolveKeys(source, found, place) : base();
  if (role === undefined || place === undefined) return keys;
  source.noteFound(`the role ${role.roleArn}, which they assume`);
  const sts = new Sts(place.sts, place.site);
  return new Refreshing(role.roleArn, () => sts.assumeRole(keys, role));
}

/** Asks the cloud which account the keys belong to. */
export async function fetchAccount({ sts, site }: Place, credentials: Credentials): Promise<string> {
  return (await new Sts(sts, site).fetchCaller(credentials)).account;
}

interface Found {
  readonly get: Lookup | undefined;
  /** Set if nothing comes before it, or if it was named. */
  readonly profile?: TencentProfile | undefined;
  /** Whether the stack's config, or a named profile, names the keys. Then no environment variable names the role. */
  readonly isExplicit: boolean;
}

/** The first place that has keys. Later ones are not read. */
function findCredentials(source: Source): Found {
  const inConfig = readConfig(source);
  if (hasAny(inConfig)) return noted(source, "the stack's config", { get: inConfig, isExplicit: true });
  if (source.get("profile") !== undefined) return findInProfile(source);
  const inEnvironment = readEnvironment(source);
  if (hasAny(inEnvironment))
    return noted(source, `the environment (${variables.secretId[0]})`, { get: inEnvironment, isExplicit: false });
  if (source.env(...profileVariables) !== undefined) return findInProfile(source);
  const inFile = readFile(source);
  if (hasAny(inFile)) return { get: inFile, isExplicit: false };
  return { ...findInProfile(source), isExplicit: false };
}

function noted(source: Source, place: string, found: Found): Found {
  source.noteFound(place);
  return found;
}

function findInProfile(source: Source): Found {
  const profile = readTencentProfile(source);
  return { get: [readProfile(profile)].find(hasAny), profile, isExplicit: true };
}

function hasAny(get: Lookup): boolean {
  return (["secretId", "secretKey", "token"] as const).some((key) => get(key) !== undefined);
}

function readConfig(source: Source): Lookup {
  return (key) => source.get(key === "token" ? "securityToken" : key);
}

/** The id and the key must come from one place. */
function resolveKeys(source: Source, { get, profile, isExplicit }: Found, place: Place | undefined): Credentials {
  const isOther = get !== undefined || asksForMachine(source, profile);
  if (isOther && !isExplicit && source.get("camRole") === undefined && isFederated(source)) {
    const other = get === undefined ? "the settings name the role of a CVM" : "keys are set";
    const both = ", and a web identity is set in TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID.";
    source.problems.push(`${other}${both} Unset one of them`);
  }
  const issued = get === undefined && place !== undefined ? findMachineIssuer(source, profile, place) : undefined;
  if (issued !== undefined) return issued;
  const found: Lookup = get ?? (() => undefined);
  const keys = {
    secretId: source.require("secretId", found("secretId"), ...variables.secretId),
    secretKey: source.require("secretKey", found("secretKey"), ...variables.secretKey),
    token: source.checkBlanks("securityToken", found("token")),
  };
  if (get === undefined && source.absences.length > 0)
    source.problems.push(`nor elsewhere: ${source.absences.join("; ")}`);
  return keys;
}

function readEnvironment(source: Source): Lookup {
  return (key) => source.readConsistent(...variables[key]);
}

function readFile(source: Source): Lookup {
  const get = source.openFile({
    variable: "TENCENTCLOUD_CREDENTIALS_FILE",
    below: ".tencentcloud/credentials",
    ofAll: "/etc/tencentcloud/credentials",
    section: "default",
    key: fileKeys.secretId,
  });
  return (key) => get(fileKeys[key]);
}

function readProfile(profile: TencentProfile | undefined): Lookup {
  return (key) => (profile?.type === "cvm-role" ? undefined : profile?.[key]);
}

function resolveRole(source: Source, { profile, isExplicit }: Found): Role | undefined {
  const isByVariable = !isExplicit && !isFederated(source);
  const byVariable = isByVariable ? source.env("TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN") : undefined;
  source.refuseEmpty("roleArn");
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
