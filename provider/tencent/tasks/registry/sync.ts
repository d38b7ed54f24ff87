import { toInteger } from "../../../transport/json.js";
import type { TencentClient } from "../../api/client.js";
import * as api from "../../api/registry-images.js";

/**
 * Begins a synchronization, and returns a function that reports whether it still runs. It is done when
 * the time of the last successful synchronization has changed. If it fails, the function throws.
 */
export async function beginSync(
  client: TencentClient,
  registries: true | readonly (string | number)[],
): Promise<() => Promise<string | undefined>> {
  const before = (await api.describeAssetImageRegistryAssetStatus(client)).response;
  /** The number of looks that may still show the status of an earlier synchronization. */
  let stale = before.Status === "failed" ? 5 : 0;
  let hasBegun = false;
  const request = registries === true ? { All: true } : { RegistryIds: registries.map(toInteger) };
  await api.syncAssetImageRegistryAsset(client, request);
  return async () => {
    const { Status, Err, LatestSyncSuccessTime } = (await api.describeAssetImageRegistryAssetStatus(client)).response;
    hasBegun ||= Status === "doing";
    if (hasBegun) stale = 0;
    if (Status === "failed" && stale-- <= 0) {
      const why = Err ? `: ${Err}` : "";
      throw new Error(`nothing was submitted: the list of the registry's images could not be updated${why}`);
    }
    const hasMoved = (LatestSyncSuccessTime ?? "") !== (before.LatestSyncSuccessTime ?? "");
    const isDone = Status !== "doing" && (hasMoved || (hasBegun && Status === "success"));
    return isDone ? undefined : "the cloud is updating its list of the registry's images";
  };
}
