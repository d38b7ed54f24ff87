// The actions that each resource calls. A test compares them with the calls that the resources make,
// and with the policies in docs/rights.md.

export interface Rights {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

const registryImages = ["DescribeAssetImageRegistryList", "DescribeAssetImageRegistryDetail"];

/** By resource. */
export const tencentRights: Readonly<Record<string, Rights>> = {
  LocalScanTask: {
    read: [
      "DescribeAssetImageScanTask",
      "DescribeAssetImageScanStatus",
      "DescribeAssetImageList",
      "DescribeAssetImageDetail",
      "DescribeAssetImageVulList",
    ],
    write: ["CreateAssetImageScanTask", "ModifyAssetImageScanStop"],
  },
  RegistryScanTask: {
    read: [
      ...registryImages,
      "DescribeAssetImageRegistryScanStatusOneKey",
      "DescribeAssetImageRegistryVulList",
      "DescribeAssetImageRegistryAssetStatus",
    ],
    write: [
      "CreateAssetImageRegistryScanTask",
      "CreateAssetImageRegistryScanTaskOneKey",
      "ModifyAssetImageRegistryScanStop",
      "ModifyAssetImageRegistryScanStopOneKey",
      "SyncAssetImageRegistryAsset",
    ],
  },
  VulnerabilityScanTask: {
    read: [
      "DescribeVulScanInfo",
      "DescribeVulScanLocalImageList",
      "DescribeVulScanAuthorizedImageSummary",
      ...registryImages,
      "DescribeAssetImageVulList",
      "DescribeAssetImageRegistryVulList",
    ],
    write: ["CreateVulScanTask", "StopVulScanTask"],
  },
  ScanSetting: { read: ["DescribeAssetImageScanSetting"], write: ["CreateAssetImageScanSetting"] },
  RegistryScanSetting: {
    read: ["DescribeImageRegistryTimingScanTask"],
    write: ["UpdateImageRegistryTimingScanTask"],
  },
};

/** Reads that only the doctor makes. */
export const tencentDoctorReads = [
  "DescribePurchaseStateInfo",
  "DescribeImageAuthorizedInfo",
  "DescribeAssetImageRegistryRegistryList",
];

export const huaweiRights: Readonly<Record<string, Rights>> = {
  ScanTask: {
    read: [
      "ListImageScanTask",
      "ListRegistryImages",
      "ListImageLocal",
      "ListImageVulnerabilities",
      "ListImageSensitive",
    ],
    write: ["CreateManualImageScanTask", "StopImageScanTask"],
  },
  ScanSetting: { read: ["ListImageScanPolicy"], write: ["ModifyImageScanPolicy"] },
};

export const huaweiDoctorReads = ["ListRegistry", "ShowImagePayPerScanStatistics"];
