import type { Params, Rules } from "../server/parameters.js";
import type { Presets } from "../server/presets.js";
import type { Quota } from "../server/quota.js";
import type { LocalWorld } from "./local-world.js";
import type { RegistryWorld } from "./registry-world.js";
import type { TemporaryKeys } from "./sts.js";
import type { VulnerabilityWorld } from "./vulnerability-world.js";

/** The emulated parts of an account at Tencent Cloud. */
export interface TencentAccount {
  readonly site: "intl" | "cn";
  readonly presets: Presets;
  readonly quota: Quota;
  readonly local: LocalWorld;
  readonly registry: RegistryWorld;
  readonly vulnerability: VulnerabilityWorld;
  /** Issues keys of a role for some seconds. The emulator accepts them from now on. */
  issue(seconds: number, now: number, roleArn?: string): TemporaryKeys;
  /** The role of temporary keys; undefined for the account's own keys. */
  findRole(secretId: string): string | undefined;
  /** ARNs of roles that do not exist. */
  readonly absentRoles: ReadonlySet<string>;
}

/** An action: its documented parameters and its effect. */
export interface Action {
  readonly fields: Rules;
  /** Parameters that only the domestic site knows. */
  readonly domestic?: Rules;
  run(account: TencentAccount, params: Params, now: number, secretId: string): object;
}
