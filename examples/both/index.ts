import * as pulumi from "@pulumi/pulumi";
import { huawei, tencent } from "pulumi-image-scan";

// The same release in the registries of two clouds. Both scans run at the same time. The emulator knows
// both images.
const triggers = [new pulumi.Config().get("release") ?? "1.0.0"];

const onTencent = new tencent.RegistryScanTask("release-tencent", {
  images: ["demo.example/shop/api:2.0.1"],
  scanTypes: ["CVE", "VIRUS"],
  triggers,
});
const onHuawei = new huawei.ScanTask("release-huawei", {
  images: ["shop/api:2.0.1"],
  scanScope: ["vulnerabilities", "maliciousFiles"],
  triggers,
});

export const statuses = { tencent: onTencent.status, huawei: onHuawei.status };
export const isScanned = pulumi
  .all([onTencent.status, onHuawei.status])
  .apply((each) => each.every((status) => status === "SUCCEEDED"));
