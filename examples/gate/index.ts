import { huawei, ScanGate, tencent } from "pulumi-image-scan";

// This stack only scans, and never fails. Other stacks deploy only after its gate passes (docs/gates.md).
const thresholds = {
  critical: 0,
  high: 3,
  viruses: 0,
  exceptions: [{ id: "CVE-2026-40001", reason: "the code is not reachable", expires: "2099-12-31" }],
};

const onTencent = new tencent.RegistryScanTask("release-tencent", {
  images: ["demo.example/shop/api:2.0.1"],
  scanTypes: ["CVE", "VIRUS"],
  wait: false,
  thresholds,
});
const onHuawei = new huawei.ScanTask("release-huawei", {
  images: ["shop/api:2.0.1"],
  scanScope: ["vulnerabilities", "maliciousFiles"],
  wait: false,
  thresholds,
});
const gate = new ScanGate("release", { tasks: [onTencent, onHuawei], maxAge: "24h" });

export const scanGate = gate.scanGate;
export const verdict = gate.verdict;
export const reason = gate.reason;
