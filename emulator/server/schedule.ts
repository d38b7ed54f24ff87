import { ApiError } from "./api-error.js";
import type { Params } from "./parameters.js";
import type { Quota } from "./quota.js";
import { localTime } from "./scan.js";

// Common parts of the schedules of local images and of registry images.

/** The last written schedule, and the result of its last run. */
export interface Schedule {
  values: Readonly<Record<string, unknown>>;
  lastScanTime: string;
  scanResult: string;
}

const clock = /^(\d{4}-\d\d-\d\d )?([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** Refuses invalid times and periods. */
export function requireClock(params: Params): void {
  for (const name of ["ScanTime", "ScanEndTime"]) {
    const value = params[name];
    if (value !== undefined && !clock.test(value as string)) {
      throw new ApiError("InvalidParameter.InvalidFormat", `The format of parameter \`${name}\` is incorrect.`);
    }
  }
  if ((params["ScanPeriod"] as number) < 1)
    throw new ApiError("InvalidParameter", "The parameter `ScanPeriod` is incorrect.");
}

/** A time of the day in the form of older answers. */
export function showSeconds(time: string): string {
  return time === "" ? "" : `${time.slice(0, 5)}:00`;
}

const dayMs = 86_400_000;

/** The time between two moments when the schedule should have run, if any, by the wall clock of UTC+8. */
export function dueBetween({ values, lastScanTime }: Schedule, before: number, now: number): number | undefined {
  const {
    Enable,
    ScanTime = "",
    ScanPeriod = 1,
  } = values as { Enable?: boolean; ScanTime?: string; ScanPeriod?: number };
  const time = /(\d\d):(\d\d)(:\d\d)?$/.exec(ScanTime);
  if (Enable !== true || time === null) return undefined;
  const midnight = Date.parse(`${localTime(now).slice(0, 10)}T00:00:00+08:00`);
  const today = midnight + (Number(time[1]) * 60 + Number(time[2])) * 60_000;
  const at = today <= now ? today : today - dayMs;
  const last = lastScanTime === "" ? Number.NEGATIVE_INFINITY : Date.parse(`${lastScanTime.replace(" ", "T")}+08:00`);
  return at > before && at - last > (ScanPeriod - 0.5) * dayMs ? at : undefined;
}

/** Runs a schedule that is due, and stores the result. */
export function runSchedule<Image extends { readonly scanTime: number | undefined }>(
  schedule: Schedule,
  at: number,
  { images, quota, scan }: { images: readonly Image[]; quota: Quota; scan: (image: Image) => void },
): void {
  schedule.lastScanTime = localTime(at);
  if (images.length === 0 || quota.isEmpty) {
    schedule.scanResult = images.length === 0 ? "ImageNeedIsEmpty" : "InsufficientLicense";
    return;
  }
  quota.charge(images);
  for (const image of images) scan(image);
  schedule.scanResult = "Success";
}
