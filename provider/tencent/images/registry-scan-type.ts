import { oneOf, type ValueType, valueType } from "../../validation/rules.js";

/** What a scan of registry images looks for. */
export type RegistryScanType = "CVE" | "VIRUS" | "RISK";

/** The cloud gives scan types back in lower case. */
export const registryScanType: ValueType<RegistryScanType> = valueType<RegistryScanType>(
  oneOf("CVE", "VIRUS", "RISK"),
  { fromWire: (told: string) => told.toUpperCase() },
);
