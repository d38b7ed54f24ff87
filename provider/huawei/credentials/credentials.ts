import type { Source } from "../../credentials/source.js";
import { CloudError, describeError, isAbsent } from "../../transport/errors.js";
import { isLoopback } from "../../transport/nearby.js";
import { Refreshing } from "../../transport/refreshing.js";
import type { HuaweiAuth, HuaweiKeys } from "../api/auth.js";
import { type Agency, assumeAgency } from "../api/iam.js";
import { fetchAgencyKeys } from "./metadata.js";
import { type HuaweiProfile, readHuaweiProfile } from "./profile.js";

// Where the credentials of an account come from, in the order of the vendor's own tools.

type Lookup = (key: keyof typeof variables) => string | undefined;

/** Names of the credentials in the environment: first those of the SDKs, then those of Terraform. */
const variables = {
  authToken: [undefined, "HW_AUTH_TOKEN"],
  accessKey: ["HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY"],
  secretKey: ["HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY"],
  securityToken: ["HUAWEICLOUD_SDK_SECURITY_TOKEN", "HW_SECURITY_TOKEN"],
  userName: [undefined, "HW_USER_NAME"],
  userPassword: [undefined, "HW_USER_PASSWORD"],
  domainName: [undefined, "HW_DOMAIN_NAME"],
} as const;

/** Names of the credentials in the file of the SDKs. */
const fileKeys: Partial<Record<keyof typeof variables, string>> = {
  accessKey: "ak",
  secretKey: "sk",
  securityToken: "security_token",
};

const proofs = ["authToken", "accessKey", "secretKey", "securityToken", "userName", "userPassword"] as const;
const has = (get: Lookup) => proofs.some((key) => get(key) !== undefined);

interface Found {
  readonly get: Lookup | undefined;
  readonly profile?: HuaweiProfile | undefined;
  /** Whether the stack's config names the credentials. Then no environment variable names the agency. */
  readonly isExplicit: boolean;
}

/** The first place that has credentials. Later ones are not read: a set of credentials comes from one place. */
function findCredentials(source: Source): Found {
  const configured: Lookup = (key) => source.get(key);
  if (has(configured)) {
    source.noteFound("the stack's config");
    return { get: configured, isExplicit: true };
  }
  const profile = readHuaweiProfile(source);
  const profiled: Lookup = (key) => profile?.[key as keyof HuaweiProfile];
  if (profile !== undefined) return { get: profiled, profile, isExplicit: source.get("profile") !== undefined };
  const places: readonly Lookup[] = [
    (key) => source.env(variables[key][0] ?? ""),
    (key) => source.env(variables[key][1]),
  ];
  const inEnvironment = places.find(has);
  if (inEnvironment === undefined) return { get: [readFile(source)].find(has), isExplicit: false };
  source.noteFound(
    `the environment of ${inEnvironment === places[0] ? "the SDKs (HUAWEICLOUD_SDK_…)" : "Terraform (HW_…)"}`,
  );
  return { get: inEnvironment, isExplicit: false };
}

interface Place {
  readonly endpoint: URL | undefined;
  readonly iamEndpoint: URL | undefined;
  /** The credentials of the default account, which assume the agency of a named account that has none of its own. */
  readonly base: (() => HuaweiAuth) | undefined;
}

/**
 * Uses the first of these: the stack's config, a profile of hcloud that is named, the environment of the SDKs, that of
 * Terraform, `~/.huaweicloud/credentials`, the agency of an ECS. It assumes another agency if one is named.
 */
export function resolveHuaweiAuth(source: Source, { endpoint, iamEndpoint, base }: Place): HuaweiAuth {
  const found = findCredentials(source);
  const { get } = found;
  const agency = resolveAgency(source, found);
  const isOwn = get !== undefined || agency === undefined || base === undefined;
  const auth = isOwn ? resolveOwnAuth(source, get, endpoint) : base();
  if (agency === undefined || iamEndpoint === undefined) return auth;
  source.noteFound(`the agency ${agency.agencyName}, which they assume`);
  const issue = (now: number) => assumeAgency({ auth, iam: iamEndpoint, now }, agency);
  return { by: "issued", keys: new Refreshing(`${agency.domainName ?? agency.domainId}/${agency.agencyName}`, issue) };
}

function resolveOwnAuth(source: Source, get: Lookup | undefined, endpoint: URL | undefined): HuaweiAuth {
  if (get !== undefined) return toAuth(source, get);
  const machine = endpoint === undefined ? undefined : resolveMetadataEndpoint(source, endpoint);
  if (machine !== undefined && source.isDefault) return { by: "issued", keys: issueOnMachine(source, machine) };
  const missing = toAuth(source, () => undefined);
  if (source.absences.length > 0) source.problems.push(`nor elsewhere: ${source.absences.join("; ")}`);
  return missing;
}

