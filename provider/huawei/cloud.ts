import type { Cloud } from "../clouds.js";
import { sha256Hex } from "../transport/digest.js";
import type { HuaweiAuth } from "./api/auth.js";
import { HuaweiClient } from "./api/client.js";
import { resolveHuaweiConnection } from "./credentials/connection.js";

/** Huawei Cloud, as the common code uses it. */
export const huaweiCloud: Cloud = {
  client: (account, config, { limiter, warn }) =>
    new HuaweiClient(resolveHuaweiConnection(account, config, { warn }), limiter),
  caller: (account, config) => identifyCaller(resolveHuaweiConnection(account, config).auth),
  identity: (account, config, place) => {
    const { endpoint, auth, ...defaults } = resolveHuaweiConnection(account, config);
    const project = place["projectId"] ?? defaults.projectId ?? defaults.projectName;
    const enterprise = place["enterpriseProjectId"] ?? defaults.enterpriseProjectId ?? "0";
    return [endpoint.host, identifyCaller(auth), project, enterprise].join(" ");
  },
};

/** Who calls, without a secret. */
function identifyCaller(auth: HuaweiAuth): string {
  if (auth.by === "keys") return auth.accessKey;
  if (auth.by === "issued") return auth.keys.identity;
  return auth.by === "password" ? `${auth.domainName}/${auth.userName}` : sha256Hex(auth.token);
}
