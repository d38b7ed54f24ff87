import { createHash, createHmac } from "node:crypto";
import { AKSKSigner } from "@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import Sign from "tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js";
import { sdkDate, sdkHmacAuthorization } from "../../provider/huawei/api/sign.js";
import { tc3Authorization } from "../../provider/tencent/api/sign.js";
import { sha256Hex } from "../../provider/transport/digest.js";
import type { Benchmark, Measured, Scale } from "./benchmark.js";
import { paired, progress } from "./measure.js";

/** Signatures a second, of the same request in ever new seconds. */
async function rate(sign: (at: number) => unknown, rounds: number): Promise<number> {
  const begun = performance.now();
  for (let at = 0; at < rounds; at++) sign(at);
  return (rounds * 1000) / (performance.now() - begun);
}

interface Vendor {
  readonly signs: Readonly<Record<"ours" | "official" | "bare", (at: number) => unknown>>;
  /** The least ratio against the official signer. */
  readonly official: number;
}

async function compared(what: string, { signs, official }: Vendor, scale: Scale): Promise<readonly Measured[]> {
  const rounds = scale.size(20_000, 500);
  const measured: Measured[] = [];
  for (const [other, least] of [
    ["official", official],
    ["bare", 0.85],
  ] as const) {
    progress(`${what} against ${other}`);
    for (const sign of [signs.ours, signs[other]]) await rate(sign, rounds);
    const rates = await paired(scale.times(15), {
      ours: () => rate(signs.ours, rounds),
      reference: () => rate(signs[other], rounds),
    });
    const against = other === "bare" ? "bare node:crypto" : "the official signer";
    measured.push({ what: `${what} against ${against}`, ...rates, unit: "signatures/s", goal: { of: "ratio", least } });
  }
  return measured;
}

const sha = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

const begun = 1_790_000_000;
const payload = JSON.stringify({
  Images: [`sha256:${"0".repeat(64)}`],
  ScanVul: true,
  ScanVirus: true,
  ScanRisk: true,
});

function tencent() {
  const [secretId, secretKey, host] = ["AKIDEXAMPLE", "secretKeyEXAMPLE", "tcss.tencentcloudapi.com"];
  const contentType = "application/json";
  const bytes = Buffer.from(payload);
  const credentials = { secretId, secretKey };
  const canonical = `POST\n/\n\ncontent-type:${contentType}\nhost:${host}\n\ncontent-type;host\n`;
  return {
    ours: (at: number) =>
      tc3Authorization(
        {
          method: "POST",
          query: "",
          headers: { "content-type": contentType, host },
          payloadHash: sha256Hex(payload),
          service: "tcss",
          timestamp: begun + at,
        },
        credentials,
      ),
    official: (at: number) =>
      Sign.sign3({
        url: `https://${host}/`,
        payload: bytes,
        timestamp: begun + at,
        service: "tcss",
        secretId,
        secretKey,
        multipart: false,
        boundary: "",
        headers: { "Content-Type": contentType },
      }),
    bare: (at: number) => {
      const hash = sha(canonical + sha(payload));
      const key = hmac(hmac(hmac(`TC3${secretKey}`, "2026-09-21"), "tcss"), "tc3_request");
      return hmac(key, `TC3-HMAC-SHA256\n${begun + at}\n2026-09-21/tcss/tc3_request\n${hash}`).toString("hex");
    },
  };
}

function huawei() {
  const [accessKey, secretKey, host] = ["AKEXAMPLE", "secretKeyEXAMPLE", "hss.cn-north-4.myhuaweicloud.com"];
  const path = "/v5/0123456789abcdef0123456789abcdef/image/image-scan";
  const contentType = "application/json";
  const credentials = new BasicCredentials().withAk(accessKey).withSk(secretKey);
  const canonical = `POST\n${path}/\nregion=a\ncontent-type:${contentType}\nhost:${host}\nx-sdk-date:20260921T140000Z\n\n`;
  return {
    ours: (at: number) =>
      sdkHmacAuthorization(
        {
          method: "POST",
          path,
          query: [["region", "a"]],
          headers: { "content-type": contentType, host, "x-sdk-date": sdkDate((begun + at) * 1000) },
          payloadHash: sha256Hex(payload),
        },
        { accessKey, secretKey },
      ),
    official: () =>
      AKSKSigner.sign(
        {
          method: "POST",
          endpoint: `https://${host}${path}`,
          headers: { "content-type": contentType },
          queryParams: { region: "a" },
          data: payload,
        } as never,
        credentials,
      ),
    bare: (at: number) => {
      const hash = sha(`${canonical}content-type;host;x-sdk-date\n${sha(payload)}`);
      return hmac(secretKey, `SDK-HMAC-SHA256\n${begun + at}\n${hash}`).toString("hex");
    },
  };
}

export const sign: Benchmark = {
  about: "signatures a second, the body's hash included, against the official signers and against the hashes alone",
  async measure(scale) {
    return [
      ...(await compared("Tencent", { signs: tencent(), official: 10 }, scale)),
      ...(await compared("Huawei", { signs: huawei(), official: 2.5 }, scale)),
    ];
  },
};
