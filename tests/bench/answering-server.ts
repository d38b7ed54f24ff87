import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "./processes.js";

// A bare server on this machine that gives every request the same answer, and so costs the client alone.

const body = JSON.stringify({
  Response: {
    ImageTotal: 20,
    ImageScanCnt: 9,
    ScanStatus: [],
    Schedule: 45,
    Status: "SCANNING",
    SuccessCount: 9,
    RiskCount: 2,
    LeftSeconds: 120,
    RequestId: "f30b9d0e-9d2c-4d2a-a2e8-8f2b8b2a7c11",
  },
});

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    response
      .writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
      .end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  serve((server.address() as AddressInfo).port, async () => undefined);
});
