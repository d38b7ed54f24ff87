import { oneOf } from "../../validation/rules.js";

/** What a scan of registry images looks for. */
export type RegistryScanType = "CVE" | "VIRUS" | "RISK";

export const registryScanType = Object.assign(oneOf("CVE", "VIRUS", "RISK"), {
  // The cloud shows them in lower case.
  fromWire: (told: string) => told.toUpperCase(),
});
