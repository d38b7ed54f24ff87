import type { Answer } from "../../transport/answer.js";
import { isCloudError } from "../../transport/errors.js";
import { type CrossFieldRule, field, type RequestOf } from "../../validation/fields.js";
import { boolean, clockTime, integer, valueType } from "../../validation/rules.js";

// Common parts of an account's two schedules: for local images and for registry images.

/** An empty time means that the window has no end, or was never set. */
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
   * Start of the daily window: `HH:MM`, such as `"01:00"`. The vendor does not document its time zone: UTC and UTC+8
   * are both possible. It is passed on as it is. Sent as `ScanTime`.
   */
  scanTime: field("ScanTime", startTime, { required: true }),
  /**
   * End of the daily window: `HH:MM`, such as `"05:00"`. If it is before `scanTime`, it is on the next day. Without it,
   * or with `""`, the window has no end. Sent as `ScanEndTime`.
   */
  scanEndTime: field("ScanEndTime", endTime),
  /**
   * Cycle of the scan, 1 or more. Its unit is not documented; the vendor's examples fit days. Sent as `ScanPeriod`.
   */
  scanPeriod: field("ScanPeriod", integer(1), { required: true }),
  /**
   * Scans only images that have running containers. Sent as `ContainerRunning`.
   * @default false
   */
  // Defaults are sent, because the documents do not say whether a missing field keeps its old value.
  containerRunning: field("ContainerRunning", boolean, { default: false }),
};

/** The fields of both schedules. */
export interface Schedule extends RequestOf<typeof scheduleFields> {}

/** The rule for the end of the window. */
export function windowRule({ scanTime, scanEndTime = "" }: Schedule): CrossFieldRule {
  const isEmpty = clockTime.normalize?.(scanEndTime) === clockTime.normalize?.(scanTime);
  return [isEmpty, "scanEndTime", "is the same as scanTime, so there is no time to scan"];
}

interface Shown {
  readonly LastScanTime?: string;
  readonly ScanResult?: string;
}

/** The result of the schedule's last run. */
export function readLastRun({ LastScanTime, ScanResult }: Shown): { lastScanTime?: string; scanResult?: string } {
  return {
    ...(LastScanTime ? { lastScanTime: LastScanTime } : {}),
    ...(ScanResult ? { scanResult: ScanResult } : {}),
  };
}

/** The schedule that the cloud shows; undefined if the account has never had one. */
export async function shownOrNone<Response>(answer: Promise<Answer<Response>>): Promise<Response | undefined> {
  try {
    return (await answer).response;
  } catch (error) {
    if (isCloudError(error, "missing")) return undefined;
    throw error;
  }
}
