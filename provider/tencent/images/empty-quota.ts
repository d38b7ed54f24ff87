import { CodedError } from "../../model/error-codes.js";
import { isCloudError } from "../../transport/errors.js";
import type { TencentClient } from "../api/client.js";
import { describeImageAuthorizedInfo, describePurchaseStateInfo } from "../api/licences.js";

/** Those states of the service in which nothing can be scanned. */
const unusable: Readonly<Record<number, string>> = {
  0: "TCSS is not bought",
  1: "the trial of TCSS is over",
  4: "the Pro edition of TCSS has expired",
};

/** Why the account can pay no scan at all. Undefined if it can, or if its key may not read this: the scan itself needs no such right. */
export async function findEmptyQuota(client: TencentClient): Promise<CodedError | undefined> {
  try {
    const [service, licences] = await Promise.all([
      describePurchaseStateInfo(client),
      describeImageAuthorizedInfo(client),
    ]);
    const reason = unusable[service.response.State ?? -1] ?? explainEmpty(licences.response.ImageScanInquireInfo);
    return reason === undefined ? undefined : new CodedError("IS-QUOTA", `nothing was submitted: ${reason}`);
  } catch (error) {
    if (!isCloudError(error)) throw error;
    return undefined;
  }
}

/** Accounts with the older licences have bought no scans. */
function explainEmpty({ Capcity: bought = 0, Useage: used = 0 }: { Capcity?: number; Useage?: number } = {}) {
  return bought > 0 && used >= bought ? `all ${bought} image scans of the month are used` : undefined;
}
