import { ApiError } from "../server/api-error.js";
import { type Examined, listVulnerabilities, type Vulnerability } from "../server/findings.js";
import { type Params, required, string, unsigned } from "../server/parameters.js";
import type { Action } from "./action.js";
import { type Filter, filterRows, filters, isLike, order, page, showPage, sortRows } from "./lists.js";
import { findImage as findLocalImage } from "./local-images.js";
import { findImage, findNamedImage, type ImageInfo, imageInfo } from "./registry-images.js";

// The lists of vulnerabilities of one image, of TCSS 2020-11-01. The two write the same things differently.

export const findingActions: Readonly<Record<string, Action>> = {
  DescribeAssetImageVulList: {
    fields: { ImageID: required(string), ...page, ...filters, ...order },
    run({ local }, params) {
      const found = listFound(findLocalImage(local, params["ImageID"] as string), params);
      const sorted = sortRows(found, params, { Level: ({ level }) => level, CVSSV3Score: scoreVulnerability });
      return showPage(sorted, params, (one) => ({
        ...showCommon(one),
        Level: one.level,
        CVSSV3Score: scoreVulnerability(one),
        CVSSV3Desc: vector,
        IsSuggest: one.level > 2,
      }));
    },
  },
  DescribeAssetImageRegistryVulList: {
    fields: { Id: unsigned, ImageInfo: { type: "object", fields: imageInfo }, ...page, ...filters },
    run({ registry }, params) {
      const { Id, ImageInfo } = params as { Id?: number; ImageInfo?: ImageInfo };
      if (Id === undefined && ImageInfo === undefined) throw new ApiError("InvalidParameter", "`Id` is missing.");
      const image =
        Id === undefined
          ? findNamedImage([...registry.images.values()], ImageInfo as ImageInfo)
          : findImage(registry, Id);
      return showPage(listFound(image, params), params, (one) => ({
        ...showCommon(one),
        POCID: `pcmgr-${one.id}`,
        Level: String(one.level),
        CvssScore: String(scoreVulnerability(one)),
        CvssVector: vector,
        IsSuggest: one.level > 2 ? "true" : "false",
        Components: [{ ...component, Name: component.Component, FixedVersion: "1.1", Path: "", Type: "SYSTEM" }],
        LayerInfos: [{ LayerId: image.digest, LayerCmd: "COPY / /" }],
      }));
    },
  },
};

const vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const component = { Component: "openssl", Version: "1.0" };

function listFound({ shown }: Examined, params: Params): Vulnerability[] {
  const asked = params["Filters"] as Filter[] | undefined;
  return filterRows(listVulnerabilities(shown), asked, {
    Level: ({ level }, value) => value === "all" || String(level) === value,
    Name: (one, value, isExact) => value === "all" || isLike(nameVulnerability(one), value, isExact),
    Tag: (one, value) => value === "all" || listTags(one).includes(value),
  });
}

function nameVulnerability({ id }: Vulnerability): string {
  return `An emulated vulnerability (${id})`;
}

function scoreVulnerability({ level }: Vulnerability): number {
  return { 1: 2.4, 2: 4.8, 3: 7.2, 4: 9.6 }[level];
}

function listTags({ level }: Vulnerability): string[] {
  return level === 4 ? ["CanBeFixed", "DynamicLevelPoc"] : ["CanBeFixed"];
}

function showCommon(one: Vulnerability): object {
  return {
    CVEID: one.id,
    Name: nameVulnerability(one),
    ...component,
    Category: "BUFFER_OVERFLOW",
    CategoryType: "SYSTEM",
    Des: "Nothing real: the emulator invented it.",
    OfficialSolution: "Update to the fixed version.",
    Reference: `["https://example.com/${one.id}"]`,
    DefenseSolution: "Update to the fixed version.",
    SubmitTime: "2026-01-02 03:04:05",
    FixedVersions: "1.1",
    Tag: listTags(one),
    AttackLevel: one.level - 1,
  };
}
