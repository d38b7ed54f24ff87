import { CloudError, readAnswer } from "../../transport/errors.js";
import { type HttpAnswer, send } from "../../transport/http.js";
import type { Issued } from "../../transport/refreshing.js";
import type { HuaweiKeys } from "../api/auth.js";
import { issuedKeys, readKeys } from "../api/iam.js";

const limits = { deadlineMs: 3_000, maxBytes: 64 * 1024 };

/** Keys of the agency that an ECS has, from its metadata service. https://support.huaweicloud.com/usermanual-ecs/ecs_03_0166.html */
export async function fetchAgencyKeys(base: URL): Promise<Issued<HuaweiKeys>> {
  const session = await fetchMetadata(base, "PUT", "/meta-data/latest/api/token", {
    "x-metadata-token-ttl-seconds": "21600",
  });
  // Older machines have no tokens.
  const token = session.status === 200 ? session.text.trim() : undefined;
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    const message = `the answer of ${base.host} is no token of a metadata service`;
    throw new CloudError({ kind: "protocol", message });
  }
  const headers: Record<string, string> = token === undefined ? {} : { "x-metadata-token": token };
  const answer = await fetchMetadata(base, "GET", "/openstack/latest/securitykey", headers);
  if (answer.status === 200) return readKeys("securitykey", readAnswer(answer.text, issuedKeys, { host: base.host }));
  const message = answer.status === 404 ? "this machine has no agency" : `the metadata service says ${answer.status}`;
  throw new CloudError({ kind: answer.status === 404 ? "missing" : "unavailable", message });
}

function fetchMetadata(
  base: URL,
  method: "GET" | "PUT",
  path: string,
  headers: Record<string, string>,
): Promise<HttpAnswer> {
  return send({ method, url: new URL(path, base), headers, toMetadataService: true }, limits);
}
