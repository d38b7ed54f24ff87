import { type ConfigReader, formatNamespace, type Warn } from "./credentials/source.js";
import type { HuaweiAuth } from "./huawei/api/auth.js";
import { HuaweiClient } from "./huawei/api/client.js";
import { resolveHuaweiConnection } from "./huawei/credentials/connection.js";
import { identifyCaller, TencentClient } from "./tencent/api/client.js";
import { resolveTencentConnection } from "./tencent/credentials/connection.js";
import { sha256Hex } from "./transport/digest.js";
import type { Limiter } from "./transport/limiter.js";

/** Where in an account something is, as far as that differs from the account's settings. */
type Place = Readonly<Record<string, unknown>>;

/** What all accounts share. */
interface Given {
  readonly limiter: Limiter;
  readonly warn: Warn;
}

/** A vendor's cloud, as far as it differs from the other. */
interface Cloud {
  client(account: string | undefined, config: ConfigReader, given: Given): unknown;
  /** What a place in an account is reached with: two names for it are one place. */
  identity(account: string | undefined, config: ConfigReader, place: Place): string;
}

/** By the part of a resource's token before the colon. */
const clouds: Readonly<Record<string, Cloud>> = {
  tencent: {
    client: (account, config, { limiter, warn }) =>
      new TencentClient(resolveTencentConnection(account, config, { warn }), limiter),
    identity: (account, config) => {
      const { endpoint, credentials } = resolveTencentConnection(account, config);
      return `${endpoint.host} ${identifyCaller(credentials)}`;
    },
  },
  huawei: {
    client: (account, config, { limiter, warn }) =>
      new HuaweiClient(resolveHuaweiConnection(account, config, { warn }), limiter),
    identity: (account, config, place) => {
      const { endpoint, auth, ...defaults } = resolveHuaweiConnection(account, config);
      const who = identifyHuaweiCaller(auth);
      const project = place["projectId"] ?? defaults.projectId ?? defaults.projectName;
      const enterprise = place["enterpriseProjectId"] ?? defaults.enterpriseProjectId ?? "0";
      return [endpoint.host, who, project, enterprise].join(" ");
    },
  },
};

function identifyHuaweiCaller(auth: HuaweiAuth): string {
  if (auth.by === "keys") return auth.accessKey;
  if (auth.by === "issued") return auth.keys.identity;
  return auth.by === "password" ? `${auth.domainName}/${auth.userName}` : sha256Hex(auth.token);
}

/** The accounts of one cloud, by the names that a program gives them. */
export class Accounts {
  readonly #vendor: string;
  readonly #cloud: Cloud;
  readonly #config: () => ConfigReader;
  readonly #given: Given;
  readonly #clients = new Map<string, unknown>();

  constructor(vendor: string, config: () => ConfigReader, given: Given) {
    const cloud = Object.hasOwn(clouds, vendor) ? clouds[vendor] : undefined;
    if (cloud === undefined) throw new Error(`this version of pulumi-image-scan knows no cloud "${vendor}"`);
    this.#vendor = vendor;
    this.#cloud = cloud;
    this.#config = config;
    this.#given = given;
  }

  client = (account: string | undefined): unknown => {
    const name = formatNamespace(this.#vendor, account);
    const client = this.#clients.get(name) ?? this.#cloud.client(account, this.#config(), this.#given);
    this.#clients.set(name, client);
    return client;
  };

  key = (account: string | undefined, place: object): string => {
    try {
      return this.#cloud.identity(account, this.#config(), place as Place);
    } catch {
      // Without credentials nothing can be written, and the names are the only difference there is.
      return JSON.stringify([formatNamespace(this.#vendor, account), place]);
    }
  };
}
