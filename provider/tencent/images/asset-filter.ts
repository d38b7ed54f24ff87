import { boolean, type Check, listOf, record, text } from "../../validation/rules.js";
import type { AssetFilters } from "../api/local-images.js";

/** A condition on image assets. The API calls this AssetFilters. */
export interface AssetFilter {
  /** Field to filter by, such as `ImageName` or `ImageID`. */
  readonly name: string;
  /** Values of the field; an image matches with one of them. */
  readonly values: readonly string[];
  /** Sent as ExactMatch. The vendor documents it as "fuzzy" and uses it as "exact". */
  readonly exactMatch?: boolean;
}

const fields = record({ name: text, values: listOf(text), exactMatch: boolean }, ["name", "values"]);

export const assetFilter: Check = (value) => {
  const reason = fields(value);
  return reason === undefined ? undefined : `${reason}; a filter is such as { name: "ImageName", values: ["web"] }`;
};

export function wireFilter({ name, values, exactMatch }: AssetFilter): AssetFilters {
  return {
    Name: name,
    Values: [...values],
    ...(exactMatch === undefined ? {} : { ExactMatch: exactMatch }),
  };
}
