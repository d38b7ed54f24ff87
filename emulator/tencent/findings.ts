import { ApiError } from "../server/api-error.js";
import { vulnerabilityPage } from "../server/findings.js";
import { assetFilters, between, count, integer, required, string } from "../server/parameters.js";
import type { Action } from "./action.js";
import { imageOf as localImageOf } from "./local-images.js";
import { imageInfo, imageOf, namedImage } from "./registry-images.js";

// The lists of vulnerabilities of one image, of TCSS 2020-11-01. The two write the same things differently.

const page = { Limit: between(1, 100), Offset: count, Filters: assetFilters };

export const findingActions: Readonly<Record<string, Action>> = {
  DescribeAssetImageVulList: {
    fields: { ImageID: required(string), ...page, By: string, Order: string },
    run: ({ local }, params) =>
      vulnerabilityPage(localImageOf(local, params["ImageID"] as string), params, ({ id, level }) => ({
        ...common(id),
        Level: level,
        CVSSV3Score: level * 2.4,
        IsSuggest: false,
      })),
  },
  DescribeAssetImageRegistryVulList: {
    fields: { Id: integer, ImageInfo: { type: { object: imageInfo } }, ...page },
    run({ registry }, params) {
      const { Id, ImageInfo } = params as { Id?: number; ImageInfo?: Parameters<typeof namedImage>[1] };
      if (Id === undefined && ImageInfo === undefined) throw new ApiError("InvalidParameter", "`Id` is missing.");
      const image =
        Id === undefined ? namedImage([...registry.images.values()], ImageInfo as never) : imageOf(registry, Id);
      return vulnerabilityPage(image, params, ({ id, level }) => ({
        ...common(id),
        Level: String(level),
        CvssScore: String(level * 2.4),
        IsSuggest: "false",
      }));
    },
  },
};

function common(id: string): object {
  return {
    CVEID: id,
    POCID: `pcmgr-${id}`,
    Name: `An emulated vulnerability (${id})`,
    Category: "",
    CategoryType: "SYSTEM",
    Components: [{ Component: "openssl", Version: "1.0" }],
    FixedVersions: "",
    Tag: [],
  };
}
