import { randomUUID } from "node:crypto";
import { Emulator } from "../../emulator/index.js";
import { HuaweiClient } from "../../provider/huawei/api/client.js";
import { TencentClient } from "../../provider/tencent/api/client.js";
import type { ExchangeLimits } from "../../provider/transport/exchange.js";
import { Limiter } from "../../provider/transport/limiter.js";
import { FakeClock } from "./fake-clock.js";

/** The actions that start a scan. */
const submits: readonly string[] = [
  "CreateAssetImageScanTask",
  "CreateAssetImageRegistryScanTask",
  "CreateAssetImageRegistryScanTaskOneKey",
  "CreateVulScanTask",
  "CreateManualImageScanTask",
];

export const imageId = (name: string) => ids[name] ?? `sha256:${name}`;
const ids: Record<string, string> = {
  api: "sha256:025a662ce41e3a49035880686229c1ae73cb97140dbf1962d227831da4f0160d",
  web: "sha256:fed603ac7687293f9084d97d1657237eaf4134ca0495cab16318608d2a98eeb0",
};

/** An emulated account on a clock of its own, with our client for it. */
export class Account {
  /** A name that no other test uses: the process remembers tasks by their accounts. */
  readonly name = randomUUID();
  readonly clock = new FakeClock();
  readonly emulator: Emulator;
  /** How the clients that are made from now on speak. */
  http: ExchangeLimits = { deadlineMs: 30_000, maxBytes: 1024 * 1024 };

  private constructor(scanSeconds: number, now?: () => number, site: "intl" | "cn" = "intl") {
    this.emulator = new Emulator({ scanSeconds, now: now ?? this.clock.now, site });
  }

  static async open(scanSeconds = 60, now?: () => number, site?: "intl" | "cn"): Promise<Account> {
    const account = new Account(scanSeconds, now, site);
    await account.emulator.listen();
    return account;
  }

  /** Ends the local scans that run, and later ones at once. */
  finishLocalScans(): void {
    const { local } = this.emulator.tencent;
    for (const running of local.tasks.values()) Object.assign(running, { length: 1, ends: running.begun + 1 });
    local.scanMs = 1;
  }

  client(): TencentClient {
    const { endpoint, secretId, secretKey } = this.emulator.address.tencent;
    const { site } = this.emulator.tencent;
    const connection = { endpoint: new URL(endpoint), site, credentials: { secretId, secretKey } };
    return new TencentClient(connection, new Limiter(this.clock), this.clock, this.http);
  }

  huaweiClient(): HuaweiClient {
    const { endpoint, accessKey, secretKey, projectId, region } = this.emulator.address.huawei;
    const url = new URL(endpoint);
    const auth = { by: "keys", accessKey, secretKey } as const;
    return new HuaweiClient(
      { endpoint: url, iamEndpoint: url, region, projectId, auth },
      new Limiter(this.clock),
      this.clock,
      this.http,
    );
  }

  /** Names of the actions called so far. */
  calls(action?: string): string[] {
    const { tencent, huawei } = this.emulator;
    const names = [...tencent.calls, ...huawei.calls].map((call) => call.action);
    return action === undefined ? names : names.filter((name) => name === action);
  }

  /** Names of the actions that have started a scan. */
  submissions(): string[] {
    return this.calls().filter((action) => submits.includes(action));
  }

  close(): Promise<void> {
    return this.emulator.close();
  }
}
