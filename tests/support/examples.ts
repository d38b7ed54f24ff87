import { scanSetting as huaweiScanSetting } from "../../provider/huawei/settings/scan-setting.js";
import { scanTask } from "../../provider/huawei/tasks/scan-task.js";
import type { SettingKind } from "../../provider/lifecycle/setting-kind.js";
import type { TaskKind } from "../../provider/lifecycle/task-kind.js";
import { registryScanSetting } from "../../provider/tencent/settings/registry-scan-setting.js";
import { scanSetting } from "../../provider/tencent/settings/scan-setting.js";
import { localScanTask } from "../../provider/tencent/tasks/local/local-scan-task.js";
import { registryScanTask } from "../../provider/tencent/tasks/registry/registry-scan-task.js";
import { vulnerabilityScanTask } from "../../provider/tencent/tasks/vulnerability/vulnerability-scan-task.js";
import { type Account, imageId } from "./account.js";

// One good request, or setting, of each kind.

type AnySetting = SettingKind<unknown, object>;

export const taskExamples: readonly {
  readonly kind: TaskKind;
  readonly request: object;
  /** The action that starts its scan. */
  readonly submits: string;
}[] = [
  {
    kind: localScanTask as never,
    submits: "CreateAssetImageScanTask",
    request: { images: [imageId("web"), imageId("api")], scanVul: true },
  },
  {
    kind: registryScanTask as never,
    submits: "CreateAssetImageRegistryScanTask",
    request: { ids: ["8741110", "8741112"], scanTypes: ["CVE"] },
  },
  {
    kind: vulnerabilityScanTask as never,
    submits: "CreateVulScanTask",
    request: { localImageIds: [imageId("web")], registryImageIds: ["8741110"] },
  },
  {
    kind: scanTask as never,
    submits: "CreateManualImageScanTask",
    request: {
      images: [{ id: "42", namespace: "demo", imageName: "nginx", imageVersion: "1.27" }],
      scanScope: ["vulnerabilities"],
    },
  },
];

const schedule = { enable: true, scanTime: "01:00", scanPeriod: 1 };

/** With other values that stand there before. */
export const settingExamples: readonly {
  readonly kind: AnySetting;
  readonly declared: object;
  readonly other: object;
}[] = [
  {
    kind: scanSetting as never,
    declared: { ...schedule, scanEndTime: "05:00", scanVul: true, scanVirus: true, scanRisk: true },
    other: { scanTime: "22:30", scanEndTime: "23:30" },
  },
  {
    kind: registryScanSetting as never,
    declared: { ...schedule, scanTypes: ["CVE"] },
    other: { scanTime: "22:30" },
  },
  {
    kind: huaweiScanSetting as never,
    declared: { enabled: true, scanCycle: 7, scanScope: ["all"], registries: [{ registryId: "registry-1" }] },
    other: { scanCycle: 14 },
  },
];

export function clientFor(account: Account, { token }: { readonly token: string }): unknown {
  return token.startsWith("tencent:") ? account.client() : account.huaweiClient();
}
