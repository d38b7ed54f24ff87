import { count, fields, number, text } from "../../transport/shape.js";
import type { TencentClient } from "./client.js";

// What an account has bought of TCSS 2020-11-01, by the API's own names.

/** https://www.tencentcloud.com/document/product/1163/53123 */
export function describePurchaseStateInfo(client: TencentClient) {
  // 0 trial or purchase possible, 1 purchase only, 2 trial, 3 Pro edition, 4 Pro edition expired.
  return client.call("DescribePurchaseStateInfo", "read", {}, fields({ State: count }));
}

const authorizedInfo = fields({
  TotalAuthorizedCnt: count,
  UsedAuthorizedCnt: count,
  // The spelling of the wire.
  ImageScanInquireInfo: fields({ Capcity: number, Useage: number, PurchaseStatus: text }),
});

/** Licences and image scans: how many there are, and how many are used. */
export function describeImageAuthorizedInfo(client: TencentClient) {
  return client.call("DescribeImageAuthorizedInfo", "read", {}, authorizedInfo);
}
