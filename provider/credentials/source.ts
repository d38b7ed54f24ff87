import { join } from "node:path";
import { CloudError } from "../transport/errors.js";
import { readCredentialsFile } from "./credentials-file.js";

/** Looks up one key of the stack's config, such as `tencentcloud:secretId`. */
export type ConfigReader = (key: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The config namespace of an account: `tencentcloud`, or `tencentcloud-prod` for the account "prod".
 * The vendor is the part of a resource's token before its colon.
 */
export function formatNamespace(vendor: string, account: string | undefined): string {
  return account === undefined ? `${vendor}cloud` : `${vendor}cloud-${account}`;
}

/** Other sources of settings than the stack's config. */
export interface Surroundings {
  readonly env?: Environment;
  readonly warn?: Warn;
  /** Receives each place in which credentials were found, in words. */
  readonly noteFound?: (place: string) => void;
}

/** Warns the user. */
export type Warn = (text: string) => void;

/** The possible places of the vendor's credentials file. */
interface CredentialsPlaces {
  /** The environment variable that names the file. If it is set, no other place is tried. */
  readonly variable: string;
  /** The path in the home folder. */
  readonly below: string;
  /** The path for all users of a machine. */
  readonly ofAll?: string;
  readonly section: string;
  /** A key that the section has if it holds credentials. */
  readonly key: string;
}

/**
 * The sources of one account's settings: the stack's config and, for the default account, the environment and
 * the file of credentials that the vendor's SDKs read.
 */
export class Source {
  readonly namespace: string;
  /** Everything that is missing or wrong, in the order in which it was noticed. */
  readonly problems: string[] = [];
  /** The places without credentials, each with the reason. */
  readonly absences: string[] = [];
  readonly #config: ConfigReader;
  readonly #env: Environment;
  readonly #home: string | undefined;
  readonly #warn: Warn;
  /** Notes where credentials were found. */
  readonly noteFound: (place: string) => void;

  constructor(
    vendor: string,
    account: string | undefined,
    config: ConfigReader,
    { env = process.env, warn = () => undefined, noteFound = () => undefined }: Surroundings,
  ) {
    this.#warn = warn;
    this.noteFound = noteFound;
    this.namespace = formatNamespace(vendor, account);
    this.#config = config;
    this.#env = account === undefined ? env : {};
    this.#home = dropEmpty(env["HOME"]) ?? dropEmpty(env["USERPROFILE"]);
  }

  /** A key of the stack's config. */
  get(key: string): string | undefined {
    return dropEmpty(this.#config(`${this.namespace}:${key}`));
  }

  /** The first of these environment variables that is set. */
  env(...names: readonly string[]): string | undefined {
    return names.map((name) => dropEmpty(this.#env[name])).find((value) => value !== undefined);
  }

  /** Whether this is the account that environment variables and files are for. */
  get isDefault(): boolean {
    return !this.namespace.includes("-");
  }

  /** A path in the home folder, if there is one. */
  resolveInHome(path: string): string | undefined {
    return this.#home === undefined ? undefined : join(this.#home, path);
  }

  /** Looks up keys in the vendor's file of credentials: the first that exists. */
  openFile({ variable, below, ofAll, section, key }: CredentialsPlaces): (key: string) => string | undefined {
    // A named account reads only its config.
    if (!this.isDefault) return () => undefined;
    const named = this.env(variable);
    const paths = (named === undefined ? [this.resolveInHome(below), ofAll] : [named]).filter(
      (path) => path !== undefined,
    );
    try {
      for (const path of paths) {
        const file = readCredentialsFile(path);
        if (file === undefined) {
          this.#noteAbsent(path, named === undefined ? undefined : variable);
          continue;
        }
        if (file.warning !== undefined) this.#warn(file.warning);
        if (file.get(section, key) === undefined) this.absences.push(`${path} has no ${key} in [${section}]`);
        else this.noteFound(`the file ${path}`);
        return (one) => file.get(section, one);
      }
      return () => undefined;
    } catch (error) {
      this.problems.push(`the credentials file cannot be read: ${(error as Error).message}`);
      return () => undefined;
    }
  }

  #noteAbsent(path: string, variable: string | undefined): void {
    if (variable === undefined) this.absences.push(`${path} does not exist`);
    else this.problems.push(`${variable} names ${path}, which does not exist`);
  }

  /** Warns the user. */
  warn(text: string): void {
    this.#warn(text);
  }

  /** Whether a key is in the stack's config, though it may be empty. */
  isSet(key: string): boolean {
    return this.#config(`${this.namespace}:${key}`) !== undefined;
  }

  /** Notes a key that is set to an empty text, for example by a shell variable that was not set. */
  refuseEmpty(key: string): void {
    if (this.isSet(key) && this.get(key) === undefined) this.problems.push(`${this.namespace}:${key} is empty`);
  }

  /** The one value of several environment variables. They must not contradict each other. */
  readConsistent(...names: readonly string[]): string | undefined {
    const set = names.filter((name) => dropEmpty(this.#env[name]) !== undefined);
    if (new Set(set.map((name) => this.#env[name])).size > 1) {
      this.problems.push(`the environment variables ${set.join(" and ")} hold different values; unset all but one`);
    }
    return this.env(...set);
  }

  /** The value. If there is none: "", and a problem that says how to set it. */
  require(key: string, value: string | undefined, ...names: readonly string[]): string {
    if (value !== undefined) return this.checkBlanks(key, value) as string;
    const name = `${this.namespace}:${key}`;
    const or = this.isDefault && names.length > 0 ? ` or the environment variable ${names.join(" or ")}` : "";
    this.problems.push(`${name} is not set: pulumi config set ${isPublic(key) ? "" : "--secret "}${name} VALUE${or}`);
    return "";
  }

  /** The value. Notes a problem if a blank or the end of a line was copied with it. */
  checkBlanks(key: string, value: string | undefined): string | undefined {
    if (value !== value?.trim())
      this.problems.push(`the value for ${this.namespace}:${key} begins or ends with a blank`);
    return value;
  }

  /** The root of an endpoint, which may be written as a host name. */
  parseUrl(key: string, text: string): URL | undefined {
    const url = URL.parse(text.includes("://") ? text : `https://${text}`);
    if (url !== null && url.username === "" && url.password === "") return new URL("/", url);
    this.problems.push(`${this.namespace}:${key} is not a host name or URL`);
    return undefined;
  }

  /** Throws one `config` error for all problems. */
  refuse(cloud: string): never {
    throw new CloudError({ kind: "config", message: `${cloud} cannot be used: ${this.problems.join("; ")}` });
  }
}

function isPublic(key: string): boolean {
  return key === "region" || key === "projectId";
}

function dropEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
