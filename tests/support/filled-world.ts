import { writeJson } from "../../emulator/server/json.js";
import type { Scan } from "../../emulator/server/scan.js";
import { imageId } from "./account.js";
import type { Answer, EmulatedCalls } from "./emulated-calls.js";
import { hssImage } from "./hss-image.js";

// An account in which every filter finds something, and leaves something out.

const none = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };
const many = { critical: 3, high: 4, medium: 5, low: 12, viruses: 2, sensitive: 12 };

/** An image that has been scanned before, with a lot in it. */
export const full = imageId("full");
/** The same, and never scanned. */
export const rich = imageId("rich");
export const plain = imageId("plain");
export const fullId = 9_001;
export const plainId = 9_002;
export const richId = 9_003;
export const hssFull = 101;

/** Adds images, and lets a first scan of some of them end. */
export function fillWorld(calls: EmulatedCalls): EmulatedCalls {
  const { tencent, huawei } = calls.emulator;
  tencent.local.add({
    id: full,
    name: "full:1",
    findings: many,
    running: true,
    suggested: true,
    clusters: ["cls-full"],
  });
  tencent.local.add({ id: rich, name: "rich:1", findings: many });
  tencent.local.add({ id: plain, name: "plain:1", findings: none, latest: false });
  tencent.registry.add({ id: fullId, name: "full", tag: "1", findings: many, running: true, suggested: true });
  tencent.registry.add({ id: richId, name: "rich", tag: "1", findings: many });
  tencent.registry.add({
    id: plainId,
    namespace: "other",
    name: "plain",
    registryType: "ccr",
    latest: false,
    instanceName: "ccr",
  });
  const { world } = huawei;
  world.add({ id: hssFull, image_name: "full", image_version: "1", findings: many });
  world.add({
    id: 102,
    image_name: "of-enterprise",
    registry_id: "registry-3",
    registry_name: "SWR-EE",
    registry_type: "SwrEnterprise",
    latest_version: false,
    is_multiple_arch: true,
  });
  for (let at = 0; at < 11; at++) {
    const registry = { registry_id: `registry-of-${at}`, registry_name: `of-${at}`, registry_type: "Jfrog" };
    world.add({ id: 200 + at, image_name: `many-${at}`, ...registry });
    world.add({ id: 300 + at, image_name: `local-${at}`, where: "local", findings: at % 2 === 0 ? many : none });
  }
  world.add({ id: 400, image_name: "of-another", where: "local", enterprise: "eps-1" });
  world.add({ id: 401, image_name: "of-another", enterprise: "eps-1" });
  const scan = { ScanVul: true, ScanVirus: true, ScanRisk: true };
  calls.tencent("CreateAssetImageScanTask", { Images: [full], ...scan });
  calls.tencent("CreateAssetImageRegistryScanTask", { Id: [fullId] });
  const names = (ids: readonly number[]) => ids.map((id) => hssImage(calls, id));
  calls.huawei("CreateManualImageScanTask", {
    body: { image_info: names([hssFull, 200, 201]), scan_scope: 0x7fff_ffff },
  });
  const local = { global_image_type: "local" };
  calls.huawei("CreateManualImageScanTask", { query: local, body: { image_info: names([300, 301]), scan_scope: 15 } });
  calls.clock.pass(70_000);
  tencent.advance(calls.clock.now());
  world.advance(calls.clock.now());
  return calls;
}

const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

function showScan(scan: Scan<unknown>, images: readonly unknown[]): object {
  const { begun, ends, end, settled, stopped } = scan;
  return { images, begun, ends, end, settled, stopped: stopped.size };
}

/** An answer, and all that the emulator then knows, as text in which ids of chance look the same. */
export function observe(calls: EmulatedCalls, answer: Answer): string {
  const { tencent, huawei } = calls.emulator;
  const now = calls.clock.now();
  tencent.advance(now);
  huawei.world.advance(now);
  const { local, registry, vulnerability } = tencent;
  const state = [
    // What a schedule holds is shown as it was written; what it did is what matters here.
    [local.setting, registry.setting].map(({ lastScanTime, scanResult }) => [lastScanTime, scanResult]),
    registry.sync,
    [...local.images.values()].map(({ id: name, status, shown }) => [name, status, shown]),
    [...registry.images.values()].map(({ id: name, status, types, shown }) => [name, status, types, shown]),
    [...local.tasks.values()].map((task) => [
      showScan(
        task,
        task.images.map((image) => image.id),
      ),
      task.oneClick,
    ]),
    [...registry.tasks.values()].map((task) =>
      showScan(
        task,
        task.images.map((image) => image.id),
      ),
    ),
    vulnerability.scans.map((scan) =>
      showScan(
        scan,
        scan.images.map((one) => [one.local?.id, one.registry?.id, one.status]),
      ),
    ),
    [...huawei.world.images.values()].map(({ id: name, scan_status, shown }) => [name, scan_status, shown]),
    huawei.world.tasks.map((task) => [
      showScan(
        task,
        task.images.map((image) => image.id),
      ),
      [task.type, task.enterprise, task.scan_scope, task.rate_limit, task.is_all],
    ]),
    [...huawei.world.policies],
  ];
  const text = writeJson([answer, state]).replaceAll(id, "ID");
  return text.replaceAll(/"(TmpSecretId|TmpSecretKey|Token)":"[^"]*"/g, '"$1":"…"');
}
