import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { Agent } from "undici";
import { TencentClient } from "../../provider/tencent/api/client.js";
import { describeAssetImageScanStatus } from "../../provider/tencent/api/local-images.js";
import { Limiter } from "../../provider/transport/limiter.js";
import { serve } from "./processes.js";

// One client in a process of its own, which makes as many calls as it is told to.

export type ClientName = "ours" | "official" | "bare";

export interface Load {
  readonly calls: number;
  readonly inFlight: number;
}

export interface Spent {
  /** Microseconds of the process, system calls included. */
  readonly cpu: number;
  readonly seconds: number;
}

const [name = "", port = ""] = process.argv.slice(2);
const host = `127.0.0.1:${port}`;
const keys = { secretId: "AKIDEXAMPLE", secretKey: "secretKeyEXAMPLE" };
const action = "DescribeAssetImageScanStatus";
const taskId = "41033";

class Unlimited extends Limiter {
  override waitForTurn(): undefined {}
}

function ours(): () => Promise<unknown> {
  const connection = { endpoint: new URL(`http://${host}`), site: "intl", credentials: keys } as const;
  const client = new TencentClient(connection, new Unlimited());
  return () => describeAssetImageScanStatus(client, taskId);
}

function official(): () => Promise<unknown> {
  const profile = { httpProfile: { protocol: "http://" as const } };
  const client = new CommonClient(host, "2020-11-01", { credential: keys, profile });
  return () => client.request(action, { TaskID: taskId });
}

/** The limit: the same bytes on the wire by the fastest calls there are, nothing checked, nothing repeated. */
function bare(): () => Promise<unknown> {
  const agent = new Agent({ connections: 64 });
  const hmac = (key: string | KeyObject, text: string) =>
    createSecretKey(createHmac("sha256", key).update(text).digest());
  const keysOfDays = new Map<string, KeyObject>();
  return async () => {
    const body = JSON.stringify({ TaskID: taskId });
    const timestamp = Math.floor(Date.now() / 1000);
    const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
    const canonical = `POST\n/\n\ncontent-type:application/json\nhost:${host}\n\ncontent-type;host\n${hash("sha256", body)}`;
    const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/tcss/tc3_request\n${hash("sha256", canonical)}`;
    const key = keysOfDays.get(date) ?? hmac(hmac(hmac(`TC3${keys.secretKey}`, date), "tcss"), "tc3_request");
    keysOfDays.set(date, key);
    const signature = createHmac("sha256", key).update(toSign).digest("hex");
    const answer = await agent.request({
      origin: `http://${host}`,
      path: "/",
      method: "POST",
      headers: {
        authorization: `TC3-HMAC-SHA256 Credential=${keys.secretId}/${date}/tcss/tc3_request, SignedHeaders=content-type;host, Signature=${signature}`,
        "content-type": "application/json",
        host,
        "x-tc-action": action,
        "x-tc-version": "2020-11-01",
        "x-tc-timestamp": String(timestamp),
        "x-tc-language": "en-US",
      },
      body,
    });
    return JSON.parse(await answer.body.text());
  };
}

const clients: Readonly<Record<string, () => () => Promise<unknown>>> = { ours, official, bare };
const call = clients[name]?.();
if (call === undefined) throw new Error(`there is no client "${name}"`);

serve("ready", async ({ calls, inFlight }: Load): Promise<Spent> => {
  let left = calls;
  const one = async () => {
    while (left-- > 0) await call();
  };
  const begun = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: inFlight }, one));
  const { user, system } = process.cpuUsage(before);
  return { cpu: user + system, seconds: (performance.now() - begun) / 1000 };
});
