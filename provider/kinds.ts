import type { FoundImages, ImageQuery } from "./lifecycle/image-search.js";
import type { SettingKind } from "./lifecycle/setting-kind.js";
import type { TaskKind } from "./lifecycle/task-kind.js";

// Each kind of resource, and each lookup, by its token, loaded at its first use: a run pays only for the kinds that it has.
// It is `require` and not `import()`, which yarn PnP does not resolve here.

type LocalScan = typeof import("./tencent/tasks/local/local-scan-task.js");
type RegistryScan = typeof import("./tencent/tasks/registry/registry-scan-task.js");
type VulnerabilityScan = typeof import("./tencent/tasks/vulnerability/vulnerability-scan-task.js");
type HuaweiScan = typeof import("./huawei/tasks/scan-task.js");
type LocalSetting = typeof import("./tencent/settings/scan-setting.js");
type RegistrySetting = typeof import("./tencent/settings/registry-scan-setting.js");
type HuaweiSetting = typeof import("./huawei/settings/scan-setting.js");

const tasks = {
  "tencent:LocalScanTask": () => (require("./tencent/tasks/local/local-scan-task.js") as LocalScan).localScanTask,
  "tencent:RegistryScanTask": () =>
    (require("./tencent/tasks/registry/registry-scan-task.js") as RegistryScan).registryScanTask,
  "tencent:VulnerabilityScanTask": () =>
    (require("./tencent/tasks/vulnerability/vulnerability-scan-task.js") as VulnerabilityScan).vulnerabilityScanTask,
  "huawei:ScanTask": () => (require("./huawei/tasks/scan-task.js") as HuaweiScan).scanTask,
};

const settings = {
  "tencent:ScanSetting": () => (require("./tencent/settings/scan-setting.js") as LocalSetting).scanSetting,
  "tencent:RegistryScanSetting": () =>
    (require("./tencent/settings/registry-scan-setting.js") as RegistrySetting).registryScanSetting,
  "huawei:ScanSetting": () => (require("./huawei/settings/scan-setting.js") as HuaweiSetting).scanSetting,
};

type LocalImages = typeof import("./tencent/images/find-local-images.js");
type RegistryImages = typeof import("./tencent/images/find-registry-images.js");
type HuaweiImages = typeof import("./huawei/images/find-images.js");

const lookups = {
  "tencent:getLocalImages": () => (require("./tencent/images/find-local-images.js") as LocalImages).findLocalImages,
  "tencent:getRegistryImages": () =>
    (require("./tencent/images/find-registry-images.js") as RegistryImages).findRegistryImages,
  "huawei:getImages": () => (require("./huawei/images/find-images.js") as HuaweiImages).findImages,
};

/** The kind of task with this token. */
export function taskKind(token: string): TaskKind {
  return load(tasks, token) as TaskKind;
}

/** The kind of setting with this token. */
export function settingKind(token: string): SettingKind<unknown, object> {
  return load(settings, token) as SettingKind<unknown, object>;
}

type FindImages = (client: unknown, query: ImageQuery) => Promise<FoundImages<unknown>>;

/** The lookup with this token. */
export function lookup(token: string): FindImages {
  return load(lookups, token) as FindImages;
}

function load(kinds: Readonly<Record<string, () => unknown>>, token: string): unknown {
  const kind = Object.hasOwn(kinds, token) ? kinds[token] : undefined;
  if (kind === undefined) throw new Error(`this version of pulumi-image-scan has no ${token}`);
  return kind();
}