/** Keys of the machine's agency. If there is none, throws one error that lists every place without credentials. */
function issueOnMachine(source: Source, machine: URL): Refreshing<HuaweiKeys> {
  let hasIssued = false;
  return new Refreshing("this machine", async () => {
    try {
      const issued = await fetchAgencyKeys(machine);
      if (!hasIssued) source.noteFound("the agency of an ECS");
      hasIssued = true;
      return issued;
    } catch (error) {
      // The machine has an agency, or its metadata service failed and may answer the next time.
      if (hasIssued || !isAbsent(error)) throw error;
      const reasons = [...source.absences, `the agency of an ECS: ${describeError(error)}`];
      const message =
        "Huawei Cloud cannot be used, since no credentials were found. Set huaweicloud:accessKey and " +
        "huaweicloud:secretKey (pulumi config set --secret huaweicloud:accessKey VALUE), or the environment variables " +
        `HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK. No other place has keys: ${reasons.join("; ")}`;
      throw new CloudError({ kind: "config", message });
    }
  });
}

function resolveMetadataEndpoint(source: Source, endpoint: URL): URL | undefined {
  const text = source.get("metadataEndpoint");
  if (text !== undefined) return source.parseUrl("metadataEndpoint", text);
  if (!isLoopback(endpoint)) return new URL("http://169.254.169.254");
  source.absences.push("the agency of an ECS: not tried, since the endpoint is on this machine");
  return undefined;
}

/** The name and the account of an agency must come from one place. */
function resolveAgency(source: Source, { profile, isExplicit }: Found): Agency | undefined {
  source.refuseEmpty("agencyName");
  const configured = {
    agencyName: source.get("agencyName"),
    domainName: source.get("agencyDomainName"),
    domainId: source.get("agencyDomainId"),
  };
  const byVariable = {
    agencyName: source.env("HW_ASSUME_ROLE_AGENCY_NAME"),
    domainName: source.env("HW_ASSUME_ROLE_DOMAIN_NAME"),
    domainId: source.env("HW_ASSUME_ROLE_DOMAIN_ID"),
  };
  const profiled = { agencyName: profile?.agencyName, domainName: profile?.agencyDomainName, domainId: undefined };
  const places = [configured, ...(isExplicit ? [] : [byVariable]), profiled];
  const found = places.find(({ agencyName }) => agencyName !== undefined);
  const isHalf = configured.agencyName === undefined && (configured.domainName ?? configured.domainId) !== undefined;
  if (isHalf) source.problems.push(`${source.namespace}:agencyName is not set, but the account of an agency is`);
  if (found?.agencyName === undefined) return undefined;
  const { agencyName, domainName, domainId } = found;
  const seconds = source.get("agencySeconds") ?? source.env("HW_ASSUME_ROLE_DURATION");
  if (seconds !== undefined && !(/^[1-9]\d{2,4}$/.test(seconds) && Number(seconds) >= 900 && Number(seconds) <= 86_400))
    source.problems.push(
      `${source.namespace}:agencySeconds is "${seconds}", not a number of seconds from 900 to 86400`,
    );
  if (domainName === undefined && domainId === undefined)
    source.problems.push(
      `${source.namespace}:agencyDomainName is not set: write the account that owns the agency ${agencyName}`,
    );
  return { agencyName, domainName, domainId, seconds: seconds === undefined ? undefined : Number(seconds) };
}

function readFile(source: Source): Lookup {
  const get = source.openFile({
    variable: "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
    below: ".huaweicloud/credentials",
    section: "basic",
    key: "ak",
  });
  return (key) => get(fileKeys[key] ?? "");
}

function toAuth(source: Source, get: Lookup): HuaweiAuth {
  const needed = (key: keyof typeof variables) =>
    source.require(key, get(key), ...variables[key].filter((name) => name !== undefined));
  const token = get("authToken");
  if (token !== undefined) return { by: "token", token: needed("authToken") };
  const isPassword = get("accessKey") === undefined && get("secretKey") === undefined;
  if (isPassword && (get("userName") ?? get("userPassword")) !== undefined) {
    return {
      by: "password",
      userName: needed("userName"),
      password: needed("userPassword"),
      domainName: needed("domainName"),
    };
  }
  return {
    by: "keys",
    accessKey: needed("accessKey"),
    secretKey: needed("secretKey"),
    securityToken: source.checkBlanks("securityToken", get("securityToken")),
  };
}
