import { field, type RequestOf, record } from "../../validation/fields.js";
import { boolean, listOf, text } from "../../validation/rules.js";

const fields = {
  /** Field to filter by, such as `ImageName` or `ImageID`. Sent as `Name`. */
  name: field("Name", text, { required: true }),
  /** Values of the field. An image matches if it has one of them. Sent as `Values`. */
  values: field("Values", listOf(text), { required: true }),
  /** Sent as `ExactMatch`. The vendor documents it as "fuzzy" and uses it as "exact". */
  exactMatch: field("ExactMatch", boolean),
};

/** A condition on image assets. The API calls this AssetFilters. */
export interface AssetFilter extends RequestOf<typeof fields> {}

export const assetFilters = listOf<AssetFilter>(record(fields));
