import { oneOf } from "../../validation/rules.js";

export const registryScanTypes = ["CVE", "VIRUS", "RISK"] as const;

/** What a scan of registry images looks for. */
export type RegistryScanType = (typeof registryScanTypes)[number];

export const registryScanType = Object.assign(oneOf(...registryScanTypes), {
  // The cloud shows them in lower case.
  fromWire: (told: string) => told.toUpperCase(),
});
