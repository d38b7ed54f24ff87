import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "./processes.js";

// A bare server that does what the check of a signature costs, and answers: the limit for one of Node's.

const secretKey = process.argv[2] ?? "";
const sha = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const answer = {
  ...{ ImageTotal: 3, ImageScanCnt: 1, ScanStatus: [], Schedule: 4.5, Status: "SCANNING" },
  ...{ SuccessCount: 1, RiskCount: 2, LeftSeconds: 20_000, RequestId: "f30b9d0e-9d2c-4d2a-a2e8-8f2b8b2a7c11" },
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const { host, "content-type": contentType, "x-tc-timestamp": timestamp, authorization = "" } = request.headers;
    const date = new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
    const canonical = `POST\n/\n\ncontent-type:${contentType}\nhost:${host}\n\ncontent-type;host\n${sha(body)}`;
    const key = hmac(hmac(hmac(`TC3${secretKey}`, date), "tcss"), "tc3_request");
    const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${date}/tcss/tc3_request\n${sha(canonical)}`;
    const isSigned = authorization.endsWith(hmac(key, toSign).toString("hex"));
    const { TaskID } = JSON.parse(body.toString()) as { TaskID?: string };
    const text = JSON.stringify({ Response: isSigned && TaskID !== undefined ? answer : {} });
    response
      .writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) })
      .end(text);
  });
});
server.listen(0, "127.0.0.1", () => {
  serve((server.address() as AddressInfo).port, async () => undefined);
});
