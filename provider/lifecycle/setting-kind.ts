import type { InputRules } from "../validation/inputs.js";

/** What `pulumi destroy` does to a schedule: `"restore"`, `"disable"` or `"retain"`. */
export type SettingOnDelete = "restore" | "disable" | "retain";

/** The present setting at the cloud. A field that the cloud does not show is absent. */
export interface Present<Values extends object> {
  readonly values: Partial<Values>;
  readonly lastScanTime?: string;
  readonly scanResult?: string;
}

/** The API rules of one setting of an account. */
export interface SettingDriver<Values extends object> {
  /** The identity of the setting at the cloud; can need a call. Without this function, the account is the identity. */
  where?(): Promise<string>;
  /** Undefined if there has never been such a setting. */
  read(): Promise<Present<Values> | undefined>;
  /** Overwrites the whole setting. An absent field gets the API's default. */
  write(values: Values): Promise<void>;
}

/** A kind of setting. An account, or a part of it, always has exactly one. */
export interface SettingKind<Client, Values extends object> {
  /** Name of the resource, such as `tencent:ScanSetting`. */
  readonly token: string;
  readonly inputs: InputRules;
  /** The property that switches the schedule on and off. */
  readonly enabledBy: keyof Values & string;
  /** Properties that name the part of the account. Empty if the account has one setting. */
  readonly place: readonly (keyof Values & string)[];
  /** The normal form of values, in which they can be compared. */
  normal(values: Partial<Values>): Partial<Values>;
  driver(client: Client, place: Partial<Values>): SettingDriver<Values>;
}
