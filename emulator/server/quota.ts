import { ApiError } from "./api-error.js";
import type { Presets } from "./presets.js";

/** The image scans that an account has bought for the month, and those that it has used. */
export class Quota {
  capacity = 30_000;
  used = 0;
  readonly #site: "intl" | "cn";
  readonly #presets: Presets;

  constructor(site: "intl" | "cn", presets: Presets) {
    this.#site = site;
    this.#presets = presets;
  }

  get isEmpty(): boolean {
    return this.used >= this.capacity || this.#presets.has("quota-empty");
  }

  /** On the international site a repeated scan of an image costs a tenth; on the domestic site each scan costs one. */
  charge(images: readonly { readonly scanTime: number | undefined }[]): void {
    if (images.length > 0 && this.isEmpty) {
      throw new ApiError("FailedOperation.AuthorizedNotEnough", "The number of image authorizations is not enough.");
    }
    for (const { scanTime } of images) this.used += this.#site === "intl" && scanTime !== undefined ? 0.1 : 1;
  }
}
