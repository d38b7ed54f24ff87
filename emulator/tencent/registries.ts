import { localTime } from "../server/scan.js";
import type { RegistryImage, RegistryWorld } from "./registry-world.js";

// The registries of an account's images.

export interface Registry {
  readonly id: number;
  readonly name: string;
  readonly images: readonly RegistryImage[];
}

export function listRegistries(world: RegistryWorld): Registry[] {
  const all = [...world.images.values()];
  const names = [...new Set(all.map((image) => image.instanceName))];
  return names.map((name, at) => ({ id: at + 1, name, images: all.filter((image) => image.instanceName === name) }));
}

export function showRegistry({ id, name, images }: Registry, { sync }: RegistryWorld): object {
  const [image] = images;
  // A registry that is not synchronized shows its last success.
  const status = sync.registries?.includes(name) === false ? "success" : sync.status;
  const error = status === "failed" ? sync.error : "";
  return {
    RegistryId: id,
    Name: name,
    RegistryType: image?.registryType ?? "",
    Url: `https://${name}.example`,
    NetType: "public",
    RegistryRegion: "default",
    RegistryVersion: "V2",
    ConnectMsg: "",
    ConnDetectType: "backend",
    ConnDetectHostCount: 1,
    ConnDetectDetail: [
      {
        Quuid: "backend",
        Uuid: "backend",
        ConnDetectStatus: "status_connected",
        ConnDetectMessage: "success",
        Solution: "",
        FailReason: "",
      },
    ],
    InstanceID: image?.instanceId ?? "",
    LatestSyncTime: sync.lastSuccess === undefined ? "" : localTime(sync.lastSuccess),
    SyncStatus: status,
    SyncFailReason: error,
    SyncSolution: error !== "" ? "Check the connection to the registry." : "",
    SyncMessage: error,
    SyncMode: 0,
  };
}
