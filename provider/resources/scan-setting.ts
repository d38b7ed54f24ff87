import * as pulumi from "@pulumi/pulumi";
import type { SettingKind, SettingOnDelete } from "../lifecycle/setting-kind.js";
import { settingType } from "../model/resource-types.js";
import { refuseConfigMistakes } from "./config-mistakes.js";
import { DynamicResource } from "./dynamic-resource.js";
import type { InputsOf } from "./inputs-of.js";

/** Arguments of each setting. */
export interface SettingOptions {
  /**
   * Name of the account, for programs with several accounts: letters, digits, `-` and `_`. With `"prod"`, settings and
   * keys come from the config namespace `tencentcloud-prod` or `huaweicloud-prod`. Another account replaces the resource.
   * @default the namespace `tencentcloud` or `huaweicloud`
   */
  readonly account?: string;
  /**
   * What `pulumi destroy` does to the schedule.
   *
   * - `"restore"`: it writes the previous schedule. If that was off or cannot be written, it switches the schedule off.
   * - `"disable"`: it switches the schedule off.
   * - `"retain"`: it writes nothing.
   * @default "restore"
   */
  readonly onDelete?: pulumi.Input<SettingOnDelete>;
}

/** Outputs of each setting. */
export interface SettingOutputs<Values> {
  /** The schedule before this resource took it over. Undefined if there was none. */
  readonly previous: pulumi.Output<Partial<Values> | undefined>;
  /** When the schedule ran last, in the cloud's form. From the last update or refresh. */
  readonly lastScanTime: pulumi.Output<string | undefined>;
  /** Result of this run: `Success`, `InsufficientLicense`, `ImageNeedIsEmpty` or `InternalError`. */
  readonly scanResult: pulumi.Output<string | undefined>;
}

/** The values of a setting, each of which can be an output, and the arguments of each setting. */
export type SettingArgs<Values> = InputsOf<Values> & SettingOptions;

export interface SettingClass<Values> {
  /** @internal */
  readonly __pulumiType: string;
  new (
    name: string,
    args: SettingArgs<Values>,
    opts?: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource & SettingOutputs<Values>;
}

/** The settings declared so far, by run of a program. One process can run several programs. */
const declared = new WeakMap<object, Map<string, string>>();
const withoutStack = {};

/** The resource class of a kind of setting. */
export function scanSettingClass<Client, Values extends object>(
  kind: SettingKind<Client, Values>,
): SettingClass<Values> {
  class Setting extends DynamicResource {
    static readonly __pulumiType = settingType(kind.token);
    declare readonly previous: pulumi.Output<Partial<Values> | undefined>;
    declare readonly lastScanTime: pulumi.Output<string | undefined>;
    declare readonly scanResult: pulumi.Output<string | undefined>;

    constructor(name: string, given: SettingArgs<Values>, opts?: pulumi.CustomResourceOptions) {
      // A JavaScript program can leave them out. The check then says what is missing.
      const args = given ?? ({} as SettingArgs<Values>);
      refuseConfigMistakes(kind.token, args.account);
      refuseSecond(kind, args, name);
      const outputs = { previous: undefined, undeclared: undefined, lastScanTime: undefined, scanResult: undefined };
      super(Setting.__pulumiType, kind.token, name, { ...outputs, ...args }, opts);
    }
  }
  return Setting;
}

function refuseSecond<Client, Values extends object>(
  { token, place }: SettingKind<Client, Values>,
  args: SettingArgs<Values>,
  name: string,
): void {
  const where = place.map((property) => args[property as keyof typeof args]);
  // A place that is known only later cannot be compared here.
  if (where.some((value) => value !== undefined && typeof value !== "string")) return;
  const { account } = args;
  const run = pulumi.runtime.getStackResource() ?? withoutStack;
  const settings = declared.get(run) ?? new Map<string, string>();
  declared.set(run, settings);
  const key = JSON.stringify([token, account, ...where]);
  const other = settings.get(key);
  if (other !== undefined) {
    const which = account === undefined ? "an account" : `the account "${account}"`;
    const others = ["account", ...place].join(" or ");
    throw new pulumi.RunError(
      `${token} "${name}": "${other}" declares this setting already, and ${which} has only one. Remove one of them, or give it another ${others}.`,
    );
  }
  settings.set(key, name);
}
