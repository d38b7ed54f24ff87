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

// One scan now, and again after each change. Write the ids of your images here; the console shows them.
const images: string[] = [];
const scans = images.map(
  (image, at) =>
    new tencent.LocalScanTask(`image-${at}`, { images: [image], scanVul: true, thresholds: { critical: 0 } }),
);

export const verdicts = scans.map((scan) => scan.verdict);
