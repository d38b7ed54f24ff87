import * as pulumi from "@pulumi/pulumi";
import { tencent } from "pulumi-image-scan";

const config = new pulumi.Config();
const release = config.get("release") ?? "1.0.0";

// The images to scan. The emulator knows the default ones.
const names = config.getObject<string[]>("images") ?? ["demo.example/shop/web:1.4.2", "demo.example/shop/api:2.0.1"];

// The account's recurring scan of the images in its registries.
new tencent.RegistryScanSetting("weekly", {
  enable: true,
  scanTime: "02:00",
  scanEndTime: "06:00",
  scanPeriod: 7,
  scanTypes: ["CVE", "VIRUS", "RISK"],
  latest: true,
});

// Scans the images of this release with all scan types. It succeeds only if each scan type of each image succeeds.
const images = new tencent.RegistryScanTask("release", {
  images: names,
  scanTypes: ["CVE", "VIRUS", "RISK"],
  triggers: [release],
});

// After the release scan, scans all images that were never scanned, only for vulnerabilities.
const rest = new tencent.VulnerabilityScanTask(
  "rest",
  { localImageScanType: "NOT_SCAN", registryImageScanType: "NOT_SCAN", triggers: [release] },
  { dependsOn: [images] },
);

export const taskId = images.taskId;
export const status = images.status;
export const localTaskId = rest.localTaskId;
export const registryTaskId = rest.registryTaskId;
export const restStatus = rest.status;
