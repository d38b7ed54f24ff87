import { type ConfigReader, formatNamespace, type Warn } from "./credentials/source.js";
import type { Limiter } from "./transport/limiter.js";

/** A part of an account, such as a project, if the resource names one. */
type Place = Readonly<Record<string, unknown>>;

/** What all accounts share. */
interface Given {
  readonly limiter: Limiter;
  readonly warn: Warn;
}

/** A vendor's cloud, as far as it differs from the others. */
export interface Cloud {
  client(account: string | undefined, config: ConfigReader, given: Given): unknown;
  /** A text that identifies who calls, without a secret. It is the same for all parts of an account. */
  caller(account: string | undefined, config: ConfigReader): string;
  /** A text that identifies a part of an account. Two names of the same part give the same text. */
  identity(account: string | undefined, config: ConfigReader, place: Place): string;
}

type Tencent = typeof import("./tencent/cloud.js");
type Huawei = typeof import("./huawei/cloud.js");

/** By the part of a resource's token before the colon. Each is loaded at its first use. */
const clouds: Readonly<Record<string, () => Cloud>> = {
  tencent: () => (require("./tencent/cloud.js") as Tencent).tencentCloud,
  huawei: () => (require("./huawei/cloud.js") as Huawei).huaweiCloud,
};

/** The accounts of one cloud, by the names that a program gives them. */
export class Accounts {
  readonly #vendor: string;
  readonly #load: () => Cloud;
  readonly #config: () => ConfigReader;
  readonly #given: Given;
  readonly #clients = new Map<string, unknown>();

  constructor(vendor: string, config: () => ConfigReader, given: Given) {
    const load = Object.hasOwn(clouds, vendor) ? clouds[vendor] : undefined;
    if (load === undefined) throw new Error(`this version of pulumi-image-scan knows no cloud "${vendor}"`);
    this.#vendor = vendor;
    this.#load = load;
    this.#config = config;
    this.#given = given;
  }

  client = (account: string | undefined): unknown => {
    const name = formatNamespace(this.#vendor, account);
    const client = this.#clients.get(name) ?? this.#load().client(account, this.#config(), this.#given);
    this.#clients.set(name, client);
    return client;
  };

  key = (account: string | undefined, place: object): string =>
    this.#identify(account, place, (cloud) => cloud.identity(account, this.#config(), place as Place));

  /** Who calls with the keys of an account. */
  caller = (account: string | undefined): string =>
    this.#identify(account, {}, (cloud) => `${this.#vendor} ${cloud.caller(account, this.#config())}`);

  #identify(account: string | undefined, place: object, identify: (cloud: Cloud) => string): string {
    const cloud = this.#load();
    try {
      return identify(cloud);
    } catch {
      // Without credentials, nothing can be written. So the names are enough.
      return JSON.stringify([formatNamespace(this.#vendor, account), place]);
    }
  }
}
