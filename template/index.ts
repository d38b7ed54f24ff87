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

// One scan of each image: now, and again when its text or id changes. Write your images here, each with a name of your choice.
// "npx pulumi-image-scan images tencent-local --name '*'" lists them. If you remove an image, the others are not
// scanned again, because each scan belongs to its name.
const images: Record<string, string> = {
  // web: "shop/web:1.4.2",
};

export const verdicts: Record<string, tencent.LocalScanTask["verdict"]> = {};
for (const [name, image] of Object.entries(images)) {
  const scan = new tencent.LocalScanTask(name, { images: [image], scanVul: true, thresholds: { critical: 0 } });
  verdicts[name] = scan.verdict;
}
