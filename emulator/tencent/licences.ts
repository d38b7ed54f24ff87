import type { Action, TencentAccount } from "./action.js";

// The purchases of an account: licences of images, and scans of the month.

const trialScans = 100;
const trialLicences = 10;
const boughtLicences = 500;

export const licenceActions: Readonly<Record<string, Action>> = {
  DescribeImageAuthorizedInfo: { fields: {}, run: showLicences },
};

function showLicences({ local, registry, quota }: TencentAccount): object {
  const images = [...local.images.values()];
  const listed = [...registry.images.values()];
  const licensed = [...images, ...listed].filter(({ authorized }) => authorized).length;
  // The service counts whole scans.
  const used = quota.isEmpty ? quota.capacity : Math.ceil(quota.used);
  return {
    TotalAuthorizedCnt: trialLicences + boughtLicences,
    UsedAuthorizedCnt: licensed,
    ScannedImageCnt: licensed,
    NotScannedImageCnt: listed.filter(({ authorized }) => !authorized).length,
    NotScannedLocalImageCnt: images.filter(({ authorized }) => !authorized).length,
    TrialAuthorizedCnt: trialLicences,
    UsedTrialAuthorizedCnt: 0,
    PurchasedAuthorizedCnt: boughtLicences,
    UsedPurchasedAuthorizedCnt: licensed,
    CanApplyFreeImageAuthorize: false,
    ImageScanInquireInfo: {
      InquireKey: "sv_yunjing_cssil_image",
      Capcity: quota.capacity,
      Useage: used,
      StartTime: "2026-01-01 00:00:00",
      EndTime: "2027-01-01 00:00:00",
      PurchaseStatus: "Normal",
      ResourceID: "emulated-scans",
      PayNum: Math.max(0, quota.capacity - trialScans),
      TrialNum: trialScans,
      PayUsage: Math.max(0, used - trialScans),
    },
    RepeatImageIdCnt: 0,
  };
}
