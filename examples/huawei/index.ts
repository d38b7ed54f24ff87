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

// One scan now, of an image as HSS lists it. The emulator knows the default image.
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
