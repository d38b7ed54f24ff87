import { localScanTask } from "../../provider/tencent/tasks/local/local-scan-task.js";
import type { LocalScanRequest } from "../../provider/tencent/tasks/local/request.js";
import { type Account, imageId } from "./account.js";
import { TaskRun } from "./task-run.js";

/** The three steps of a local scan. */
export class LocalScan extends TaskRun<LocalScanRequest> {
  constructor(
    account: Account,
    request: LocalScanRequest = { images: [imageId("web"), imageId("api")], scanVul: true },
  ) {
    super(account, localScanTask, account.client(), request);
  }
}
