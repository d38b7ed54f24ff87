import type { Answer } from "../../transport/answer.js";
import { isCloudError } from "../../transport/errors.js";
import { boolean, type Check, clockTime, integer } from "../../validation/rules.js";

// What the two schedules of an account, of local images and of images of registries, have in common.

/** The APIs take "01:00" and give back "01:00", "01:00:00" or a whole date. */
export function timeOf(time: string | undefined): string | undefined {
  return time === undefined ? undefined : (/(\d\d:\d\d)(:\d\d)?$/.exec(time)?.[1] ?? time);
}

export const scheduleChecks: Readonly<Record<string, Check>> = {
  enable: boolean,
  scanTime: clockTime,
  scanEndTime: (value) => (value === "" ? undefined : clockTime(value)),
  scanPeriod: integer(1),
  containerRunning: boolean,
};

interface Window {
  readonly scanTime: string;
  readonly scanEndTime?: string;
}

/** The rule for the window's end, as a row of a table of what is wrong. */
export function windowRule({ scanTime, scanEndTime }: Window): readonly [boolean, string, string] {
  const isEmpty = Boolean(scanEndTime) && timeOf(scanEndTime) === timeOf(scanTime);
  return [isEmpty, "scanEndTime", "is the same as scanTime, which leaves no time to scan"];
}

/** Times as they are compared. */
export function timesOf({ scanTime, scanEndTime }: Partial<Window>) {
  return { scanTime: timeOf(scanTime), scanEndTime: timeOf(scanEndTime) };
}

interface Shown {
  readonly ScanTime?: string;
  readonly ScanEndTime?: string;
  readonly LastScanTime?: string;
  readonly ScanResult?: string;
}

/** Times as the cloud shows them; an empty end is what it shows for a window without one. */
export function shownTimes({ ScanTime, ScanEndTime }: Shown) {
  return { scanTime: timeOf(ScanTime || undefined), scanEndTime: timeOf(ScanEndTime) };
}

/** How the schedule ran last. */
export function lastRunOf({ LastScanTime, ScanResult }: Shown): { lastScanTime?: string; scanResult?: string } {
  return {
    ...(LastScanTime ? { lastScanTime: LastScanTime } : {}),
    ...(ScanResult ? { scanResult: ScanResult } : {}),
  };
}

/** What is shown, or nothing where the account has never had such a schedule. */
export async function shownOrNone<Response>(answer: Promise<Answer<Response>>): Promise<Response | undefined> {
  try {
    return (await answer).response;
  } catch (error) {
    if (isCloudError(error, "missing")) return undefined;
    throw error;
  }
}
