import { field, type RequestOf, record } from "../../validation/fields.js";
import { boolean, listOf, text } from "../../validation/rules.js";

const fields = {
  /**
   * Field to filter by, such as `ImageName` or `ImageID`. The vendor does not list the fields. Sent as `Name`.
   */
  name: field("Name", text, { required: true }),
  /**
   * Values of the field. An image matches if it has one of them. Sent as `Values`.
   *
   * @example
   * values: ["shop/web"]
   */
  values: field("Values", listOf(text), { required: true }),
  /**
   * By its name, whether a value must match exactly. The vendor's page says the opposite: `true` is a fuzzy match. So
   * look at the number of scanned images before you trust it. Sent as `ExactMatch`.
   */
  exactMatch: field("ExactMatch", boolean),
};

/** A condition on image assets. The API calls this AssetFilters. */
export interface AssetFilter extends RequestOf<typeof fields> {}

export const assetFilters = listOf<AssetFilter>(record(fields));
