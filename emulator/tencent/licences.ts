import type { Action, TencentAccount } from "./action.js";

// The purchases of an account: licences of images, and scans of the month.

const trialScans = 100;
const trialLicences = 10;
const boughtLicences = 500;

export const licenceActions: Readonly<Record<string, Action>> = {
  DescribeImageAuthorizedInfo: { fields: {}, run: showLicences },
  DescribePurchaseStateInfo: { fields: {}, run: showPurchase },
};

function showLicences({ local, registry, quota }: TencentAccount): object {
  const images = [...local.images.values()];
  const listed = [...registry.images.values()];
  const licensed = [...images, ...listed].filter(({ authorized }) => authorized).length;
  // The service counts whole scans.
  const used = Math.ceil(quota.shownUse);
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

function showPurchase({ quota }: TencentAccount): object {
  return {
    State: quota.state,
    AllCoresCnt: 8,
    CoresCnt: 4,
    UndefendCoresCnt: 2,
    AuthorizedCoresCnt: 6,
    GivenAuthorizedCoresCnt: 1,
    CurrentFlexibleCoresCnt: 3,
    ImageCnt: trialLicences + boughtLicences,
    AuthorizedImageCnt: boughtLicences + 1,
    ExpirationTime: "2027-01-01 00:00:00",
    PurchasedAuthorizedCnt: boughtLicences,
    AutomaticRenewal: 0,
    GivenAuthorizedCnt: 5,
    BeginTime: "2026-01-01 00:00:00",
    SubState: "ISOLATE",
    InquireKey: "sv_yunjing_cssip_pro",
    DefendPolicy: "Cluster",
    FlexibleCoresLimit: 7,
    DefendClusterCoresCnt: 9,
    DefendHostCoresCnt: 10,
    TrialCoresCnt: 11,
    NoContainerCoresCnt: 12,
  };
}
