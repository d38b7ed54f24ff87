import type { describeImageAuthorizedInfo, describePurchaseStateInfo } from "../../tencent/api/licences.js";
import type { AssetImageScanSetting } from "../../tencent/api/local-images.js";
import type {
  describeAssetImageRegistryRegistryList,
  ImageRegistryTimingScanTask,
  RegistryAssetStatus,
} from "../../tencent/api/registry-images.js";
import { judgeSync } from "./caller.js";
import { failed, type Judged, notKnown, ok, warning } from "./check.js";

// What an account of TCSS has: the service, licences, registries, schedules.

type ResponseOf<F extends (...args: never[]) => Promise<{ readonly response: unknown }>> = Awaited<
  ReturnType<F>
>["response"];

const activate = "activate TCSS in its console (a trial is enough)";
const states: Readonly<Record<number, Judged>> = {
  0: failed("TCSS is not bought", activate),
  1: failed("the trial of TCSS is over", activate),
  2: ok("a trial"),
  3: ok("the Pro edition"),
  4: failed("the Pro edition has expired", activate),
};

export function judgeService({ State: state }: ResponseOf<typeof describePurchaseStateInfo>): Judged {
  return states[state ?? -1] ?? notKnown(`State ${state} is not documented`);
}

export function judgeLicences(answer: ResponseOf<typeof describeImageAuthorizedInfo>): Judged {
  const { ImageScanInquireInfo: bought = {}, TotalAuthorizedCnt, UsedAuthorizedCnt } = answer;
  const total = bought.Capcity ?? TotalAuthorizedCnt;
  const used = bought.Useage ?? UsedAuthorizedCnt;
  if (total === undefined || used === undefined) return notKnown("the answer does not show how many");
  const left = Math.max(0, Math.floor(total - used));
  const isPaused = bought.PurchaseStatus !== undefined && bought.PurchaseStatus !== "Normal";
  const detail = `${left} of ${total}${isPaused ? `, and the purchase is ${bought.PurchaseStatus}` : ""}`;
  const how = "buy image scans in the console of TCSS, or wait for the next month";
  if (left === 0) return failed(detail, how);
  return isPaused ? warning(detail, how) : ok(detail);
}

export function judgeSchedule(setting: AssetImageScanSetting | ImageRegistryTimingScanTask): Judged {
  const { Enable, ScanTime = "", ScanPeriod, LastScanTime = "", ScanResult = "" } = setting;
  if (Enable !== true) return ok(Enable === false ? "off" : "none");
  const last = LastScanTime === "" ? "" : `; last run ${LastScanTime} ${ScanResult}`.trimEnd();
  const detail = `on at ${ScanTime} (zone of the cloud), ScanPeriod ${ScanPeriod}${last}`;
  if (ScanResult === "" || ScanResult === "Success") return ok(detail);
  return warning(detail, `the last run ended with ${ScanResult}; see the schedule in the console of TCSS`);
}

const synchronize = "synchronize in the console of TCSS, or set sync: true on a tencent.RegistryScanTask";

export function judgeRegistryList({ Status, Err = "", LatestSyncSuccessTime = "" }: RegistryAssetStatus): Judged {
  if (Status === "failed") return failed(`the last synchronization failed: ${Err}`, synchronize);
  return Status === "doing" ? ok("is being synchronized now") : judgeTime(LatestSyncSuccessTime);
}

/** Each registry by itself. */
export function listRegistries({ List: rows = [] }: ResponseOf<typeof describeAssetImageRegistryRegistryList>) {
  if (rows.length === 0)
    return [{ name: "Registries", judged: notKnown("none is connected: only local images can be scanned") }];
  const byName = [...rows].sort((a, b) => ((a.Name ?? "") < (b.Name ?? "") ? -1 : 1));
  return byName.map(({ Name = "without a name", SyncStatus, LatestSyncTime = "", SyncFailReason = "" }) => {
    const isFailed = SyncStatus === "failed";
    const judged = isFailed ? failed(`not synchronized: ${SyncFailReason}`, synchronize) : judgeTime(LatestSyncTime);
    return { name: `Registry ${Name}`, judged };
  });
}

/** The zone of the cloud's times is not documented. */
const widestZoneMs = 14 * 3_600_000;

function judgeTime(time: string): Judged {
  const at = Date.parse(`${time.slice(0, 19).replace(" ", "T")}Z`);
  return judgeSync(at, `${time} (zone of the cloud)`, { slackMs: widestZoneMs, advice: synchronize });
}
