import { connect } from "node:net";
import { tc3Authorization } from "../../provider/tencent/api/sign.js";
import { sha256Hex } from "../../provider/transport/digest.js";
import type { Benchmark } from "./benchmark.js";
import type { Listening } from "./emulator-server.js";
import { paired } from "./measure.js";
import { Helper } from "./processes.js";

const begun = Date.parse("2026-11-22T10:00:00Z");
/** All of a run have one time stamp, and the clock may move by five minutes until it has expired. */
const calls = 2_500;
const connections = 16;

/** One signed request as it goes over the wire, of the time at which this round begins. */
function requestOf({ port, secretId, secretKey, taskId }: Listening, round: number): Buffer {
  const [host, contentType] = [`127.0.0.1:${port}`, "application/json"];
  const body = JSON.stringify({ TaskID: taskId });
  const timestamp = Math.floor((begun + round * calls * 100) / 1000);
  const headers = { "content-type": contentType, host };
  const covered = { method: "POST", query: "", headers, payloadHash: sha256Hex(body), service: "tcss", timestamp };
  const lines = [
    "POST / HTTP/1.1",
    ...[`host: ${host}`, `content-type: ${contentType}`, `content-length: ${body.length}`],
    `authorization: ${tc3Authorization(covered, { secretId, secretKey })}`,
    ...["x-tc-action: DescribeAssetImageScanStatus", "x-tc-version: 2020-11-01", `x-tc-timestamp: ${timestamp}`],
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/**
 * Calls a second. The requests are written as they are, with hardly any work between answer and next request, so that
 * the server is what the time is spent in.
 */
async function rate(port: number, request: Buffer): Promise<number> {
  let left = calls;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      const next = () => {
        if (left-- > 0) socket.write(request);
        else socket.end(resolve);
      };
      let answer = "";
      socket.on("error", reject);
      socket.on("connect", next);
      socket.on("data", (chunk: Buffer) => {
        answer += chunk.toString("latin1");
        if (!isWhole(answer)) return;
        if (!answer.includes('"Status":"SCANNING"')) return void reject(new Error(`refused: ${answer}`));
        answer = "";
        next();
      });
    });
  const from = performance.now();
  await Promise.all(Array.from({ length: connections }, client));
  return (calls * 1000) / (performance.now() - from);
}

function isWhole(answer: string): boolean {
  const body = answer.indexOf("\r\n\r\n") + 4;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  return body > 3 && length !== undefined && answer.length >= body + Number(length);
}

export const emulator: Benchmark = {
  about: "requests a second with verified signatures, against a bare node:http server that computes the same hashes",
  async measure(scale) {
    const ours = await Helper.start<void, void, Listening>("emulator-server", String(begun));
    const bare = await Helper.start<void, void, number>("hashing-server", ours.first.secretKey);
    let round = 0;
    const pair = {
      ours: () => rate(ours.first.port, requestOf(ours.first, round++)),
      reference: () => rate(bare.first, requestOf({ ...ours.first, port: bare.first }, 0)),
    };
    await paired(scale.times(3), pair);
    const measured = await paired(scale.times(15), pair);
    for (const { helper } of [ours, bare]) await helper.stop();
    return [{ ...measured, unit: "requests/s", goal: { of: "ratio", least: 0.9 } }];
  },
};
