import * as pulumi from "@pulumi/pulumi";
import { huawei } from "pulumi-image-scan";

const config = new pulumi.Config();

// The recurring scan of the project's registries, each by the id that HSS gives it.
new huawei.ScanSetting("weekly", {
  enabled: true,
  scanCycle: 7,
  scanScope: ["all"],
  registries: [{ registryId: config.get("registryId") ?? "registry-1" }],
});

// One image now, as HSS lists it. The default is an image that the emulator knows.
const image: huawei.ImageInfo = config.getObject<huawei.ImageInfo>("image") ?? {
  id: 42,
  imageDigest: "sha256:1111111111111111111111111111111111111111111111111111111111111142",
  namespace: "demo",
  imageName: "nginx",
  imageVersion: "1.27",
  registryId: "registry-1",
  registryName: "SWR",
  registryType: "SwrPrivate",
};

const release = new huawei.ScanTask("release", {
  images: [image],
  scanScope: ["vulnerabilities", "maliciousFiles", "sensitiveInformation"],
  triggers: [config.get("release") ?? "1.0.0"],
});

export const taskId = release.taskId;
export const status = release.status;
export const counts = release.counts;
