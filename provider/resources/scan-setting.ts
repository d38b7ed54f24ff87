import * as pulumi from "@pulumi/pulumi";
import type { SettingKind, SettingOnDelete } from "../lifecycle/setting-kind.js";
import { settingType } from "../model/resource-types.js";
import { refuseConfigMistakes } from "./config-mistakes.js";
import { DynamicResource } from "./dynamic-resource.js";
import type { InputsOf } from "./inputs-of.js";

/** Arguments that every setting takes. */
export interface SettingOptions {
  /**
   * Name of the account, for programs that use several: "prod" reads its credentials from the config
   * namespace `tencentcloud-prod` or `huaweicloud-prod`. Part of the setting's identity: another account replaces it.
   */
  readonly account?: string;
  /**
   * What `pulumi destroy` leaves behind: `"restore"` (default) puts back what stood there before, or
   * where that was off or cannot be written back, disables the present values; `"disable"` disables
   * them; `"retain"` writes nothing.
   */
  readonly onDelete?: pulumi.Input<SettingOnDelete>;
}

/** What every setting publishes. */
export interface SettingOutputs<Values> {
  /** What stood there before this resource took the setting over; undefined where there was nothing. */
  readonly previous: pulumi.Output<Partial<Values> | undefined>;
  /** When the schedule ran last, as the cloud writes it, by the last update or refresh. */
  readonly lastScanTime: pulumi.Output<string | undefined>;
  /** How that run went: `Success`, `InsufficientLicense`, `ImageNeedIsEmpty` or `InternalError`. */
  readonly scanResult: pulumi.Output<string | undefined>;
}

/** A setting's values, each of which may be an output, and the arguments that all settings take. */
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

/** The settings declared so far, per run of a program: one process may run several. */
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
      // Without the compiler's help a program may leave them out; what is missing is said by the check.
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
  // Of a place that is known later only, nothing can be told here.
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
