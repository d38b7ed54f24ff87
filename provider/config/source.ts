import { join } from "node:path";
import { CloudError } from "../core/errors.js";
import { credentialsFile } from "./credentials-file.js";

/** Looks up one key of the stack's config, such as `tencentcloud:secretId`. */
export type ConfigReader = (key: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The config namespace of an account: `tencentcloud`, or `tencentcloud-prod` for the account "prod".
 * The vendor is the part of a resource's token before its colon.
 */
export function namespaceOf(vendor: string, account: string | undefined): string {
  return account === undefined ? `${vendor}cloud` : `${vendor}cloud-${account}`;
}

/** What there is beside the stack's config. */
export interface Surroundings {
  readonly env?: Environment;
  readonly warn?: Warn;
}

/** Tells the user something that is no reason to stop. */
export type Warn = (text: string) => void;

/**
 * Where the settings of one account come from: the stack's config and, for the default account, the environment and
 * the file of credentials that the vendor's SDKs read.
 */
export class Source {
  readonly namespace: string;
  /** Everything that is missing or wrong, in the order in which it was noticed. */
  readonly problems: string[] = [];
  /** Where credentials were looked for, and why there are none. */
  readonly passed: string[] = [];
  readonly #config: ConfigReader;
  readonly #env: Environment;
  readonly #home: string | undefined;
  readonly #warn: Warn;

  constructor(
    vendor: string,
    account: string | undefined,
    config: ConfigReader,
    { env = process.env, warn = () => undefined }: Surroundings,
  ) {
    this.#warn = warn;
    this.namespace = namespaceOf(vendor, account);
    this.#config = config;
    this.#env = account === undefined ? env : {};
    this.#home = given(env["HOME"]) ?? given(env["USERPROFILE"]);
  }

  /** A key of the stack's config. */
  get(key: string): string | undefined {
    return given(this.#config(`${this.namespace}:${key}`));
  }

  /** The first of these environment variables that is set. */
  env(...names: readonly string[]): string | undefined {
    return names.map((name) => given(this.#env[name])).find((value) => value !== undefined);
  }

  /** Whether this is the account that environment and files are of. */
  get isDefault(): boolean {
    return !this.namespace.includes("-");
  }

  /** A path below the home folder, where there is one. */
  below(path: string): string | undefined {
    return this.#home === undefined ? undefined : join(this.#home, path);
  }

  /** Looks up keys in the vendor's file of credentials: the one that a variable names, else this one below the home folder. */
  file(variable: string, below: string, section: string): (key: string) => string | undefined {
    // Of a named account only its config counts.
    if (!this.isDefault) return () => undefined;
    const named = this.env(variable);
    const path = named ?? this.below(below);
    try {
      const file = path === undefined ? undefined : credentialsFile(path);
      if (file === undefined && named !== undefined)
        this.problems.push(`${variable} names ${named}, which does not exist`);
      else if (file === undefined && path !== undefined) this.passed.push(`${path} does not exist`);
      if (file?.warning !== undefined) this.#warn(file.warning);
      return (key) => file?.get(section, key);
    } catch (error) {
      this.problems.push(`the file of credentials cannot be read: ${(error as Error).message}`);
      return () => undefined;
    }
  }

  /** The one value of environment variables that must not contradict each other. */
  oneOf(...names: readonly string[]): string | undefined {
    const set = names.filter((name) => given(this.#env[name]) !== undefined);
    if (new Set(set.map((name) => this.#env[name])).size > 1) {
      this.problems.push(`the environment variables ${set.join(" and ")} hold different values; unset all but one`);
    }
    return this.env(...set);
  }

  /** The value, or "" and a problem that says how to set it. */
  needed(key: string, value: string | undefined, ...names: readonly string[]): string {
    if (value !== undefined && value !== value.trim()) {
      this.problems.push(`${this.namespace}:${key} begins or ends with a blank`);
    }
    if (value !== undefined) return value;
    const name = `${this.namespace}:${key}`;
    const or = this.isDefault && names.length > 0 ? ` or the environment variable ${names.join(" or ")}` : "";
    this.problems.push(`${name} is not set: pulumi config set ${isPublic(key) ? "" : "--secret "}${name} VALUE${or}`);
    return "";
  }

  /** The root of an endpoint, which may be written as a host name. */
  url(key: string, text: string): URL | undefined {
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

function given(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
