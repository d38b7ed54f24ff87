import type { Params, Rules } from "../server/parameters.js";
import type { Presets } from "../server/presets.js";
import type { Quota } from "../server/quota.js";
import type { LocalWorld } from "./local-world.js";
import type { RegistryWorld } from "./registry-world.js";
import type { TemporaryKeys } from "./sts.js";
import type { VulnerabilityWorld } from "./vulnerability-world.js";

/** Everything that an account has at Tencent Cloud, as far as it is emulated. */
export interface TencentAccount {
  readonly site: "intl" | "cn";
  readonly presets: Presets;
  readonly quota: Quota;
  readonly local: LocalWorld;
  readonly registry: RegistryWorld;
  readonly vulnerability: VulnerabilityWorld;
  /** Keys of a role, good for some seconds; from then on it accepts them. */
  issue(seconds: number, now: number, roleArn?: string): TemporaryKeys;
  /** The role that keys are of; nothing where they are the account's own. */
  roleOf(secretId: string): string | undefined;
  /** ARNs that nobody has a role for. */
  readonly absentRoles: ReadonlySet<string>;
}

/** An action: its parameters as documented, and what it does. */
export interface Action {
  readonly fields: Rules;
  /** Parameters that only the domestic site knows. */
  readonly domestic?: Rules;
  run(account: TencentAccount, params: Params, now: number, secretId: string): object;
}
