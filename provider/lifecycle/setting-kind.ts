import type { InputRules } from "./check.js";

/** What a deleted setting leaves behind. */
export type SettingOnDelete = "restore" | "disable" | "retain";

/** What every schedule has, whatever else it has. */
export interface Switchable {
  readonly enable: boolean;
}

/** What stands at the cloud. A field that its answer does not hold is absent. */
export interface Present<Values extends Switchable> {
  readonly values: Partial<Values>;
  readonly lastScanTime?: string;
  readonly scanResult?: string;
}

/** The API rules of one kind of setting, bound to an account. */
export interface SettingDriver<Values extends Switchable> {
  /** Nothing where the account has never had such a setting. */
  read(): Promise<Present<Values> | undefined>;
  /** Overwrites the whole setting; what is absent goes back to the API's default. */
  write(values: Values): Promise<void>;
}

/** A kind of setting of which each account has exactly one. */
export interface SettingKind<Client, Values extends Switchable> {
  /** Name of the resource, such as `tencent:ScanSetting`. */
  readonly token: string;
  readonly inputs: InputRules;
  /** The same values in a form that can be compared, whoever wrote them down. */
  normal(values: Partial<Values>): Partial<Values>;
  driver(client: Client): SettingDriver<Values>;
}
