import type { TemporaryKeys } from "../tencent/sts.js";
import { html, jsonReply, type ReceivedRequest, type Reply } from "./http.js";

const folder = "/latest/meta-data/cam/security-credentials/";
const role = "emulated-role";
const session = "emulated-session";
const lifeSeconds = 7_200;

/** Issues temporary keys of each cloud. */
interface Issuers {
  tencent(seconds: number): TemporaryKeys;
  huawei(seconds: number): object;
}

/** The metadata service of a CVM with a role, and of an ECS with an agency, for requests to one of them. */
export function machineMetadata(request: ReceivedRequest, issuers: Issuers): Reply | undefined {
  const { method, path, headers } = request;
  if (path.startsWith(folder)) return method === "GET" ? answerRole(path.slice(folder.length), issuers) : html(405, "");
  if (path === "/meta-data/latest/api/token") return method === "PUT" ? { status: 200, body: session } : html(405, "");
  if (path !== "/openstack/latest/securitykey") return undefined;
  if (headers["x-metadata-token"] !== session) return html(401, "Unauthorized");
  return jsonReply(issuers.huawei(lifeSeconds));
}

function answerRole(name: string, issuers: Issuers): Reply {
  if (name === "") return { status: 200, headers: { "Content-Type": "text/plain" }, body: role };
  if (name !== role) return html(404, "Not Found");
  const { secretId: TmpSecretId, secretKey: TmpSecretKey, token: Token, endsAt } = issuers.tencent(lifeSeconds);
  const ends = { ExpiredTime: endsAt / 1000, Expiration: new Date(endsAt).toISOString() };
  return jsonReply({ TmpSecretId, TmpSecretKey, Token, ...ends, Code: "Success" });
}
