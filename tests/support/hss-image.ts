import type { HssImage } from "../../emulator/huawei/world.js";
import type { Account } from "./account.js";

/** An image of the emulator as the body of a scan names it, with all that HSS needs. */
export function hssImage({ emulator }: Pick<Account, "emulator">, id: number) {
  const image = emulator.huawei.world.images.get(String(id)) as HssImage;
  const { image_digest, namespace, image_name, image_version, registry_id, registry_name, registry_type } = image;
  const names = { image_digest, image_name, image_version, registry_type };
  return image.where === "local" ? names : { ...names, id, namespace, registry_id, registry_name };
}
