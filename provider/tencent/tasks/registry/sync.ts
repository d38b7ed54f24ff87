import { toInteger } from "../../../transport/json.js";
import type { TencentClient } from "../../api/client.js";
import * as api from "../../api/registry-images.js";

/**
 * Begins to bring images up to date, and gives a question: what of it is still being waited for? It is done when
 * the time of the last successful synchronization has moved; a failed one fails the question.
 */
export async function beginSync(
  client: TencentClient,
  registries: true | readonly (string | number)[],
): Promise<() => Promise<string | undefined>> {
  const before = (await api.describeAssetImageRegistryAssetStatus(client)).response;
  /** How often the status of an earlier synchronization may still be shown. */
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
      throw new Error(`nothing was submitted: the registry's images could not be brought up to date${why}`);
    }
    const hasMoved = (LatestSyncSuccessTime ?? "") !== (before.LatestSyncSuccessTime ?? "");
    const isDone = Status !== "doing" && (hasMoved || (hasBegun && Status === "success"));
    return isDone ? undefined : "the registry's images are being brought up to date";
  };
}
