import { cpSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Emulator } from "../../emulator/index.js";
import type { Stack } from "../support/stack.js";
import { stackOf } from "./engine.js";

const client = resolve(__dirname, "../../provider");

/**
 * What a user writes who has our client, and neither our resources nor our rules: one dynamic resource a scan, of
 * closures, that submits and polls in `create`. It is short, and submits twice when it is killed.
 */
const program = (address: string, tasks: number) => `
const cloud = require("image-scan-client/tencent/api/client.js");
const limiting = require("image-scan-client/transport/limiter.js");
const api = require("image-scan-client/tencent/api/local-images.js");
const clientOf = () => new cloud.TencentClient({
  endpoint: new URL("${address}"),
  site: "intl",
  credentials: { secretId: process.env.TENCENTCLOUD_SECRET_ID, secretKey: process.env.TENCENTCLOUD_SECRET_KEY },
}, new limiting.Limiter());
const clean = { critical: 0, high: 0, medium: 0, low: 0, viruses: 0, sensitive: 0 };
const numbers = ({ ImageID, ImageName }) => ({ ...clean, id: ImageID, name: ImageName });
const provider = {
  async diff(id, olds, news) {
    const replaces = ["images", "scanVul", "scanVirus", "scanRisk"].filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
    return { changes: replaces.length > 0, replaces };
  },
  async create(inputs) {
    const { images: Images, scanVul: ScanVul, scanVirus: ScanVirus, scanRisk: ScanRisk } = inputs;
    const client = clientOf();
    const request = { Images, ScanVul, ScanVirus, ScanRisk, IsOneClickScanningTask: true };
    const { response, serverTime } = await api.createAssetImageScanTask(client, request);
    const taskId = response.TaskID;
    for (;;) {
      const { response: seen } = await api.describeAssetImageScanStatus(client, taskId);
      if (seen.Status === "END") {
        const rows = await api.describeAssetImageList(client, { Limit: 100, Offset: 0, Filters: [{ Name: "ImageID", Values: Images }] });
        const counts = { total: seen.ImageTotal, scanned: seen.ImageScanCnt, risky: seen.RiskCount, succeeded: seen.SuccessCount };
        const findings = { ...clean, images: (rows.response.List ?? []).map(numbers), total: seen.ImageTotal };
        const ended = { status: "SUCCEEDED", rawStatus: seen.Status, counts, findings };
        const times = { submittedAt: new Date(serverTime).toISOString(), finishedAt: new Date().toISOString() };
        return { id: taskId, outs: { ...inputs, taskId, ...ended, ...times } };
      }
      await new Promise((resolve) => setTimeout(resolve, 5_000));
    }
  },
  async delete(id) {
    const client = clientOf();
    const { response } = await api.describeAssetImageScanStatus(client, id);
    if (response.Status !== "END") await api.modifyAssetImageScanStop(client, id);
  },
};
class Scan extends pulumi.dynamic.Resource {
  constructor(name, args) {
    const outputs = ["taskId", "status", "rawStatus", "counts", "findings", "submittedAt", "finishedAt"];
    super(provider, name, { ...Object.fromEntries(outputs.map((one) => [one, undefined])), ...args });
  }
}
for (let at = 0; at < ${tasks}; at++) new Scan("scan-" + at, {
  images: ["sha256:" + at.toString(16).padStart(64, "0")],
  scanVul: true, scanVirus: true, scanRisk: true,
});`;

/** A stack of usual resources, with our client beside the program. */
export async function usualStack(emulator: Emulator, tasks: number): Promise<Stack> {
  const stack = await stackOf(emulator, program(emulator.address.url, tasks));
  const modules = join(stack.folder, "node_modules");
  symlinkSync(dirname(require.resolve("undici/package.json")), join(modules, "undici"));
  // Installed, and used as modules: all else the SDK writes out, and it cannot where a class has a private field.
  cpSync(client, join(modules, "image-scan-client"), { recursive: true });
  return stack;
}
