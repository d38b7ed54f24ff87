import type { Cloud } from "../clouds.js";
import { identifyCaller, TencentClient } from "./api/client.js";
import { resolveTencentConnection } from "./credentials/connection.js";

/** Tencent Cloud, as the common code uses it. */
export const tencentCloud: Cloud = {
  client: (account, config, { limiter, warn }) =>
    new TencentClient(resolveTencentConnection(account, config, { warn }), limiter),
  caller: (account, config) => identifyCaller(resolveTencentConnection(account, config).credentials),
  identity: (account, config) => {
    const { endpoint, credentials } = resolveTencentConnection(account, config);
    return `${endpoint.host} ${identifyCaller(credentials)}`;
  },
};
