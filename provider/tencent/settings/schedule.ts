import type { Answer } from "../../transport/answer.js";
import { isCloudError } from "../../transport/errors.js";
import { type CrossFieldRule, field, type RequestOf } from "../../validation/fields.js";
import { boolean, clockTime, integer, valueType } from "../../validation/rules.js";

// What the two schedules of an account, of local images and of images of registries, have in common.

/** The cloud shows a window without an end, or one that was never set, as an empty time. */
const startTime = valueType<string>(clockTime, {
  ...clockTime,
  fromWire: (told: string) => (told === "" ? undefined : clockTime.normalize?.(told)),
});
const endTime = valueType<string>((value) => (value === "" ? undefined : clockTime(value)), {
  ...clockTime,
  toWire: (time) => (time === "" ? undefined : clockTime.toWire?.(time)),
});

export const scheduleFields = {
  /** Whether the schedule runs. Sent as `Enable`. */
  enable: field("Enable", boolean, { required: true }),
  /**
   * Start of the daily window, `HH:MM`. The vendor does not document its time zone: UTC and UTC+8 are both possible.
   * It is passed on as it is. Sent as `ScanTime`.
   */
  scanTime: field("ScanTime", startTime, { required: true }),
  /** End of the daily window, `HH:MM`. Before `scanTime` it lies on the next day. Sent as `ScanEndTime`. */
  scanEndTime: field("ScanEndTime", endTime),
  /**
   * Cycle of the scan, 1 or more. Its unit is not documented; the vendor's examples fit days. Sent as `ScanPeriod`.
   */
  scanPeriod: field("ScanPeriod", integer(1), { required: true }),
  /**
   * Scans only images that have running containers. Sent as `ContainerRunning`.
   * @default false
   */
  // Defaults are sent: it is not documented whether a field that is left out keeps its old value.
  containerRunning: field("ContainerRunning", boolean, { default: false }),
};

/** What both schedules take. */
export interface Schedule extends RequestOf<typeof scheduleFields> {}

/** The rule for the end of the window. */
export function windowRule({ scanTime, scanEndTime = "" }: Schedule): CrossFieldRule {
  const isEmpty = clockTime.normalize?.(scanEndTime) === clockTime.normalize?.(scanTime);
  return [isEmpty, "scanEndTime", "is the same as scanTime, which leaves no time to scan"];
}

interface Shown {
  readonly LastScanTime?: string;
  readonly ScanResult?: string;
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
