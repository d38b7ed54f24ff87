/** The actions that start a scan. */
export const submits: readonly string[] = [
  "CreateAssetImageScanTask",
  "CreateAssetImageRegistryScanTask",
  "CreateAssetImageRegistryScanTaskOneKey",
  "CreateVulScanTask",
  "CreateManualImageScanTask",
];
