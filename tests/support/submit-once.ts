import { TencentClient } from "../../provider/tencent/api/client.js";
import { createAssetImageScanTask } from "../../provider/tencent/api/local-images.js";
import { resolveTencentConnection } from "../../provider/tencent/credentials/connection.js";
import { Limiter } from "../../provider/transport/limiter.js";

// Run as a process of its own: submits one scan to the real host of TCSS, with the proxy that the environment names,
// and writes what came of it as JSON.

const config: Record<string, string> = { "tencentcloud:secretId": "AKIDEXAMPLE", "tencentcloud:secretKey": "SECRET" };

async function submit(): Promise<object> {
  try {
    const client = new TencentClient(
      resolveTencentConnection(undefined, (key) => config[key], { env: {} }),
      new Limiter(),
    );
    const { response } = await createAssetImageScanTask(client, {});
    return { response };
  } catch (error) {
    const { kind, code, message, stack } = error as Error & { kind?: string; code?: string };
    return { kind, code, message, stack };
  }
}

void submit().then((result) => process.stdout.write(JSON.stringify(result)));
