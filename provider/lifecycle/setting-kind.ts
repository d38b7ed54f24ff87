import type { InputRules } from "../validation/inputs.js";

/** What a deleted setting leaves behind. */
export type SettingOnDelete = "restore" | "disable" | "retain";

/** What stands at the cloud. A field that its answer does not hold is absent. */
export interface Present<Values extends object> {
  readonly values: Partial<Values>;
  readonly lastScanTime?: string;
  readonly scanResult?: string;
}

/** The API rules of one setting of an account. */
export interface SettingDriver<Values extends object> {
  /** Which setting of the cloud this is, for sure; may need a call. Where it is missing, the account tells. */
  where?(): Promise<string>;
  /** Nothing where there has never been such a setting. */
  read(): Promise<Present<Values> | undefined>;
  /** Overwrites the whole setting; what is absent goes back to the API's default. */
  write(values: Values): Promise<void>;
}

/** A kind of setting that is always there, and never more than once: for an account, or for a part of one. */
export interface SettingKind<Client, Values extends object> {
  /** Name of the resource, such as `tencent:ScanSetting`. */
  readonly token: string;
  readonly inputs: InputRules;
  /** The property that switches the schedule on and off. */
  readonly enabledBy: keyof Values & string;
  /** Properties that say where in the account the setting is; none where the account has one. */
  readonly place: readonly (keyof Values & string)[];
  /** The same values in a form that can be compared, whoever wrote them down. */
  normal(values: Partial<Values>): Partial<Values>;
  driver(client: Client, place: Partial<Values>): SettingDriver<Values>;
}
