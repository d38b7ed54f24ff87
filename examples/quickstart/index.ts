import * as pulumi from "@pulumi/pulumi";
import { tencent } from "pulumi-image-scan";

const config = new pulumi.Config();

// The images to scan. The emulator knows the default ones. For a real account, use its own images.
const images = config.getObject<string[]>("images") ?? ["shop/api:2.0.1", "shop/web:1.4.2"];

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
