import { tencent } from "pulumi-image-scan";

// A recurring scan: every night, all scan types.
new tencent.ScanSetting("nightly", {
  enable: true,
  scanTime: "01:00",
  scanEndTime: "05:00",
  scanPeriod: 1,
  scanVul: true,
  scanVirus: true,
  scanRisk: true,
});

// One scan of each image, now and after each change. Write your images here, such as "shop/web:1.4.2".
const images: string[] = [];
const scans = images.map(
  (image) => new tencent.LocalScanTask(image, { images: [image], scanVul: true, thresholds: { critical: 0 } }),
);

export const verdicts = scans.map((scan) => scan.verdict);
