import * as pulumi from "@pulumi/pulumi";
import { tencent } from "pulumi-image-scan";

const config = new pulumi.Config();

// The images to scan. The emulator knows the default ids. For a real account, use its own ids.
const images = config.getObject<string[]>("images") ?? [
  "sha256:025a662ce41e3a49035880686229c1ae73cb97140dbf1962d227831da4f0160d",
  "sha256:fed603ac7687293f9084d97d1657237eaf4134ca0495cab16318608d2a98eeb0",
];

// The account's recurring scan: every night, all scan types.
new tencent.ScanSetting("nightly", {
  enable: true,
  scanTime: "01:00",
  scanEndTime: "05:00",
  scanPeriod: 1,
  scanVul: true,
  scanVirus: true,
  scanRisk: true,
});

// One scan now. It runs again only when the images or the triggers change.
const release = new tencent.LocalScanTask("release", {
  images,
  scanVul: true,
  scanVirus: true,
  scanRisk: true,
  triggers: [config.get("release") ?? "1.0.0"],
  thresholds: { critical: 0 }, // FAIL if an image has a critical vulnerability
});

export const taskId = release.taskId;
export const status = release.status;
export const findings = release.findings;
export const verdict = release.verdict;
export const verdictReason = release.verdictReason;
