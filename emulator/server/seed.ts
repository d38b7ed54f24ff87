import { createHash } from "node:crypto";
import type { HuaweiCloud } from "../huawei/huawei.js";
import type { NewHssImage } from "../huawei/world.js";
import type { EmulatedImage } from "../tencent/local-world.js";
import type { NewRegistryImage } from "../tencent/registry-world.js";
import type { TencentCloud } from "../tencent/tencent.js";

function hashName(name: string): string {
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}

function image(name: string, more: Partial<EmulatedImage> = {}): Partial<EmulatedImage> & { id: string } {
  return { id: hashName(name), name, running: true, clusters: ["cls-demo"], ...more };
}

const clean = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };

/** Local images. The id of each is the SHA-256 of its name. */
const localImages: readonly (Partial<EmulatedImage> & { id: string })[] = [
  image("shop/web:1.4.2", { suggested: true, findings: { ...clean, medium: 2, low: 5 } }),
  image("shop/api:2.0.1", { suggested: true, findings: { ...clean, critical: 1, high: 3, medium: 8, low: 11 } }),
  image("shop/worker:2.0.1", { findings: clean }),
  image("tools/backup:0.9", { running: false, findings: { ...clean, sensitive: 1 } }),
  image("legacy/mail:7", { authorized: false, clusters: [] }),
];

/** Images of registries; the ids of the first two are those of the vendor's examples. */
const registryImages: readonly NewRegistryImage[] = [
  { id: 8_741_110, name: "web", tag: "1.4.2", suggested: true, findings: { ...clean, medium: 2, low: 5 } },
  { id: 1_256_299_843, name: "api", tag: "2.0.1", running: true, findings: { ...clean, critical: 1, high: 3 } },
  { id: 8_741_112, name: "web", tag: "1.4.1", latest: false, findings: { ...clean, high: 2 } },
  { id: 8_741_113, namespace: "tools", name: "backup", tag: "0.9", registryType: "harbor", instanceName: "harbor" },
  { id: 8_741_114, namespace: "legacy", name: "mail", tag: "7", authorized: false },
];

/** Images of HSS: of two registries, and on a host. */
const hssImages: readonly NewHssImage[] = [
  { id: 42, image_name: "nginx", image_version: "1.27", namespace: "demo", findings: { high: 1, low: 2 } },
  { id: 43, image_name: "api", image_version: "2.0.1", findings: { medium: 1 } },
  { id: 44, image_name: "web", image_version: "1.4.2" },
  {
    id: 45,
    image_name: "backup",
    image_version: "0.9",
    namespace: "tools",
    registry_id: "registry-2",
    registry_name: "harbor",
    registry_type: "Harbor",
  },
  { id: 46, image_name: "worker", image_version: "2.0.1", where: "local" },
];

/** The content of a fresh emulator. */
export function seed({ tencent, huawei }: { readonly tencent: TencentCloud; readonly huawei: HuaweiCloud }): void {
  for (const one of localImages) tencent.local.add(one);
  for (const one of registryImages) tencent.registry.add(one);
  for (const one of hssImages) huawei.world.add(one);
}
