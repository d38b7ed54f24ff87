import * as pulumi from "@pulumi/pulumi";
import { huawei } from "pulumi-image-scan";

const config = new pulumi.Config();

// The recurring scan of the project's registries. HSS assigns the registry ids.
new huawei.ScanSetting("weekly", {
  enabled: true,
  scanCycle: 7,
  scanScope: ["all"],
  registries: [{ registryId: config.get("registryId") ?? "registry-1" }],
});

// One scan now. The emulator knows the default image.
const release = new huawei.ScanTask("release", {
  images: [config.get("image") ?? "demo/nginx:1.27"],
  scanScope: ["vulnerabilities", "maliciousFiles", "sensitiveInformation"],
  triggers: [config.get("release") ?? "1.0.0"],
});

export const taskId = release.taskId;
export const status = release.status;
export const counts = release.counts;
