import { CloudError, readAnswer } from "../../transport/errors.js";
import { type HttpAnswer, send } from "../../transport/http.js";
import type { Issued } from "../../transport/refreshing.js";
import { count, fields, secret, text } from "../../transport/shape.js";
import type { TencentCredentials } from "../api/sign.js";

const folder = "/latest/meta-data/cam/security-credentials/";
const limits = { deadlineMs: 2_000, maxBytes: 64 * 1024 };
const issued = fields({ Code: text, TmpSecretId: text, TmpSecretKey: secret, Token: secret, ExpiredTime: count });

/**
 * Keys of the role that a CVM has, from its metadata service. https://www.tencentcloud.com/document/product/213/4934
 * Fails with kind `missing` if it has no role.
 */
export async function fetchRoleKeys(base: URL, role?: string): Promise<Issued<TencentCredentials>> {
  const name = role ?? (await fetchMetadata(base, folder)).text.trim();
  const { text: body } = await fetchMetadata(base, folder + encodeURIComponent(name));
  const answer = readAnswer(body, issued, { host: base.host });
  const { TmpSecretId: secretId, TmpSecretKey: secretKey, Token: token, ExpiredTime: seconds } = answer;
  if (answer.Code !== "Success" || !secretId || !secretKey || !token || seconds === undefined) {
    throw new CloudError({ kind: "protocol", message: `the metadata service has no keys of the role "${name}"` });
  }
  return { value: { secretId, secretKey, token }, endsAt: seconds * 1000 };
}

async function fetchMetadata(base: URL, path: string): Promise<HttpAnswer> {
  const answer = await send({ method: "GET", url: new URL(path, base), headers: {}, toMetadataService: true }, limits);
  if (answer.status === 200) return answer;
  const message = answer.status === 404 ? "this machine has no role" : `the metadata service says ${answer.status}`;
  throw new CloudError({ kind: answer.status === 404 ? "missing" : "unavailable", message });
}
