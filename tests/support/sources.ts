import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { HuaweiClient } from "../../provider/huawei/api/client.js";
import { resolveHuaweiConnection } from "../../provider/huawei/credentials/connection.js";
import { TencentClient } from "../../provider/tencent/api/client.js";
import { resolveTencentConnection } from "../../provider/tencent/credentials/connection.js";
import { Limiter } from "../../provider/transport/limiter.js";
import { Account } from "./account.js";

export type Settings = Record<string, string>;

/** An emulated account, and a home folder with what the vendors' tools leave there. */
export class Sources {
  readonly account: Account;
  readonly warnings: string[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "sources-"));

  private constructor(account: Account) {
    this.account = account;
  }

  static async open(): Promise<Sources> {
    return new Sources(await Account.open());
  }

  async close(): Promise<void> {
    await this.account.close();
    rmSync(this.folder, { recursive: true });
  }

  /** A file in the home folder. */
  write(path: string, content: object | string): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
    return file;
  }

  #surroundings(env: Settings) {
    return { env: { HOME: this.folder, ...env }, warn: (text: string) => void this.warnings.push(text) };
  }

  /** A client of TCSS, as config and environment have it; for the account of that name. */
  tencent(config: Settings, env: Settings = {}, name?: string): TencentClient {
    const { account } = this;
    const all: Settings = { "tencentcloud:endpoint": account.emulator.address.url, ...config };
    if (name !== undefined) all[`tencentcloud-${name}:endpoint`] = account.emulator.address.url;
    const connection = resolveTencentConnection(name, (key) => all[key], this.#surroundings(env));
    return new TencentClient(connection, new Limiter(account.clock), account.clock, account.http);
  }

  tencentKeys(): Settings {
    const { secretId, secretKey } = this.account.emulator.address.tencent;
    return { "tencentcloud:secretId": secretId, "tencentcloud:secretKey": secretKey };
  }

  /** A client of HSS, likewise. */
  huawei(config: Settings, env: Settings = {}, name?: string): HuaweiClient {
    const { account } = this;
    const { endpoint, iamEndpoint, projectId } = account.emulator.address.huawei;
    const namespace = name === undefined ? "huaweicloud" : `huaweicloud-${name}`;
    const all: Settings = {
      ...named("huaweicloud", { endpoint, iamEndpoint, projectId }),
      ...named(namespace, { endpoint, iamEndpoint, projectId }),
      ...config,
    };
    const connection = resolveHuaweiConnection(name, (key) => all[key], this.#surroundings(env));
    return new HuaweiClient(connection, new Limiter(account.clock), account.clock, account.http);
  }

  huaweiKeys(): Settings {
    const { accessKey, secretKey } = this.account.emulator.address.huawei;
    return named("huaweicloud", { accessKey, secretKey });
  }
}

/** Settings below a namespace. */
export function named(namespace: string, settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${namespace}:${key}`, value]));
}
