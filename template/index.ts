import { tencent } from "pulumi-image-scan";

// Every night, everything.
new tencent.ScanSetting("nightly", {
  enable: true,
  scanTime: "01:00",
  scanEndTime: "05:00",
  scanPeriod: 1,
  scanVul: true,
  scanVirus: true,
  scanRisk: true,
});

// Once now, and again with each change: put in the ids of your images, which the console shows.
const images: string[] = [];
const scans = images.map(
  (image, at) =>
    new tencent.LocalScanTask(`image-${at}`, { images: [image], scanVul: true, thresholds: { critical: 0 } }),
);

export const verdicts = scans.map((scan) => scan.verdict);
