import { Emulator } from "../../emulator/index.js";
import { serve } from "./processes.js";

/** Milliseconds by which the clock moves with each call: half as fast as the API allows. */
const pace = 100;

export interface Listening {
  readonly port: number;
  readonly secretId: string;
  readonly secretKey: string;
  readonly taskId: string;
}

// The emulator in a process of its own, on a clock on which calls never come too fast.

let now = Number(process.argv[2]);
const emulator = new Emulator({ scanSeconds: 6 * 3600, now: () => now });
emulator.watch(({ moment }) => {
  if (moment === "received") now += pace;
});
const { local } = emulator.tencent;
const images = [...local.images.values()].filter(({ authorized }) => authorized);
const task = local.start({ images, oneClick: true, parts: ["CVE"], timeoutSeconds: 24 * 3600 }, now);
void emulator.listen().then(({ url, tencent: { secretId, secretKey } }) => {
  const listening: Listening = { port: Number(new URL(url).port), secretId, secretKey, taskId: task.id };
  serve(listening, async () => undefined);
});
